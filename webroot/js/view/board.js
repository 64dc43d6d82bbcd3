/** The table: one row an entry, gliding to its new place. */

import { formatScore } from '../../client/format.js';

const SHOW_MOVEMENT_MILLIS = 6_000;
const GLIDE_MILLIS = 450;

export class BoardView {
  #body;
  #template;
  #rows = new Map();
  #shown = null;
  #timers = new Map();
  #still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(table, template) {
    this.#body = table.tBodies[0];
    this.#template = template;
  }

  /** Forgets what was shown: another board, or another period. */
  clear() {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
    this.#rows.clear();
    this.#shown = null;
    this.#body.replaceChildren();
  }

  /** @param {string | null} mine the signed-in user's id */
  show(entries, leaderboard, mine) {
    const isNews = entries !== this.#shown;
    const places = this.#places();
    const shown = new Set();
    entries.forEach((entry, index) => {
      shown.add(entry.userId);
      const row = this.#row(entry.userId);
      this.#fill(row, entry, leaderboard, entry.userId === mine);
      if (isNews && entry.previousRank !== null && entry.previousRank !== entry.rank) {
        this.#mark(row, entry.userId, entry.previousRank - entry.rank);
      }
      if (this.#body.children[index] !== row) {
        this.#body.insertBefore(row, this.#body.children[index] ?? null);
      }
    });
    for (const [userId, row] of this.#rows) {
      if (!shown.has(userId)) {
        row.remove();
        this.#rows.delete(userId);
      }
    }
    this.#shown = entries;
    this.#glide(places);
  }

  #row(userId) {
    let row = this.#rows.get(userId);
    if (!row) {
      row = this.#template.content.firstElementChild.cloneNode(true);
      row.dataset.userId = userId;
      this.#rows.set(userId, row);
    }
    return row;
  }

  #fill(row, entry, leaderboard, mine) {
    const score = formatScore(entry.score, leaderboard);
    const cell = row.querySelector('.score');
    if (cell.textContent && cell.textContent !== score) {
      row.classList.remove('changed');
      void row.offsetWidth; // so that the animation starts again
      row.classList.add('changed');
    }
    cell.textContent = score;
    row.querySelector('.rank').textContent = entry.rank;
    const name = row.querySelector('.name');
    name.firstElementChild.textContent = entry.name;
    name.title = entry.name;
    row.classList.toggle('mine', mine);
  }

  #mark(row, userId, places) {
    const cell = row.querySelector('.movement');
    cell.dataset.way = places > 0 ? 'up' : 'down';
    cell.textContent = places > 0 ? `▲ ${places}` : `▼ ${-places}`;
    clearTimeout(this.#timers.get(userId));
    this.#timers.set(userId, setTimeout(() => {
      cell.textContent = '';
      delete cell.dataset.way;
      this.#timers.delete(userId);
    }, SHOW_MOVEMENT_MILLIS));
  }

  #places() {
    return this.#still.matches
      ? new Map()
      : new Map([...this.#rows].map(([userId, row]) => [userId, row.offsetTop]));
  }

  #glide(before) {
    for (const [userId, top] of before) {
      const row = this.#rows.get(userId);
      const distance = row ? top - row.offsetTop : 0;
      if (distance !== 0) {
        row.animate(
          [{ transform: `translateY(${distance}px)` }, { transform: 'none' }],
          { duration: GLIDE_MILLIS, easing: 'cubic-bezier(.2, .7, .3, 1)' });
      }
    }
  }
}
