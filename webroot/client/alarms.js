/** Timers by name: setting one replaces the one of that name before. */
export class Alarms {
  #set;
  #clear;
  #running = new Map();

  /** @param {{setTimeout?: Function, clearTimeout?: Function}} [clock] */
  constructor({ setTimeout = globalThis.setTimeout, clearTimeout = globalThis.clearTimeout } = {}) {
    // Browsers want their own functions called on nothing else than the window.
    this.#set = (task, millis) => setTimeout(task, millis);
    this.#clear = (timer) => clearTimeout(timer);
  }

  set(name, millis, task) {
    this.clear(name);
    this.#running.set(name, this.#set(() => {
      this.#running.delete(name);
      task();
    }, millis));
  }

  has(name) {
    return this.#running.has(name);
  }

  /** Stops those named; all, when none is. */
  clear(...names) {
    for (const name of names.length > 0 ? names : [...this.#running.keys()]) {
      this.#clear(this.#running.get(name));
      this.#running.delete(name);
    }
  }
}
