/** The client against a server and a network that do all that they may, and some that they must not. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../../../webroot/client/pacesetter.js';
import { Bridge } from './support/bridge.js';
import { Clock, seeded } from './support/clock.js';

const RUNS = Number(process.env.RUNS ?? 400);
const STEPS = 60;

function run(seed) {
  const random = seeded(seed);
  const pick = (n) => Math.floor(random() * n);
  const clock = new Clock();
  const order = random() < 0.5 ? 'asc' : 'desc';
  // A store that went back gives its versions away a second time. No viewer can tell those apart when messages get lost
  // or overtaken, too; on a connection that keeps them in order, it must.
  const isLossy = random() < 0.7;
  const bridge = new Bridge({ clock, random, order, faults: isLossy ? random() * 0.3 : 0 });
  const page = new EventTarget();
  page.hidden = false;
  let view = null;
  let shown = 0;
  const wrong = [];
  const client = connect('http://x', { WebSocket: bridge.WebSocket, ...clock, random, window: page, document: page });
  const compact = ({ entries }) => JSON.stringify(entries.map(({ rank, userId, score }) => [rank, userId, score]));
  client.watch('b', (next) => {
    view = next;
    shown++;
    const known = bridge.history.get(`${view.epoch}/${view.period}/${view.version}`) ?? [];
    if (!known.includes(compact(view))) {
      wrong.push(view);
    }
  }, random() < 0.5 ? { order } : {});

  const acts = [
    [12, () => bridge.post(`u${pick(14)}`, pick(6))],
    [2, () => bridge.remove(`u${pick(14)}`)],
    [1, () => bridge.cut()],
    [1, () => bridge.rebuild()],
    [0.5, () => bridge.nextPeriod()],
    [isLossy ? 0 : 2, () => bridge.goBack()],
    [0.5, () => bridge.sockets.forEach((socket) => { socket.isDead = true; })],
    [0.5, () => { bridge.up = !bridge.up; }],
    [0.5, () => { bridge.mute = !bridge.mute; }],
    [1, () => page.dispatchEvent(new Event(random() < 0.5 ? 'online' : 'visibilitychange'))],
  ];
  const all = acts.reduce((sum, [weight]) => sum + weight, 0);
  for (let step = 0; step < STEPS; step++) {
    let at = random() * all;
    acts.find(([weight]) => (at -= weight) < 0)[1]();
    clock.advance(random() < 0.1 ? pick(30_000) : pick(150));
  }

  bridge.calm();
  bridge.up = true;
  bridge.mute = false;
  clock.advance(120_000);
  // What was lost last is missed when the next one comes.
  bridge.post('last', 3);
  clock.advance(60_000);
  assert.equal(view.stale, false, `seed ${seed}`);
  assert.equal(view.epoch, bridge.epoch, `seed ${seed}`);
  assert.equal(view.version, bridge.version, `seed ${seed}`);
  assert.equal(view.total, bridge.lines.size, `seed ${seed}`);
  assert.deepEqual(
    view.entries.map(({ previousRank, ...entry }) => entry), bridge.entries(), `seed ${seed}`);
  assert.deepEqual(wrong, [], `seed ${seed}: shows what never was`);
  client.close();
  assert.equal(clock.waiting, 0, `seed ${seed}: timers are left`);
  return { shown, frames: bridge.frames.length, sockets: bridge.sockets.length };
}

test(`shows what the server holds, whatever happened: ${RUNS} runs`, () => {
  const sum = { shown: 0, frames: 0, sockets: 0 };
  for (let seed = 1; seed <= RUNS; seed++) {
    const done = run(seed);
    Object.keys(sum).forEach((key) => { sum[key] += done[key]; });
  }
  console.log(`${RUNS} runs: ${JSON.stringify(sum)}`);
  // The test itself: it must have seen boards change, and connections and registrations made anew.
  assert.ok(sum.shown > RUNS * 10 && sum.sockets > RUNS * 2 && sum.frames > sum.sockets * 2);
});
