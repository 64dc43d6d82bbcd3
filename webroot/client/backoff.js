/** How long to wait before trying again: full jitter, as everybody loses the same server at the same moment. */
export class Backoff {
  #tries = 0;
  #first;
  #cap;
  #random;
  #eager;

  /**
   * @param {{first?: number, cap?: number, eager?: boolean, random?: () => number}} [options] milliseconds; eager: the
   *     first time at once; random within [0, 1)
   */
  constructor({ first = 1_000, cap = 20_000, eager = false, random = Math.random } = {}) {
    this.#first = first;
    this.#cap = cap;
    this.#eager = eager;
    this.#random = random;
  }

  /** How often it was asked since it was reset. */
  get tries() {
    return this.#tries;
  }

  /** @returns {number} milliseconds: anything from nothing to a bound that doubles each time, up to the cap */
  next() {
    const doubled = this.#tries++ - (this.#eager ? 1 : 0);
    return doubled < 0 ? 0 : this.#random() * Math.min(this.#cap, this.#first * 2 ** doubled);
  }

  reset() {
    this.#tries = 0;
  }
}
