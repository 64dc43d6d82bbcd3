import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Bus } from '../../../webroot/js/lib/bus.js';

class FakeSocket {
  static all = [];
  readyState = 0;
  sent = [];

  constructor() {
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  opens() {
    this.readyState = 1;
    this.onopen();
  }

  closes() {
    this.readyState = 3;
    this.onclose();
  }

  says(frame) {
    this.onmessage({ data: frame });
  }

  registered() {
    return this.sent.filter(({ type }) => type === 'register').map(({ address }) => address);
  }
}

function start() {
  FakeSocket.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const states = [];
  const bus = new Bus('ws://x', (state) => states.push(state), FakeSocket);
  bus.open();
  return { bus, states, last: () => FakeSocket.all.at(-1) };
}

test('registers on opening, and again after a loss', () => {
  const { bus, states, last } = start();
  bus.register('leaderboard.a', () => {});
  last().opens();
  assert.deepEqual(last().registered(), ['leaderboard.a']);
  last().closes();
  mock.timers.tick(400);
  assert.equal(FakeSocket.all.length, 2);
  last().opens();
  assert.deepEqual(last().registered(), ['leaderboard.a']);
  assert.deepEqual(states, ['connecting', 'live', 'connecting', 'connecting', 'live']);
});

test('hands over text and bytes alike, by address', () => {
  const { bus, last } = start();
  const heard = [];
  bus.register('a', (body) => heard.push(body.n));
  last().opens();
  last().says('{"type":"rec","address":"a","body":{"n":1}}');
  last().says(new TextEncoder().encode('{"type":"rec","address":"a","body":{"n":2}}').buffer);
  last().says('{"type":"rec","address":"other","body":{"n":3}}');
  last().says('{"type":"err","body":"rejected"}');
  assert.deepEqual(heard, [1, 2]);
});

test('backs off, at most ten seconds, and hurries when told', () => {
  const { bus, states, last } = start();
  for (let i = 0; i < 12; i++) {
    last().closes();
    mock.timers.tick(10_000);
    assert.equal(FakeSocket.all.length, i + 2);
  }
  assert.ok(states.includes('offline'));
  last().closes();
  const before = FakeSocket.all.length;
  bus.hurry();
  assert.equal(FakeSocket.all.length, before + 1);
  bus.hurry();
  assert.equal(FakeSocket.all.length, before + 1, 'one at a time');
});

test('pings, and stops with the socket', () => {
  const { last } = start();
  last().opens();
  mock.timers.tick(50_000);
  const pings = () => FakeSocket.all[0].sent.filter(({ type }) => type === 'ping').length;
  assert.equal(pings(), 3);
  last().closes();
  mock.timers.tick(1_000);
  assert.equal(pings(), 3);
});
