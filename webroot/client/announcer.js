/** Tells a screen reader who leads, not more often than one can listen to. */

const LEAST_MILLIS = 10_000;

export class Announcer {
  #place;
  #clock;
  /** Who was last said to lead; undefined: nobody was heard of yet. */
  #told;
  #leader = null;
  #timer = null;

  /**
   * @param {{textContent: string}} place a polite live region
   * @param {{setTimeout: Function, clearTimeout: Function}} [clock]
   */
  constructor(place, clock = { setTimeout: (...all) => setTimeout(...all), clearTimeout: (id) => clearTimeout(id) }) {
    this.#place = place;
    this.#clock = clock;
  }

  /** @param {{userId: string, name: string} | undefined} leader who is first now, if anybody */
  leads(leader) {
    const isFirst = this.#told === undefined;
    this.#leader = leader ?? null;
    if (isFirst) {
      // What is there to begin with is read with the table.
      this.#told = this.#leader?.userId ?? null;
    } else if (this.#timer === null) {
      this.#tell();
    }
  }

  /** Another board. */
  reset() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#told = undefined;
    this.#place.textContent = '';
  }

  #tell() {
    const id = this.#leader?.userId ?? null;
    if (id === this.#told) {
      return;
    }
    this.#told = id;
    if (this.#leader) {
      // Isolated: a name written from right to left must not turn the sentence around.
      this.#place.textContent = `\u2068${this.#leader.name}\u2069 is now first`;
      this.#timer = this.#clock.setTimeout(() => {
        this.#timer = null;
        this.#tell();
      }, LEAST_MILLIS);
    }
  }
}
