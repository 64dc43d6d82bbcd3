import assert from 'node:assert/strict';
import test from 'node:test';
import { Announcer } from '../../../webroot/client/announcer.js';
import { Clock } from './support/clock.js';

function start() {
  const clock = new Clock();
  const said = [];
  const place = { set textContent(text) { said.push(text.replace(/[\u2068\u2069]/g, '')); } };
  const announcer = new Announcer(place, clock);
  return { clock, said, announcer, leads: (userId) => announcer.leads(userId && { userId, name: userId }) };
}

test('says who leads now, but not who led to begin with', () => {
  const { said, leads } = start();
  leads('Ada');
  leads('Ada');
  assert.deepEqual(said, []);
  leads('Bob');
  assert.deepEqual(said, ['Bob is now first']);
});

test('says it every ten seconds at most, and then what holds', () => {
  const { clock, said, leads } = start();
  leads('Ada');
  for (const leader of ['Bob', 'Cleo', 'Bob', 'Dan']) {
    leads(leader);
    clock.advance(1_000);
  }
  assert.deepEqual(said, ['Bob is now first']);
  clock.advance(6_100);
  assert.deepEqual(said, ['Bob is now first', 'Dan is now first']);
  leads('Eve');
  leads('Dan');
  clock.advance(60_000);
  assert.equal(said.length, 2, 'what is over by then is not said');
});

test('says nothing of an empty board, and the first on it', () => {
  const { said, leads } = start();
  leads(undefined);
  leads('Ada');
  assert.deepEqual(said, ['Ada is now first']);
});

test('starts over with another board', () => {
  const { clock, said, announcer, leads } = start();
  leads('Ada');
  leads('Bob');
  announcer.reset();
  leads('Cleo');
  clock.advance(20_000);
  assert.deepEqual(said, ['Bob is now first', '']);
  assert.equal(clock.waiting, 0);
});
