/**
 * One leaderboard as a viewer holds it: applies snapshots and deltas, says when something was missed, and gives the
 * entries in order, with ranks. Pure: no network, no page.
 *
 * @typedef {{userId: string, name: string, score: number, reachedAt: string}} Line
 * @typedef {Line & {rank: number}} Entry
 */

const TOP = 100;

/** What became of a message. */
export const Outcome = Object.freeze({ applied: 'applied', ignored: 'ignored', resync: 'resync' });

export class Board {
  #order;
  #lines = new Map();
  #epoch = null;
  #period = null;
  #version = -1;
  #total = 0;
  #top = TOP;

  /** @param {'asc' | 'desc'} order which scores stand higher */
  constructor(order) {
    this.#order = order;
  }

  /** Takes a message. 'resync': one was missed; unregister and register again for a snapshot. */
  apply(message) {
    if (message.type === 'snapshot') {
      this.#lines = new Map(message.entries.map((entry) => [entry.userId, entry]));
      this.#top = Math.max(TOP, message.entries.length);
      this.#hold(message);
      return Outcome.applied;
    }
    if (message.type !== 'delta') {
      return Outcome.ignored;
    }
    if (message.epoch !== this.#epoch || message.period !== this.#period || message.base !== this.#version) {
      return Outcome.resync;
    }
    message.removed.forEach((userId) => this.#lines.delete(userId));
    message.changed.forEach((line) => this.#lines.set(line.userId, line));
    this.#hold(message);
    return Outcome.applied;
  }

  #hold({ epoch, period, version, total }) {
    this.#epoch = epoch;
    this.#period = period;
    this.#version = version;
    this.#total = total;
  }

  get period() {
    return this.#period;
  }

  get total() {
    return this.#total;
  }

  /** @returns {Entry[]} the entries in order; equal scores share a rank, the next one skips */
  entries() {
    const lines = [...this.#lines.values()].sort((one, other) => this.#compare(one, other)).slice(0, this.#top);
    let rank = 0;
    return lines.map((line, index) => {
      if (index === 0 || line.score !== lines[index - 1].score) {
        rank = index + 1;
      }
      return { ...line, rank };
    });
  }

  #compare(one, other) {
    if (one.score !== other.score) {
      return this.#order === 'asc' ? one.score - other.score : other.score - one.score;
    }
    const times = Date.parse(one.reachedAt) - Date.parse(other.reachedAt);
    if (times !== 0) {
      return times;
    }
    // Ids are ASCII: code units and bytes order alike.
    return one.userId < other.userId ? -1 : one.userId > other.userId ? 1 : 0;
  }
}

/**
 * How many places each entry went up (positive) or down (negative) since the last time, by user id.
 *
 * @param {Map<string, number>} before ranks by user id
 * @param {Entry[]} after
 */
export function movements(before, after) {
  const moved = new Map();
  for (const entry of after) {
    const rank = before.get(entry.userId);
    if (rank !== undefined && rank !== entry.rank) {
      moved.set(entry.userId, rank - entry.rank);
    }
  }
  return moved;
}
