/**
 * A live leaderboard on any page, by one script and one tag:
 *
 *     <script type="module" src="https://pacesetter.example.com/client/live-leaderboard.js"></script>
 *     <live-leaderboard board="weekly" limit="10" heading="This week"></live-leaderboard>
 *
 * board: its id. limit: how many rows. heading: above the table. unit, decimals: how scores read ("seconds" as m:ss).
 * src: another Pacesetter than the one that this script comes from. Its state is in data-state: loading, live, empty,
 * stale or refused.
 */

import { Announcer } from './announcer.js';
import { formatScore } from './format.js';
import { style } from './live-leaderboard-style.js';
import { connect } from './pacesetter.js';

const HOME = new URL('..', import.meta.url).href;
const LIMIT = 10;
const MOVEMENT_MILLIS = 6_000;
const GLIDE_MILLIS = 450;
/** An element that is only moved within the page keeps its connection. */
const LINGER_MILLIS = 1_000;
const REFUSED = { 403: 'This leaderboard may not be shown here.', 404: 'There is no such leaderboard.' };

/** One connection for all that show the same Pacesetter. */
const clients = new Map();

function borrow(url) {
  const known = clients.get(url) ?? { client: connect(url), users: 0 };
  clients.set(url, known);
  known.users++;
  return known;
}

function giveBack(url) {
  const known = clients.get(url);
  known.users--;
  setTimeout(() => {
    if (known.users === 0 && clients.get(url) === known) {
      clients.delete(url);
      known.client.close();
    }
  }, LINGER_MILLIS);
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

function column(name, ...content) {
  return make('th', { scope: 'col', class: name, part: `column ${name}` }, ...content);
}

function note({ total, period }, shown) {
  const athletes = total === 1 ? '1 athlete' : `${total.toLocaleString('en')} athletes`;
  return [total > 0 ? `${shown < total ? `Top ${shown} of ` : ''}${athletes}` : '', period].filter(Boolean).join(' · ');
}

const template = make('template');
template.content.append(
  make('table', { part: 'table' },
    make('caption', { part: 'caption' },
      make('span', { class: 'heading', part: 'heading' }), make('span', { class: 'note', part: 'note' })),
    make('thead', { hidden: '' }, make('tr', {},
      column('rank', 'Rank'),
      column('movement', make('span', { class: 'unseen' }, 'Movement')),
      column('name', 'Athlete'),
      column('score', 'Score'))),
    make('tbody')),
  make('p', { class: 'status', part: 'status', 'aria-live': 'polite' }),
  make('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' }));

const rowTemplate = make('template');
rowTemplate.content.append(
  make('tr', { part: 'row' },
    make('td', { class: 'rank', part: 'rank' }),
    make('td', { class: 'movement', part: 'movement' },
      make('span', { 'aria-hidden': 'true' }), make('span', { class: 'unseen' })),
    make('th', { scope: 'row', class: 'name', part: 'name' }, make('bdi', { dir: 'auto' })),
    make('td', { class: 'score', part: 'score' })));

/** What is shown of one user. */
class Row {
  element = rowTemplate.content.firstElementChild.cloneNode(true);
  #rank = this.element.querySelector('.rank');
  #movement = this.element.querySelector('.movement');
  #name = this.element.querySelector('bdi');
  #score = this.element.querySelector('.score');
  #timer = null;

  show(entry, score) {
    this.#rank.textContent = entry.rank;
    this.#name.textContent = entry.name;
    this.#name.title = entry.name;
    if (this.#score.textContent && this.#score.textContent !== score) {
      this.#score.classList.remove('changed');
      void this.#score.offsetWidth; // so that the animation starts again
      this.#score.classList.add('changed');
    }
    this.#score.textContent = score;
    if (entry.previousRank !== null && entry.previousRank !== entry.rank) {
      this.#mark(entry.previousRank - entry.rank);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#mark(0), MOVEMENT_MILLIS);
    }
  }

  #mark(places) {
    const [arrow, text] = this.#movement.children;
    const way = places > 0 ? 'up' : 'down';
    const count = Math.abs(places);
    this.#movement.dataset.way = places === 0 ? '' : way;
    arrow.textContent = places === 0 ? '' : `${places > 0 ? '▲' : '▼'} ${count}`;
    text.textContent = places === 0 ? '' : `${way} ${count} ${count === 1 ? 'place' : 'places'}`;
  }
}

export class LiveLeaderboard extends HTMLElement {
  static observedAttributes = ['board', 'group', 'src', 'limit', 'heading', 'unit', 'decimals'];

  #shadow = this.attachShadow({ mode: 'open' });
  #announcer = null;
  #rows = new Map();
  #view = null;
  #borrowed = null;
  #watching = [];
  #planned = false;
  #still = matchMedia('(prefers-reduced-motion: reduce)');

