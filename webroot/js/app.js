/** Puts the page together. */

import { connect } from '../client/pacesetter.js';
import { call, newKey, ApiProblem, NoAnswer } from './lib/api.js';
import { Session } from './lib/session.js';
import { parseScore, scoreHint } from './model/format.js';
import { BoardView } from './view/board.js';
import { onSubmit, showProblem } from './view/forms.js';

const RETRY_MILLIS = 2_000;
const STATES = {
  connecting: ['connecting', 'Connecting…'],
  open: ['live', 'Live'],
  stale: ['offline', 'Offline, reconnecting…'],
};

const $ = (selector) => document.querySelector(selector);
const session = new Session();
const view = new BoardView($('#board'), $('#row'));
const client = connect();

let leaderboards = [];
let current = null;
let watching = null;
/** What was last heard of the current leaderboard. */
let board = null;
/** The key of a workout whose fate is unknown: sent again with it, it cannot count twice. */
let unanswered = null;

function showState(state) {
  const place = $('#connection');
  const [name, label] = STATES[state];
  place.dataset.state = name;
  place.querySelector('.label').textContent = label;
  document.body.classList.toggle('stale', state === 'stale');
}

async function start() {
  showSession();
  client.onState(showState);
  addEventListener('hashchange', () => select(location.hash.slice(1)));
  await load();
}

async function load() {
  try {
    ({ leaderboards } = await call('/leaderboards'));
  } catch {
    setTimeout(load, RETRY_MILLIS);
    return;
  }
  $('#tabs').replaceChildren(...leaderboards.map(tab));
  fillActivities();
  select(location.hash.slice(1));
}

function tab(leaderboard) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.board = leaderboard.id;
  button.textContent = leaderboard.title;
  button.addEventListener('click', () => {
    history.replaceState(null, '', `#${leaderboard.id}`);
    select(leaderboard.id);
  });
  return button;
}

function select(id) {
  const chosen = leaderboards.find((one) => one.id === id) ?? leaderboards[0];
  if (!chosen || chosen === current) {
    return;
  }
  watching?.close();
  current = chosen;
  board = null;
  $('#board-title').textContent = chosen.title;
  $('#board-note').textContent = '';
  $('#empty').hidden = true;
  document.querySelectorAll('[data-board]').forEach((button) =>
    button.setAttribute('aria-pressed', String(button.dataset.board === chosen.id)));
  view.clear();
  watching = client.watch(chosen.id, (heard) => {
    if (board && board.period !== heard.period) {
      view.clear();
    }
    board = heard;
    show();
  }, { order: chosen.order });
}

function show() {
  const { entries } = board;
  view.show(entries, current, session.user?.id ?? null);
  $('#empty').hidden = entries.length > 0 || board.refused !== null;
  if (board.refused) {
    $('#board-note').textContent = board.refused.message;
    return;
  }
  const athletes = board.total === 1 ? '1 athlete' : `${board.total.toLocaleString('en')} athletes`;
  const shown = entries.length < board.total ? `, top ${entries.length} shown` : '';
  $('#board-note').textContent = `${board.period} · ${athletes}${shown} · ${current.unit}`;
}

function showSession() {
  const { user } = session;
  $('#welcome').hidden = user !== null;
  $('#athlete').hidden = user === null;
  $('#me').textContent = user?.displayName ?? '';
  if (board) {
    show();
  }
}

function fillActivities() {
  const activities = [...new Set(leaderboards.flatMap((one) => one.activities))].filter((one) => one !== '*').sort();
  const select = $('#workout [name=activity]');
  select.replaceChildren(...activities.map((activity) => new Option(activity.replaceAll('-', ' '), activity)));
  select.value = activities.includes('running') ? 'running' : activities[0];
  const hint = () => {
    const taking = leaderboards.find((one) => one.activities.includes(select.value));
    $('#workout .hint').textContent = taking ? scoreHint(taking) : '';
  };
  select.addEventListener('change', hint);
  hint();
}

document.querySelectorAll('[data-form]').forEach((button) => button.addEventListener('click', () => {
  document.querySelectorAll('[data-form]').forEach((one) => {
    one.setAttribute('aria-pressed', String(one === button));
    $(`#${one.dataset.form}`).hidden = one !== button;
  });
}));

onSubmit($('#signup'), async ({ username, password, displayName }) => {
  const wanted = displayName.trim() ? { username, password, displayName } : { username, password };
  await call('/users', { method: 'POST', body: wanted });
  await signIn(username, password);
});

onSubmit($('#signin'), ({ username, password }) => signIn(username, password));

async function signIn(username, password) {
  session.start(await call('/tokens', { method: 'POST', body: { username, password } }));
  showSession();
}

$('#signout').addEventListener('click', () => signOut());

function signOut() {
  session.end();
  $('#result').replaceChildren();
  showSession();
}

onSubmit($('#workout'), async ({ activity, score }) => {
  const body = { activity, score: parseScore(score) };
  const content = JSON.stringify(body);
  if (unanswered?.content !== content) {
    unanswered = { content, key: newKey() };
  }
  try {
    const done = await call('/scores', {
      method: 'POST', body, token: session.token, headers: { 'Idempotency-Key': unanswered.key },
    });
    unanswered = null;
    $('#workout [name=score]').value = '';
    showStandings(done);
  } catch (failure) {
    if (!(failure instanceof NoAnswer) && failure.status !== 503) {
      unanswered = null;
    }
    if (failure instanceof ApiProblem && failure.status === 401) {
      signOut();
      showProblem($('#signin'), failure);
      return;
    }
    throw failure;
  }
});

function showStandings({ standings }) {
  const lines = standings.map(({ leaderboard, rank, previousRank }) => {
    const line = document.createElement('li');
    const title = leaderboards.find((one) => one.id === leaderboard)?.title ?? leaderboard;
    const change = previousRank === null ? 'new' : previousRank > rank ? `up from ${previousRank}` : '';
    line.textContent = `${title}: rank ${rank}${change ? ` (${change})` : ''}`;
    return line;
  });
  const heading = document.createElement('p');
  heading.textContent = lines.length > 0 ? 'Workout counted.' : 'Workout saved; its rank follows.';
  const list = document.createElement('ul');
  list.append(...lines);
  $('#result').replaceChildren(heading, list);
}

start();
