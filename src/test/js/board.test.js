import assert from 'node:assert/strict';
import test from 'node:test';
import { Board, Outcome } from '../../../webroot/client/board.js';

const line = (userId, score, reachedAt = '2026-11-23T12:00:00Z') => ({ userId, name: userId, score, reachedAt });
const snapshot = (entries, version = 1, epoch = 'e', period = 'p') =>
  ({ type: 'snapshot', leaderboard: 'b', period, epoch, version, total: entries.length, entries });
const delta = (base, version, changed, removed = [], epoch = 'e', period = 'p') =>
  ({ type: 'delta', leaderboard: 'b', period, epoch, base, version, total: 9, changed, removed });
const ranks = (board) => board.view.entries.map(({ rank, userId }) => `${rank} ${userId}`);
const moves = (board) => board.view.entries.map(({ userId, previousRank, rank }) => `${userId} ${previousRank}→${rank}`);

test('orders by score, then time, then id, and ties share a rank', () => {
  const board = new Board();
  board.apply(snapshot([
    line('top', 7), line('b', 5), line('Z', 5), line('early', 5, '2026-11-23T11:59:59.9Z'), line('zero', 0)]));
  assert.deepEqual(ranks(board), ['1 top', '2 early', '2 Z', '2 b', '5 zero']);
});

test('puts the smallest first where that is better', () => {
  const board = new Board('asc');
  board.apply(snapshot([line('only', 1500)]));
  board.apply(delta(1, 2, [line('fast', 1300)]));
  assert.deepEqual(ranks(board), ['1 fast', '2 only']);
});

test('reads off a snapshot which way it goes, whatever it was told', () => {
  const board = new Board('desc');
  board.apply(snapshot([line('fast', 1300), line('slow', 1500)]));
  assert.deepEqual(ranks(board), ['1 fast', '2 slow']);
  board.apply(delta(1, 2, [line('faster', 1200)]));
  assert.deepEqual(ranks(board), ['1 faster', '2 fast', '3 slow']);
});

test('asks once when nothing told yet which way it goes', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 5), line('b', 5)]));
  assert.equal(board.apply(delta(1, 2, [line('c', 5)])), Outcome.applied);
  assert.equal(board.apply(delta(2, 3, [line('d', 4)])), Outcome.resync);
  board.apply(snapshot([line('d', 4), line('a', 5), line('b', 5), line('c', 5)], 3), true);
  assert.equal(board.apply(delta(3, 4, [line('e', 3)])), Outcome.applied);
  assert.deepEqual(ranks(board), ['1 e', '2 d', '3 a', '3 b', '3 c']);
});

test('applies deltas that follow on what is held', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 3), line('b', 2)], 4));
  assert.equal(board.apply(delta(4, 6, [line('c', 9), line('b', 5)], ['a'])), Outcome.applied);
  assert.deepEqual(ranks(board), ['1 c', '2 b']);
  assert.equal(board.view.total, 9);
  assert.equal(board.view.version, 6);
});

test('asks for a snapshot after a gap, an older one, another epoch or another period', () => {
  for (const wrong of [delta(5, 6, []), delta(3, 4, []), delta(4, 5, [], [], 'other'), delta(4, 5, [], [], 'e', 'q')]) {
    const board = new Board();
    board.apply(snapshot([line('a', 3)], 4));
    assert.equal(board.apply(wrong), Outcome.resync);
    assert.deepEqual(ranks(board), ['1 a'], 'what is held stays');
  }
  assert.equal(new Board().apply(delta(0, 1, [])), Outcome.resync);
});

test('lets the last one come twice', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 3), line('b', 2)], 4));
  board.apply(delta(4, 5, [line('b', 4)]));
  assert.equal(board.apply(delta(4, 5, [line('b', 4)])), Outcome.ignored);
  assert.deepEqual(ranks(board), ['1 b', '2 a']);
  assert.equal(board.apply(delta(4, 5, [line('b', 1)])), Outcome.resync, 'the same versions, but not the same');
});

test('takes nothing but the snapshot that was asked for', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 3)], 4));
  assert.equal(board.apply(delta(4, 5, []), true), Outcome.ignored);
  assert.equal(board.apply(snapshot([line('b', 1)], 2), true), Outcome.applied);
  assert.deepEqual(ranks(board), ['1 b']);
});

test('asks about an older snapshot that nobody asked for: late, or the store went back', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 3)], 4));
  assert.equal(board.apply(snapshot([line('b', 1)], 3)), Outcome.resync);
  assert.deepEqual(ranks(board), ['1 a']);
});

test('starts anew with a new epoch or period', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 3)], 4));
  assert.equal(board.apply(snapshot([line('b', 1)], 1, 'new')), Outcome.applied);
  assert.equal(board.apply(snapshot([line('c', 1)], 1, 'new', 'q')), Outcome.applied);
  assert.deepEqual(ranks(board), ['1 c']);
  assert.equal(board.view.period, 'q');
});

test('ignores what it does not know', () => {
  assert.equal(new Board().apply({ type: 'passed' }), Outcome.ignored);
});

test('tells where each one was before, within a period', () => {
  const board = new Board();
  board.apply(snapshot([line('a', 3), line('b', 2)], 4));
  assert.deepEqual(moves(board), ['a null→1', 'b null→2']);
  board.apply(delta(4, 5, [line('b', 9), line('c', 5)]));
  assert.deepEqual(moves(board), ['b 2→1', 'c null→2', 'a 1→3']);
  board.apply(delta(5, 6, [line('a', 4)]));
  assert.deepEqual(moves(board), ['b 1→1', 'c 2→2', 'a 3→3']);
  board.apply(snapshot([line('a', 1)], 1, 'e', 'q'));
  assert.deepEqual(moves(board), ['a null→1']);
});
