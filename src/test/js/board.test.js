import assert from 'node:assert/strict';
import test from 'node:test';
import { Board, Outcome, movements } from '../../../webroot/js/model/board.js';

const line = (userId, score, reachedAt = '2026-11-23T12:00:00Z') => ({ userId, name: userId, score, reachedAt });
const snapshot = (entries, version = 1, epoch = 'e', period = 'p') =>
  ({ type: 'snapshot', leaderboard: 'b', period, epoch, version, total: entries.length, entries });
const delta = (base, version, changed, removed = [], epoch = 'e', period = 'p') =>
  ({ type: 'delta', leaderboard: 'b', period, epoch, base, version, total: 9, changed, removed });
const ranks = (board) => board.entries().map(({ rank, userId }) => `${rank} ${userId}`);

test('orders by score, then time, then id, and ties share a rank', () => {
  const board = new Board('desc');
  board.apply(snapshot([
    line('b', 5), line('Z', 5), line('early', 5, '2026-11-23T11:59:59.9Z'), line('top', 7), line('zero', 0)]));
  assert.deepEqual(ranks(board), ['1 top', '2 early', '2 Z', '2 b', '5 zero']);
});

test('puts the smallest first where that is better', () => {
  const board = new Board('asc');
  board.apply(snapshot([line('slow', 1500), line('fast', 1300)]));
  assert.deepEqual(ranks(board), ['1 fast', '2 slow']);
});

test('applies deltas that follow on what is held', () => {
  const board = new Board('desc');
  board.apply(snapshot([line('a', 3), line('b', 2)], 4));
  assert.equal(board.apply(delta(4, 6, [line('c', 9), line('b', 5)], ['a'])), Outcome.applied);
  assert.deepEqual(ranks(board), ['1 c', '2 b']);
  assert.equal(board.total, 9);
});

test('asks for a snapshot after a gap, a repeat, another epoch or another period', () => {
  for (const wrong of [delta(5, 6, []), delta(3, 4, []), delta(4, 5, [], [], 'other'), delta(4, 5, [], [], 'e', 'q')]) {
    const board = new Board('desc');
    board.apply(snapshot([line('a', 3)], 4));
    assert.equal(board.apply(wrong), Outcome.resync);
    assert.deepEqual(ranks(board), ['1 a'], 'what is held stays');
  }
  assert.equal(new Board('desc').apply(delta(0, 1, [])), Outcome.resync);
});

test('starts anew with every snapshot', () => {
  const board = new Board('desc');
  board.apply(snapshot([line('a', 3)], 4));
  board.apply(snapshot([line('b', 1)], 1, 'new', 'q'));
  assert.deepEqual(ranks(board), ['1 b']);
  assert.equal(board.period, 'q');
});

test('ignores what it does not know', () => {
  assert.equal(new Board('desc').apply({ type: 'passed' }), Outcome.ignored);
});

test('tells how far entries moved', () => {
  const moved = movements(new Map([['a', 1], ['b', 2], ['c', 3]]), [
    { userId: 'c', rank: 1 }, { userId: 'a', rank: 2 }, { userId: 'new', rank: 3 }]);
  assert.deepEqual([...moved], [['c', 2], ['a', -1]]);
});
