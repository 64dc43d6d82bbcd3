/** What is registered at the bridge, one address each, for any number of listeners. */

import { Alarms } from './alarms.js';
import { Backoff } from './backoff.js';
import { Board, Outcome } from './board.js';

const SNAPSHOT_MILLIS = 10_000;
const STEADY_MILLIS = 10_000;
const FINAL = [403, 404];

/** Calls a listener; if it fails, that is the page's matter, and the others are called all the same. */
export function hand(listener, message) {
  try {
    listener(message);
  } catch (failure) {
    (globalThis.reportError ?? console.error)(failure);
  }
}

/** An address whose messages are handed on as they come. */
export class Channel {
  #address;
  #link;
  #options;
  #alarms;
  #backoff;
  listeners = new Set();
  #turn = 0;
  #final = false;
  /** Why it was refused, while it is. */
  refusal = null;

  constructor(address, link, options) {
    this.#address = address;
    this.#link = link;
    this.#options = options;
    this.#alarms = new Alarms(options);
    this.#backoff = new Backoff({ eager: true, random: options.random, ...options.reconnect });
  }

  /** Also one that comes later is told at once what is known. */
  add(listener) {
    this.listeners.add(listener);
    if (this.known) {
      queueMicrotask(() => this.listeners.has(listener) && hand(listener, this.known));
    }
  }

  get known() {
    return this.refusal && { type: 'refused', ...this.refusal };
  }

  tell(message) {
    [...this.listeners].forEach((listener) => hand(listener, message));
  }

  /** The link is open, or this is new on an open one. */
  opened() {
    if (!this.#final) {
      this.register();
    }
  }

  lost() {
    this.#alarms.clear();
    this.#turn++;
  }

  end() {
    this.lost();
    this.#link.send({ type: 'unregister', address: this.#address });
  }

  /** Registers. The token may take a while to come. */
  register() {
    const turn = ++this.#turn;
    const { passed, token } = this.#options;
    const send = (token) => {
      if (turn === this.#turn) {
        const headers = { passed, ...(token && { Authorization: `Bearer ${token}` }) };
        this.#link.send({ type: 'register', address: this.#address, headers });
        this.sent();
      }
    };
    if (typeof token === 'function') {
      (async () => token())().then(send, () => turn === this.#turn && this.again());
    } else {
      send(token);
    }
  }

  /** A registration is sent. */
  sent() {}

  /** Registers anew: the first time at once, then less and less often. Returns whether it was at once. */
  again() {
    if (!this.#link.isOpen) {
      return false;
    }
    const delay = this.#backoff.next();
    this.#alarms.clear('steady');
    const go = () => {
      this.#link.send({ type: 'unregister', address: this.#address });
      this.register();
    };
    if (delay > 0) {
      this.#alarms.set('again', delay, go);
    } else {
      go();
    }
    return delay === 0;
  }

  /** It works; if it still does in a while, the next failure is a first one. */
  works() {
    this.refusal = null;
    this.#final = false;
    this.#alarms.clear('again', 'answer');
    if (this.#backoff.tries > 0 && !this.#alarms.has('steady')) {
      this.#alarms.set('steady', STEADY_MILLIS, () => this.#backoff.reset());
    }
  }

  /** Unless something comes, in time, it is registered anew. */
  expect(otherwise) {
    this.#alarms.set('answer', SNAPSHOT_MILLIS, otherwise);
  }

  received(body) {
    this.works();
    this.tell(body);
  }

  refused({ failureCode: code, failureType: reason, message }) {
    const isToken = code === 401;
    this.#final = FINAL.includes(code) || (isToken && typeof this.#options.token !== 'function');
    this.#alarms.clear();
    // A token that has just ended is nobody's business.
    if (!this.#final && this.again() && isToken) {
      return;
    }
    this.refusal = { code, reason, message };
    // Last, as a listener may end this.
    this.tell(this.known);
  }
}

/** A leaderboard's address: what is handed on is the board as it stands. */
export class BoardChannel extends Channel {
  #board;
  #asked = false;
  #stale = true;

  constructor(address, link, options, order) {
    super(address, link, options);
    this.#board = new Board(order);
  }

  get known() {
    return this.#board.view.epoch || this.refusal ? this.#settled() : null;
  }

  sent() {
    this.#asked = true;
    this.expect(() => this.#mend());
  }

  lost() {
    super.lost();
    this.#doubt();
  }

  received(body) {
    const outcome = this.#board.apply(body, this.#asked);
    if (outcome === Outcome.applied) {
      this.#asked = false;
      this.#stale = false;
      this.works();
      this.tell(this.#view());
    } else if (outcome === Outcome.resync) {
      this.#mend();
    }
  }

  refused(frame) {
    this.#asked = true;
    super.refused(frame);
  }

  /** What is missing comes with a snapshot. */
  #mend() {
    this.#asked = true;
    if (!this.again()) {
      this.#doubt();
    }
  }

  #doubt() {
    if (!this.#stale) {
      this.#stale = true;
      this.tell(this.#settled());
    }
  }

  #view() {
    return { ...this.#board.view, stale: this.#stale, refused: null };
  }

  /** As it stands, with nobody moving. */
  #settled() {
    const view = this.#view();
    return this.refusal
      ? { ...view, entries: [], total: 0, stale: true, refused: this.refusal }
      : { ...view, entries: view.entries.map((entry) => ({ ...entry, previousRank: entry.rank })) };
  }
}
