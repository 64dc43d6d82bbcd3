import assert from 'node:assert/strict';
import test from 'node:test';
import { formatScore } from '../../../webroot/client/format.js';
import { parseScore, scoreHint } from '../../../webroot/js/model/format.js';

test('shows times as people say them', () => {
  const seconds = { unit: 'seconds', decimals: 0 };
  assert.equal(formatScore(1470, seconds), '24:30');
  assert.equal(formatScore(59, seconds), '0:59');
  assert.equal(formatScore(3725, seconds), '1:02:05');
});

test('puts the point where the board has it', () => {
  assert.equal(formatScore(1234567, { unit: 'points', decimals: 0 }), '1,234,567');
  assert.equal(formatScore(12345, { unit: 'km', decimals: 2 }), '123.45');
  assert.equal(formatScore(0, { unit: 'km', decimals: 1 }), '0.0');
});

test('reads whole numbers and times, and nothing else', () => {
  assert.equal(parseScore(' 42 '), 42);
  assert.equal(parseScore('24:30'), 1470);
  assert.equal(parseScore('1:02:05'), 3725);
  for (const wrong of ['', '1.5', '-1', '1e3', 'x', '24:60', '1:2:3:4']) {
    assert.ok(Number.isNaN(parseScore(wrong)), wrong);
  }
});

test('says what to type', () => {
  assert.equal(scoreHint({ unit: 'points', decimals: 0, minScore: 0, maxScore: 100 }), 'points, 0 to 100');
  assert.equal(scoreHint({ unit: 'seconds', decimals: 0 }), 'as m:ss, such as 24:30');
});