  connectedCallback() {
    if (!this.#announcer) {
      this.#shadow.adoptedStyleSheets = [style];
      this.#shadow.append(template.content.cloneNode(true));
      this.#announcer = new Announcer(this.#$('[role=status]'));
    }
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    // Until it is on a page there is nothing to change; several at once are one change.
    if (!this.isConnected || !this.#announcer || this.#planned) {
      return;
    }
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.isConnected) {
        this.#stop();
        this.#start();
      }
    });
  }

  #$(selector) {
    return this.#shadow.querySelector(selector);
  }

  #start() {
    const board = this.getAttribute('board') ?? '';
    const url = this.getAttribute('src') || HOME;
    this.#$('.heading').textContent = this.getAttribute('heading') || `Leaderboard ${board}`;
    this.#view = null;
    this.#say('loading', 'Connecting…');
    try {
      const { client } = borrow(url);
      this.#borrowed = url;
      this.#watching = [
        client.onState((state) => this.#connection(state)),
        client.watch(board, (view) => this.#show(view), { group: this.getAttribute('group') ?? '' }),
      ];
    } catch {
      this.#say('refused', 'The address of the leaderboard is none.');
    }
  }

  #stop() {
    this.#watching.splice(0).forEach((one) => one.close());
    if (this.#borrowed) {
      giveBack(this.#borrowed);
      this.#borrowed = null;
    }
    this.#announcer.reset();
    this.#clear();
  }

  #clear() {
    this.#rows.clear();
    this.#$('tbody').replaceChildren();
    this.#$('thead').hidden = true;
    this.#$('.note').textContent = '';
  }

  #say(state, text) {
    if (this.dataset.state !== state) {
      this.dataset.state = state;
    }
    const status = this.#$('.status');
    // Read out when it changes, and not again; what is not shown until then would not be.
    if (status.textContent !== text) {
      status.textContent = text;
    }
  }

  /** Before anything could be shown; later the views tell. */
  #connection(state) {
    if (this.#view === null && state === 'stale') {
      this.#say('stale', 'Cannot connect. Trying again…');
    } else if (this.#view === null && state === 'open') {
      this.#say('loading', 'Connecting…');
    }
  }

  #show(view) {
    if (this.#view?.period !== view.period) {
      this.#clear();
    }
    this.#view = view;
    if (view.refused) {
      this.#clear();
      this.#say('refused', REFUSED[view.refused.code] ?? 'The leaderboard cannot be shown now. Trying again…');
      return;
    }
    const limit = Number.parseInt(this.getAttribute('limit'), 10);
    const entries = view.entries.slice(0, limit > 0 ? limit : LIMIT);
    this.#$('thead').hidden = entries.length === 0;
    this.#$('.note').textContent = note(view, entries.length);
    this.#fill(entries);
    if (view.stale) {
      this.#say('stale', 'Connection lost. Trying again…');
    } else {
      this.#say(entries.length > 0 ? 'live' : 'empty', entries.length > 0 ? '' : 'Nobody is on this board yet.');
      this.#announcer.leads(entries[0]);
    }
  }

  #fill(entries) {
    const body = this.#$('tbody');
    const isStill = this.#still.matches || document.hidden;
    const before = isStill ? new Map() : this.#places();
    const format = { unit: this.getAttribute('unit') ?? '', decimals: Number(this.getAttribute('decimals')) || 0 };
    const gone = new Set(this.#rows.keys());
    entries.forEach((entry, index) => {
      gone.delete(entry.userId);
      const row = this.#rows.get(entry.userId) ?? new Row();
      this.#rows.set(entry.userId, row);
      row.show(entry, formatScore(entry.score, format));
      if (body.children[index] !== row.element) {
        body.insertBefore(row.element, body.children[index] ?? null);
      }
    });
    for (const userId of gone) {
      this.#rows.get(userId).element.remove();
      this.#rows.delete(userId);
    }
    this.#glide(before);
  }

  /** Where rows are seen now, also those on their way. */
  #places() {
    return new Map([...this.#rows.values()].map(({ element }) => [element, element.getBoundingClientRect().top]));
  }

  #glide(before) {
    const moving = [...before.keys()].filter((element) => element.isConnected);
    // Those on their way are put where they belong first: then all is measured at once.
    moving.forEach((element) => element.getAnimations().forEach((animation) => animation.cancel()));
    const distances = moving.map((element) => before.get(element) - element.getBoundingClientRect().top);
    moving.forEach((element, index) => {
      if (Math.abs(distances[index]) >= 1) {
        element.animate(
          [{ transform: `translateY(${distances[index]}px)` }, { transform: 'none' }],
          { duration: GLIDE_MILLIS, easing: 'cubic-bezier(.2, .7, .3, 1)' });
      }
    });
  }
}

if (!customElements.get('live-leaderboard')) {
  customElements.define('live-leaderboard', LiveLeaderboard);
}
