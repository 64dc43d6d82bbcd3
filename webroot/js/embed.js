/** The page that shows how to embed: the snippets say what the example shows. */

import { call } from './lib/api.js';

const $ = (selector) => document.querySelector(selector);
const origin = location.origin;
let leaderboards = [];

function show() {
  const id = $('#choose').value;
  const leaderboard = leaderboards.find((one) => one.id === id);
  const attributes = { board: id, limit: $('#rows').value || '10', heading: $('#heading').value };
  if (leaderboard?.unit === 'seconds') {
    attributes.unit = 'seconds';
  }
  if (leaderboard?.decimals) {
    attributes.decimals = String(leaderboard.decimals);
  }
  for (const element of [$('#example'), $('#themed')]) {
    for (const name of ['board', 'heading', 'unit', 'decimals']) {
      change(element, name, attributes[name]);
    }
  }
  change($('#example'), 'limit', attributes.limit);
  const all = Object.entries(attributes).filter(([, value]) => value).map(([name, value]) => `${name}="${quoted(value)}"`);
  $('#tag').textContent = `<script type="module" src="${origin}/client/live-leaderboard.js"></script>
<live-leaderboard ${all.join(' ')}></live-leaderboard>`;
  $('#policy').textContent = `script-src ${origin}; connect-src ${origin} ${origin.replace(/^http/, 'ws')}`;
  $('#library').textContent = `import { connect } from '${origin}/client/pacesetter.js';

const client = connect('${origin}');
client.watch('${id}', ({ entries, total, stale, refused }) => {
  for (const { rank, previousRank, name, score } of entries) {
    console.log(rank, name, score); // names are what users chose: show them as text
  }
});`;
}

function change(element, name, value) {
  if (!value) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

function quoted(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

async function load() {
  try {
    ({ leaderboards } = await call('/leaderboards'));
  } catch {
    setTimeout(load, 2_000);
    return;
  }
  const options = leaderboards.map(({ id, title }) => new Option(title, id));
  const chosen = $('#choose').value;
  $('#choose').replaceChildren(...options);
  $('#choose').value = leaderboards.some(({ id }) => id === chosen) ? chosen : leaderboards[0]?.id;
  show();
}

$('#choose').addEventListener('change', () => {
  $('#heading').value = leaderboards.find(({ id }) => id === $('#choose').value)?.title ?? '';
  show();
});
$('#rows').addEventListener('input', show);
$('#heading').addEventListener('input', show);
document.querySelectorAll('[data-copy]').forEach((button) => button.addEventListener('click', async () => {
  const text = $(`#${button.dataset.copy}`);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = 'Copied';
    $('#copied').textContent = 'Copied';
  } catch {
    // No permission, or no secure origin: marked, so that a key press copies it.
    getSelection().selectAllChildren(text);
  }
  setTimeout(() => {
    button.textContent = 'Copy';
    $('#copied').textContent = '';
  }, 2_000);
}));

show();
load();
