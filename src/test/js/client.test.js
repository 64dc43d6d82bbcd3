import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { connect } from '../../../webroot/client/pacesetter.js';
import { Bridge, FakeSocket } from './support/bridge.js';
import { Clock } from './support/clock.js';

const CLIENT = new URL('../../../webroot/client/', import.meta.url);

function start(options = {}) {
  const clock = new Clock();
  const bridge = new Bridge({ clock });
  const states = [];
  const views = [];
  const page = new EventTarget();
  page.hidden = false;
  const client = connect('http://x', {
    WebSocket: bridge.WebSocket, ...clock, random: () => 0.99, document: page, window: page,
    onState: (state) => states.push(state), ...options,
  });
  const watch = (id = 'b', order) => client.watch(id, (view) => views.push(view), { order });
  const names = () => views.at(-1).entries.map(({ rank, userId }) => `${rank} ${userId}`);
  return { clock, bridge, states, views, page, client, watch, names };
}

/** Microtasks first. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('shows the snapshot, then every change, from text and bytes', () => {
  const { clock, bridge, states, views, watch, names } = start();
  bridge.post('ada', 5);
  watch();
  clock.advance(20);
  assert.equal(bridge.last.url, 'ws://x/eventbus/websocket');
  assert.deepEqual(names(), ['1 ada']);
  bridge.post('bob', 7);
  bridge.post('bob', 9);
  clock.advance(20);
  assert.deepEqual(names(), ['1 bob', '2 ada']);
  const { total, period, epoch, version, stale, refused } = views.at(-1);
  assert.deepEqual({ total, period, epoch, version, stale, refused },
    { total: 2, period: '2026-W1', epoch: 'e1', version: bridge.version, stale: false, refused: null });
  assert.deepEqual(states, ['connecting', 'open']);
});

test('watches among a group, apart from the whole', () => {
  const { clock, bridge, client } = start();
  client.watch('b', () => {});
  client.watch('b', () => {}, { group: 'crew' });
  clock.advance(20);
  const addresses = bridge.last.sent.filter(({ type }) => type === 'register').map(({ address }) => address);
  assert.deepEqual(addresses, ['leaderboard.b', 'leaderboard.b.group.crew']);
});

test('takes an origin with a path, or the page itself', () => {
  const urls = [];
  class Socket extends FakeSocket {
    constructor(url) {
      super(url);
      urls.push(url);
    }
  }
  const clock = new Clock();
  connect('https://x.example/board//', { WebSocket: Socket, ...clock });
  globalThis.location = { href: 'https://page.example/a/b' };
  connect(undefined, { WebSocket: Socket, ...clock });
  delete globalThis.location;
  assert.deepEqual(urls, ['wss://x.example/board/eventbus/websocket', 'wss://page.example/eventbus/websocket']);
  assert.throws(() => connect('nonsense', { WebSocket: Socket, ...clock }), TypeError);
});

test('says that it is stale when the connection is lost, and registers everything again', () => {
  const { clock, bridge, states, views, watch, names } = start();
  bridge.post('ada', 5);
  watch();
  clock.advance(20);
  bridge.up = false;
  bridge.cut();
  assert.equal(views.at(-1).stale, true);
  assert.deepEqual(names(), ['1 ada'], 'what was known is still shown');
  bridge.post('bob', 9);
  clock.advance(60_000);
  bridge.up = true;
  clock.advance(21_000);
  assert.deepEqual(names(), ['1 bob', '2 ada']);
  assert.equal(views.at(-1).stale, false);
  assert.deepEqual(states, ['connecting', 'open', 'stale', 'open']);
});

test('backs off up to twenty seconds, and starts over after a connection that held', () => {
  const { clock, bridge, states } = start();
  bridge.up = false;
  bridge.cut();
  const times = [];
  for (let seen = bridge.sockets.length; times.length < 8; clock.advance(1)) {
    if (bridge.sockets.length > seen) {
      seen = bridge.sockets.length;
      times.push(clock.now);
    }
  }
  const gaps = times.slice(1).map((time, index) => Math.round((time - times[index]) / 1_000));
  assert.deepEqual(gaps, [2, 4, 8, 16, 20, 20, 20]);
  assert.deepEqual(states, ['connecting', 'stale']);
  const sockets = () => bridge.sockets.length;
  bridge.up = true;
  while (states.at(-1) !== 'open') {
    clock.advance(100);
  }
  clock.advance(9_000);
  bridge.cut();
  let before = sockets();
  clock.advance(10_000);
  assert.equal(sockets(), before, 'it was open for too short a time');
  clock.advance(25_000);
  bridge.cut();
  before = sockets();
  clock.advance(1_000);
  assert.equal(sockets(), before + 1);
});

test('gives up a connection that does not open in time', () => {
  const { clock, bridge } = start();
  bridge.last.isDead = true;
  clock.advance(16_500);
  assert.equal(bridge.sockets.length, 2);
});

test('mends a gap at once by a fresh snapshot', () => {
  const { clock, bridge, watch, names, views } = start();
  bridge.post('ada', 5);
  watch();
  clock.advance(20);
  bridge.last.isRegistered = false;
  bridge.post('lost', 7);
  bridge.last.isRegistered = true;
  bridge.post('bob', 9);
  clock.advance(20);
  assert.deepEqual(names(), ['1 bob', '2 lost', '3 ada']);
  assert.ok(views.every(({ stale }) => !stale));
  assert.deepEqual(bridge.last.sent.slice(-2).map(({ type }) => type), ['unregister', 'register']);
});

test('does not ask in a loop when gaps keep coming', () => {
  const { clock, bridge, watch, views } = start();
  watch();
  clock.advance(20);
  const gap = () => {
    bridge.last.isRegistered = false;
    bridge.post('lost', views.length);
    bridge.last.isRegistered = true;
    bridge.post('ada', views.length);
  };
  for (let i = 0; i < 600; i++) {
    gap();
    clock.advance(100);
  }
  const asked = bridge.last.registered().length;
  assert.ok(asked > 3 && asked < 12, `${asked} times in a minute`);
  assert.ok(views.some(({ stale }) => stale), 'it says so meanwhile');
  clock.advance(30_000);
  gap();
  clock.advance(20);
  assert.equal(views.at(-1).stale, false, 'after a quiet while the first time is at once again');
});

test('counts as mended once a while of changes went well', () => {
  const { clock, bridge, watch, views } = start();
  const gap = () => {
    bridge.last.isRegistered = false;
    bridge.post('lost', views.length);
    bridge.last.isRegistered = true;
    bridge.post('ada', views.length);
  };
  watch('b', 'desc');
  clock.advance(20);
  gap();
  for (let i = 0; i < 150; i++) {
    clock.advance(100);
    bridge.post('ada', i);
  }
  gap();
  clock.advance(20);
  assert.ok(views.every(({ stale }) => !stale), 'at once, both times');
});

test('does not ask for what came by itself', () => {
  const { clock, bridge, watch, views } = start();
  watch();
  clock.advance(20);
  for (let i = 0; i < 2; i++) {
    bridge.last.isRegistered = false;
    bridge.post('lost', i + 1);
    bridge.last.isRegistered = true;
    bridge.post('ada', i + 1);
    clock.advance(20);
  }
  assert.equal(views.at(-1).stale, true, 'it waits to ask a second time');
  const asked = bridge.last.registered().length;
  bridge.rebuild();
  clock.advance(5_000);
  assert.equal(views.at(-1).stale, false);
  assert.equal(bridge.last.registered().length, asked);
});

test('takes the snapshot after a loss, also an older one', () => {
  const { clock, bridge, watch, names } = start();
  bridge.post('ada', 5);
  bridge.post('bob', 4);
  watch();
  clock.advance(20);
  bridge.cut();
  bridge.goBack();
  clock.advance(1_100);
  assert.deepEqual(names(), ['1 ada']);
  assert.deepEqual(bridge.last.registered(), ['leaderboard.b']);
});

test('does not listen to a socket that it gave up', () => {
  const { clock, bridge, watch, views, states } = start();
  watch();
  const [first] = bridge.sockets;
  first.isDead = true;
  clock.advance(15_000);
  first.onopen?.();
  first.onmessage?.({ data: '{"type":"err","address":"leaderboard.b","failureCode":404}' });
  first.onclose?.();
  assert.deepEqual(states, ['connecting']);
  assert.equal(views.length, 0);
});

test('asks again when no snapshot comes', () => {
  const { clock, bridge, watch, names, views } = start();
  bridge.post('ada', 5);
  watch();
  bridge.mute = true;
  clock.advance(10_000);
  assert.equal(bridge.last.registered().length, 1);
  assert.equal(views.length, 0);
  bridge.mute = false;
  clock.advance(1_000);
  assert.deepEqual(names(), ['1 ada']);
});

test('reports what is not there, and does not insist', () => {
  const { clock, bridge, watch, views } = start();
  const watching = watch('nope');
  clock.advance(20);
  assert.deepEqual(views.at(-1).refused, { code: 404, reason: 'not-found', message: 'no such leaderboard' });
  assert.deepEqual(views.at(-1).entries, []);
  clock.advance(120_000);
  bridge.cut();
  clock.advance(120_000);
  assert.equal(bridge.sockets.length, 2);
  assert.equal(bridge.frames.filter(({ address }) => address === 'leaderboard.nope').length, 1);
  watching.close();
  watch('nope');
  clock.advance(20);
  assert.equal(views.length, 2, 'a new watch asks anew');
});

test('tells that a board was taken away, and shows it when it is back', () => {
  const { clock, bridge, watch, views, names } = start();
  bridge.post('ada', 5);
  watch();
  clock.advance(20);
  const gone = { type: 'err', address: 'leaderboard.b', failureCode: 404, failureType: 'not-found', message: 'gone' };
  bridge.last.onmessage({ data: JSON.stringify(gone) });
  assert.equal(views.at(-1).refused.code, 404);
  bridge.post('bob', 4);
  clock.advance(20);
  assert.equal(views.at(-1).refused.code, 404, 'only a snapshot tells that it is back');
  bridge.goBack();
  clock.advance(20);
  assert.equal(views.at(-1).refused, null);
  assert.deepEqual(bridge.last.registered(), ['leaderboard.b']);
  assert.deepEqual(names(), ['1 ada']);
});

test('tries again what is refused for now, less and less often', () => {
  const { clock, bridge, watch, views } = start();
  watch();
  bridge.mute = true;
  clock.advance(5);
  const socket = bridge.last;
  const busy = { type: 'err', address: 'leaderboard.b', failureCode: 503, failureType: 'busy', message: 'later' };
  for (let i = 0; i < 300; i++) {
    clock.advance(100);
    socket.onmessage({ data: JSON.stringify(busy) });
  }
  assert.equal(views.at(-1).refused.code, 503);
  assert.ok(socket.registered().length >= 2 && socket.registered().length < 9, `${socket.registered().length}`);
  bridge.mute = false;
  clock.advance(25_000);
  assert.equal(views.at(-1).refused, null);
});

test('tries again as often as the page says', () => {
  const { clock, bridge, watch } = start({ reconnect: { first: 100, cap: 200 } });
  watch();
  bridge.mute = true;
  clock.advance(5);
  const socket = bridge.last;
  const busy = { type: 'err', address: 'leaderboard.b', failureCode: 503, failureType: 'busy', message: 'later' };
  for (let i = 0; i < 20; i++) {
    socket.onmessage({ data: JSON.stringify(busy) });
    clock.advance(200);
  }
  assert.equal(socket.registered().length, 21);
});

test('lets a listener end its watch whatever it is told', () => {
  const { clock, bridge, client } = start();
  bridge.mute = true;
  const watching = client.watch('b', () => watching.close());
  clock.advance(10);
  const busy = { type: 'err', address: 'leaderboard.b', failureCode: 503, failureType: 'busy', message: 'later' };
  bridge.last.onmessage({ data: JSON.stringify(busy) });
  assert.equal(bridge.last.sent.at(-1).type, 'unregister');
  const sent = bridge.last.registered().length;
  clock.advance(20_000);
  assert.equal(bridge.last.registered().length, sent);
});

test('shares one registration between listeners, and tells a late one at once', async () => {
  const { clock, bridge, client, watch } = start();
  bridge.post('ada', 5);
  const first = watch();
  clock.advance(20);
  const late = [];
  const second = client.watch('b', (view) => late.push(view));
  await settle();
  assert.deepEqual(late.at(-1).entries.map(({ userId }) => userId), ['ada']);
  assert.deepEqual(bridge.last.registered(), ['leaderboard.b']);
  first.close();
  first.close();
  bridge.post('ada', 6);
  clock.advance(20);
  assert.equal(late.at(-1).entries[0].score, 6);
  second.close();
  assert.equal(bridge.last.sent.at(-1).type, 'unregister');
  bridge.post('ada', 7);
  clock.advance(20);
  assert.equal(late.at(-1).entries[0].score, 6);
});

test('does not let one listener break the others', () => {
  const { clock, bridge, client, watch, views } = start();
  const thrown = [];
  globalThis.reportError = (failure) => thrown.push(failure.message);
  client.watch('b', () => {
    throw new Error('of the page');
  });
  watch();
  bridge.post('ada', 5);
  clock.advance(20);
  delete globalThis.reportError;
  assert.equal(views.length, 1);
  assert.deepEqual(thrown, ['of the page']);
});

test('pings, also while hidden, and notices a line that went dead', () => {
  const { clock, bridge, states, page, watch } = start();
  watch();
  page.hidden = true;
  clock.advance(120_000);
  const pings = bridge.last.sent.filter(({ type }) => type === 'ping').length;
  assert.equal(pings, 5);
  assert.equal(bridge.sockets.length, 1);
  for (let i = 0; i < 60; i++) {
    bridge.post('ada', i);
    clock.advance(1_000);
  }
  const probes = () => bridge.last.sent.filter(({ type, address }) => type === 'register' && !address).length;
  const asked = probes();
  for (let i = 0; i < 60; i++) {
    bridge.post('ada', i);
    clock.advance(1_000);
  }
  assert.equal(probes(), asked, 'a busy line need not be asked');
  bridge.last.isDead = true;
  clock.advance(55_000);
  assert.ok(states.includes('stale'));
  assert.equal(bridge.sockets.length, 2);
  assert.equal(states.at(-1), 'open');
});

test('asks for a sign of life when somebody looks again or the network is back', () => {
  for (const event of ['visibilitychange', 'online']) {
    const { clock, bridge, states, page } = start();
    clock.advance(20);
    page.dispatchEvent(new Event(event));
    clock.advance(8_500);
    assert.equal(bridge.sockets.length, 1, 'it was alive');
    bridge.last.isDead = true;
    page.dispatchEvent(new Event(event));
    clock.advance(9_100);
    assert.equal(states.at(-1), 'open');
    assert.equal(bridge.sockets.length, 2, event);
    bridge.up = false;
    bridge.cut();
    clock.advance(30_000);
    bridge.up = true;
    const before = bridge.sockets.length;
    page.dispatchEvent(new Event(event));
    page.dispatchEvent(new Event(event));
    assert.equal(bridge.sockets.length, before + 1, 'at once, and one at a time');
  }
});

test('falls back to SockJS where WebSockets fail, and comes back', () => {
  const made = [];
  class SockJS extends FakeSocket {
    constructor(url) {
      super(url);
      made.push(this);
    }
  }
  const { clock, bridge, states } = start({ sockjs: SockJS });
  bridge.up = false;
  clock.advance(1_100);
  assert.equal(made.at(-1).url, 'http://x/eventbus');
  made.at(-1).readyState = 1;
  made.at(-1).onopen();
  assert.equal(states.at(-1), 'open');
  made.at(-1).onclose();
  clock.advance(20_000);
  assert.ok(bridge.sockets.length >= 2, 'the WebSocket has its turn again');

  const working = start({ sockjs: SockJS });
  working.clock.advance(10);
  const before = made.length;
  working.bridge.cut();
  working.clock.advance(1_100);
  assert.equal(made.length, before, 'what worked is tried first');
  assert.equal(working.states.at(-1), 'open');

  const alone = start({ sockjs: SockJS, WebSocket: null });
  alone.clock.advance(10);
  assert.equal(alone.bridge.sockets.length, 0);
  assert.equal(made.at(-1).url, 'http://x/eventbus');
});

test('sends the token, fresh after every loss, and one that takes a while', async () => {
  let n = 0;
  const { clock, bridge, watch } = start({ token: async () => `t${++n}` });
  watch();
  clock.advance(20);
  assert.deepEqual(bridge.last.registered(), []);
  await settle();
  assert.equal(bridge.last.sent.at(-1).headers.Authorization, 'Bearer t1');
  bridge.cut();
  clock.advance(1_500);
  await settle();
  assert.equal(bridge.last.sent.at(-1).headers.Authorization, 'Bearer t2');
  const plain = start({ token: 'abc' });
  plain.watch();
  plain.clock.advance(20);
  assert.equal(plain.bridge.last.sent.at(-1).headers.Authorization, 'Bearer abc');
});

const expired = (address = 'leaderboard.b') => ({
  data: JSON.stringify({ type: 'err', address, failureCode: 401, failureType: 'unauthenticated', message: 'expired' }),
});

test('asks for a new token when the old one has ended, and nobody sees it', async () => {
  let n = 0;
  const { clock, bridge, watch, views, names } = start({ token: () => `t${++n}` });
  watch();
  clock.advance(20);
  await settle();
  clock.advance(20);
  const before = views.length;
  // The server has let go of it.
  bridge.last.isRegistered = false;
  bridge.last.onmessage(expired());
  await settle();
  assert.equal(bridge.last.sent.at(-1).headers.Authorization, 'Bearer t2');
  bridge.post('ada', 5);
  clock.advance(20);
  assert.deepEqual(names(), ['1 ada']);
  assert.ok(views.slice(before).every(({ stale, refused }) => !stale && !refused));
});

test('does not ask for tokens in a loop when none holds', async () => {
  let n = 0;
  const { clock, bridge, client } = start({ token: () => `t${++n}` });
  const heard = [];
  client.watchUser('u1', (message) => heard.push(message));
  bridge.mute = true;
  clock.advance(5);
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    await settle();
    // Each registration is refused once.
    const asked = bridge.last.sent.filter(({ type }) => type === 'register').length;
    if (asked > refused) {
      refused = asked;
      bridge.last.onmessage(expired('user.u1'));
    }
    clock.advance(100);
  }
  assert.ok(n >= 3 && n < 9, `${n} in half a minute`);
  assert.equal(heard.at(-1).code, 401);
});

test('takes the refusal of a plain token for final', () => {
  const { clock, bridge, watch, views } = start({ token: 'abc' });
  watch();
  clock.advance(20);
  bridge.last.onmessage(expired());
  clock.advance(60_000);
  bridge.cut();
  clock.advance(60_000);
  assert.equal(views.at(-1).refused.code, 401);
  assert.equal(bridge.frames.filter(({ address }) => address === 'leaderboard.b').length, 1);
});

test('tries again when no token can be had', async () => {
  let n = 0;
  const { clock, bridge, watch } = start({
    token: () => {
      if (++n < 3) {
        throw new Error('not yet');
      }
      return n === 3 ? Promise.reject(new Error('nor now')) : 'token';
    },
  });
  watch();
  for (let i = 0; i < 20; i++) {
    clock.advance(1_000);
    await settle();
  }
  assert.deepEqual(bridge.last.registered(), ['leaderboard.b']);
});

test('forgets a registration whose token came too late', async () => {
  let give;
  const { clock, bridge, watch } = start({ token: () => new Promise((resolve) => { give = resolve; }) });
  const watching = watch();
  clock.advance(20);
  watching.close();
  give('late');
  await settle();
  assert.deepEqual(bridge.last.registered(), []);
});

test('hands over what comes for a user, as it comes', async () => {
  const { clock, bridge, client } = start({ token: 'abc' });
  const heard = [];
  const following = client.watchUser('u1', (message) => heard.push(message));
  clock.advance(5);
  assert.deepEqual(bridge.last.registered(), ['user.u1']);
  const standing = { type: 'standing', leaderboard: 'b', rank: 3 };
  bridge.last.onmessage({ data: JSON.stringify({ type: 'rec', address: 'user.u1', body: standing }) });
  assert.deepEqual(heard, [standing]);
  clock.advance(20);
  assert.equal(heard.at(-1).type, 'refused');
  assert.equal(heard.at(-1).code, 404);
  const late = [];
  client.watchUser('u1', (message) => late.push(message));
  await settle();
  assert.equal(late[0]?.code, 404);
  following.close();
  assert.throws(() => start().client.watchUser('u1', () => {}), /token/);
});

test('leaves out who has passed where that is asked for, after a loss, too', () => {
  const { clock, bridge, client } = start({ token: 'abc' });
  bridge.mute = true;
  client.watchUser('u1', () => {}, { passed: 'off' });
  client.watchUser('u2', () => {});
  client.watch('b', () => {});
  clock.advance(5);
  const headers = () =>
    Object.fromEntries(bridge.last.sent.filter(({ headers }) => headers).map(({ address, headers }) => [address, headers]));
  const plain = { Authorization: 'Bearer abc' };
  const all = { 'user.u1': { ...plain, passed: 'off' }, 'user.u2': plain, 'leaderboard.b': plain };
  assert.deepEqual(headers(), all);
  bridge.cut();
  clock.advance(1_005);
  assert.equal(bridge.sockets.length, 2);
  assert.deepEqual(headers(), all);
});

test('ignores what it cannot read, and what nobody watches', () => {
  const { clock, bridge, watch, names } = start();
  bridge.post('ada', 5);
  watch();
  clock.advance(20);
  for (const data of ['{', 'null', '7', '[]', '{"type":"rec","address":"other","body":{}}', '{"type":"err","body":"x"}']) {
    bridge.last.onmessage({ data });
  }
  assert.deepEqual(names(), ['1 ada']);
});

test('ends with nothing left behind', () => {
  let listeners = 0;
  const counting = new (class extends EventTarget {
    addEventListener(...all) {
      listeners++;
      super.addEventListener(...all);
    }

    removeEventListener(...all) {
      listeners--;
      super.removeEventListener(...all);
    }
  })();
  const { clock, bridge, states, client, watch, page } = start({ window: counting, document: counting });
  const watching = watch();
  clock.advance(20);
  assert.equal(listeners, 2);
  client.close();
  assert.equal(listeners, 0);
  assert.equal(clock.waiting, 0);
  assert.equal(bridge.last.readyState, 3);
  page.dispatchEvent(new Event('online'));
  clock.advance(100_000);
  assert.equal(bridge.sockets.length, 1);
  assert.equal(states.at(-1), 'closed');
  watching.close();
  assert.throws(() => watch(), /closed/);
});

test('stays closed after a loss when told not to reconnect', () => {
  const { clock, bridge, states } = start({ reconnect: false });
  clock.advance(20);
  bridge.cut();
  clock.advance(60_000);
  assert.deepEqual(states, ['connecting', 'open', 'closed']);
  assert.equal(bridge.sockets.length, 1);
});

test('tells a later listener of states, too', () => {
  const { clock, client, bridge } = start();
  clock.advance(20);
  const heard = [];
  const listening = client.onState((state) => heard.push(state));
  bridge.cut();
  listening.close();
  clock.advance(2_000);
  assert.deepEqual(heard, ['open', 'stale']);
});

test('is small: less than 6 KB as it is, comments and all', () => {
  const library = ['pacesetter.js'];
  for (const name of library) {
    const imports = readFileSync(new URL(name, CLIENT), 'utf8').matchAll(/ from '\.\/([\w-]+\.js)';/g);
    library.push(...[...imports].map(([, file]) => file).filter((file) => !library.includes(file)));
  }
  assert.equal(library.length, 6);
  const all = Buffer.concat(library.map((name) => readFileSync(new URL(name, CLIENT))));
  const size = gzipSync(all, { level: 9 }).length;
  console.log(`client library: ${library.join(' + ')} = ${size} bytes gzipped`);
  assert.ok(size < 6 * 1024, `${size} bytes`);
});

test('lives through the errors of sockets that throw what nobody listens for', () => {
  // As npm's ws does, also for one that is closed while it connects.
  const failing = [];
  class Emitter extends FakeSocket {
    constructor(url) {
      super(url);
      failing.push(this);
    }

    fail() {
      assert.equal(typeof this.onerror, 'function');
      this.onerror({ type: 'error' });
      this.onclose?.();
    }

    close() {
      assert.equal(typeof this.onerror, 'function');
      super.close();
    }
  }
  const { clock, client } = start({ WebSocket: Emitter });
  failing[0].fail();
  clock.advance(1_100);
  assert.equal(failing.length, 2);
  failing[1].fail();
  clock.advance(2_100);
  assert.equal(failing.length, 3);
  client.close();
});
