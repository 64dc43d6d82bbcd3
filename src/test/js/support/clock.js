/** Time that passes when told. */
export class Clock {
  now = 0;
  #tasks = new Map();
  #next = 1;

  setTimeout = (task, millis = 0) => {
    this.#tasks.set(this.#next, { task, at: this.now + millis });
    return this.#next++;
  };

  clearTimeout = (timer) => {
    this.#tasks.delete(timer);
  };

  get waiting() {
    return this.#tasks.size;
  }

  advance(millis) {
    const end = this.now + millis;
    for (;;) {
      let due = null;
      for (const [id, { at }] of this.#tasks) {
        if (at <= end && (due === null || at < this.#tasks.get(due).at)) {
          due = id;
        }
      }
      if (due === null) {
        this.now = end;
        return;
      }
      const { task, at } = this.#tasks.get(due);
      this.#tasks.delete(due);
      this.now = Math.max(this.now, at);
      task();
    }
  }
}

/** Numbers within [0, 1) that a seed repeats: mulberry32. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
