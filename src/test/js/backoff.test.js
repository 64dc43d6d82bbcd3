import assert from 'node:assert/strict';
import test from 'node:test';
import { Backoff } from '../../../webroot/client/backoff.js';

test('waits anything up to a bound that doubles, and never longer than the cap', () => {
  const longest = new Backoff({ first: 1_000, cap: 20_000, random: () => 1 });
  assert.deepEqual(Array.from({ length: 7 }, () => longest.next()), [1e3, 2e3, 4e3, 8e3, 16e3, 20e3, 20e3]);
  const shortest = new Backoff({ random: () => 0 });
  assert.equal(shortest.next(), 0);
  for (let i = 0; i < 2_000; i++) {
    longest.next();
  }
  assert.equal(longest.next(), 20_000, 'however often');
});

test('starts over when reset', () => {
  const backoff = new Backoff({ first: 10, random: () => 1 });
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 10);
});

test('may do it at once the first time', () => {
  const backoff = new Backoff({ first: 10, eager: true, random: () => 1 });
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [0, 10, 20]);
});
