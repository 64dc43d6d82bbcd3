/**
 * The connection to the event-bus bridge: a bare WebSocket, SockJS where that fails, and a new one after every loss.
 * Frames go in and come out as objects.
 */

import { Alarms } from './alarms.js';
import { Backoff } from './backoff.js';

/** Hidden tabs are let to ping once a minute; the server waits for two. */
const PING_MILLIS = 25_000;
const OPENING_MILLIS = 15_000;
const ANSWER_MILLIS = 8_000;
const QUIET_MILLIS = 20_000;
/** What stays open for so long was worth opening. */
const STEADY_MILLIS = 10_000;

export class Link {
  #url;
  #options;
  #hooks;
  #alarms;
  #backoff;
  #socket = null;
  #isOpen = false;
  #sockjs = false;
  #state = null;
  #page = [];

  /**
   * Connects.
   *
   * @param {string} url of the bridge, http(s)://…/eventbus
   * @param {import('./pacesetter.js').Options} options
   * @param {{opened(): void, lost(): void, received(frame: object): void, state(state: string): void}} hooks
   */
  constructor(url, options, hooks) {
    this.#url = url;
    this.#options = options;
    this.#hooks = hooks;
    this.#alarms = new Alarms(options);
    this.#backoff = new Backoff({ random: options.random, ...options.reconnect });
    const check = () => this.check();
    this.#listen(options.window ?? globalThis, 'online', check);
    const document = options.document ?? globalThis.document;
    this.#listen(document, 'visibilitychange', () => document.hidden || check());
    this.#open();
  }

  get isOpen() {
    return this.#isOpen;
  }

  send(frame) {
    if (this.#isOpen) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  /** Somebody looks again, or the network is back: tries at once what would be tried later, and asks for an answer. */
  check() {
    if (this.#alarms.has('retry')) {
      this.#open();
    } else if (this.#isOpen) {
      this.#ping(true);
    }
  }

  close() {
    this.#page.splice(0).forEach((stop) => stop());
    this.#drop();
    this.#tell('closed');
  }

  #listen(target, type, listener) {
    if (target?.addEventListener) {
      target.addEventListener(type, listener);
      this.#page.push(() => target.removeEventListener(type, listener));
    }
  }

  #tell(state) {
    if (state !== this.#state) {
      this.#state = state;
      this.#hooks.state(state);
    }
  }

  #open() {
    this.#alarms.clear('retry');
    if (this.#state === null) {
      this.#tell('connecting');
    }
    let socket = null;
    try {
      socket = this.#connect();
      this.#socket = socket;
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => this.#opened();
      socket.onmessage = ({ data }) => this.#received(data);
      socket.onclose = () => this.#lost();
      socket.onerror = () => {}; // Without, npm's ws throws.
      this.#alarms.set('opening', OPENING_MILLIS, () => this.#lost());
    } catch {
      this.#lost();
    }
  }

  /** The two take turns until one opens: a server that is away and a WebSocket that is blocked look alike. */
  #connect() {
    const WebSocket = 'WebSocket' in this.#options ? this.#options.WebSocket : globalThis.WebSocket;
    const SockJS = this.#options.sockjs ?? globalThis.SockJS;
    const turn = this.#sockjs;
    this.#sockjs = !turn;
    return SockJS && (turn || !WebSocket)
      ? new SockJS(this.#url)
      : new WebSocket(`${this.#url.replace(/^http/, 'ws')}/websocket`);
  }

  #opened() {
    this.#isOpen = true;
    this.#sockjs = false;
    this.#alarms.clear('opening');
    this.#alarms.set('steady', STEADY_MILLIS, () => this.#backoff.reset());
    this.#ping(false);
    this.#tell('open');
    this.#hooks.opened();
  }

  #received(data) {
    this.#alarms.clear('answer');
    this.#alarms.set('quiet', QUIET_MILLIS, () => {});
    let frame;
    try {
      frame = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
    } catch {
      return; // If it mattered, the next delta does not follow.
    }
    this.#hooks.received(frame);
  }

  /** @param {boolean} probe whether to ask for an answer even if there was one lately */
  #ping(probe) {
    this.send({ type: 'ping' });
    this.#alarms.set('ping', PING_MILLIS, () => this.#ping(!this.#alarms.has('quiet')));
    if (probe && !this.#alarms.has('answer')) {
      // The bridge takes pings in silence, but complains of what has no address: a dead line does not.
      this.send({ type: 'register' });
      this.#alarms.set('answer', ANSWER_MILLIS, () => this.#lost());
    }
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    this.#alarms.clear();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  #lost() {
    const wasOpen = this.#isOpen;
    this.#drop();
    if (this.#options.reconnect === false) {
      this.close();
    } else {
      this.#alarms.set('retry', this.#backoff.next(), () => this.#open());
      // One failure to begin with may be nothing.
      if (wasOpen || this.#backoff.tries > 1) {
        this.#tell('stale');
      }
    }
    if (wasOpen) {
      this.#hooks.lost();
    }
  }
}
