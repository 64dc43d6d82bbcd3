/**
 * One leaderboard as a viewer holds it: applies snapshots and deltas, says when something was missed, and gives the
 * entries in order, with ranks. Pure: no network, no page, no clock.
 */

/** What became of a message. */
export const Outcome = Object.freeze({ applied: 'applied', ignored: 'ignored', resync: 'resync' });

export class Board {
  #order;
  #lines = new Map();
  #last = null;

  /**
   * What is held: entries in order, equal scores sharing a rank and the next one skipping, each with the rank that it
   * had before the last message (null: none, or another period).
   */
  view = { entries: [], total: 0, period: null, epoch: null, version: null };

  /** @param {'asc' | 'desc'} [order] which scores stand higher; without, it is read off the first snapshot that tells */
  constructor(order) {
    this.#order = order;
  }

  /**
   * Takes a message. 'resync': unregister, register again and take the snapshot; what is held stays until then.
   *
   * @param {boolean} [asked] whether a snapshot was asked for: until it comes, nothing else counts
   */
  apply(message, asked = false) {
    if (message.type === 'snapshot') {
      return this.#snapshot(message, asked);
    }
    if (message.type !== 'delta' || asked) {
      return Outcome.ignored;
    }
    if (!this.#isHeld(message) || message.base !== this.view.version) {
      // The last one once more, to the letter, is harmless; whatever else does not follow may hide a loss.
      return JSON.stringify(message) === JSON.stringify(this.#last) ? Outcome.ignored : Outcome.resync;
    }
    const lines = new Map(this.#lines);
    message.removed.forEach((userId) => lines.delete(userId));
    message.changed.forEach((line) => lines.set(line.userId, line));
    if (!this.#order && new Set([...lines.values()].map(({ score }) => score)).size > 1) {
      // All scores were equal so far: only a snapshot, which comes in order, tells which way it goes.
      return Outcome.resync;
    }
    this.#hold(lines, message);
    return Outcome.applied;
  }

  #snapshot(message, asked) {
    if (!asked && this.#isHeld(message) && message.version < this.view.version) {
      // Late, or the server's store went back: asking tells.
      return Outcome.resync;
    }
    const { entries } = message;
    const spread = entries.length > 0 ? entries[0].score - entries.at(-1).score : 0;
    if (spread !== 0) {
      this.#order = spread > 0 ? 'desc' : 'asc';
    }
    this.#hold(new Map(entries.map((entry) => [entry.userId, entry])), message);
    return Outcome.applied;
  }

  #isHeld({ epoch, period }) {
    return epoch === this.view.epoch && period === this.view.period;
  }

  #hold(lines, message) {
    const { epoch, period, version, total } = message;
    const known = period === this.view.period ? this.view.entries : [];
    const before = new Map(known.map(({ userId, rank }) => [userId, rank]));
    let rank = 0;
    let score;
    const entries = [...lines.values()].sort((one, other) => this.#compare(one, other)).map((line, index) => {
      rank = line.score === score ? rank : index + 1;
      score = line.score;
      return { ...line, rank, previousRank: before.get(line.userId) ?? null };
    });
    this.#lines = lines;
    this.#last = message;
    this.view = { entries, total, period, epoch, version };
  }

  #compare(one, other) {
    const better = this.#order === 'asc' ? one.score - other.score : other.score - one.score;
    // Ids are ASCII: code units and bytes order alike.
    return better || Date.parse(one.reachedAt) - Date.parse(other.reachedAt) || (one.userId < other.userId ? -1 : 1);
  }
}
