/**
 * The browser's side of the Vert.x event-bus bridge, over a bare WebSocket: connects, stays connected, and registers
 * again after every loss.
 */

const PING_MILLIS = 25_000;
const FIRST_DELAY_MILLIS = 400;
const LONGEST_DELAY_MILLIS = 10_000;

export class Bus {
  #url;
  #WebSocket;
  #onState;
  #handlers = new Map();
  #socket = null;
  #pings = null;
  #retry = null;
  #failures = 0;

  /**
   * @param {string} url of the bridge's raw WebSocket
   * @param {(state: 'connecting' | 'live' | 'offline') => void} onState
   * @param {typeof WebSocket} [WebSocketClass]
   */
  constructor(url, onState, WebSocketClass = globalThis.WebSocket) {
    this.#url = url;
    this.#onState = onState;
    this.#WebSocket = WebSocketClass;
  }

  /** Connects, for good. */
  open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    if (this.#socket) {
      return;
    }
    this.#onState(this.#failures > 1 ? 'offline' : 'connecting');
    const socket = new this.#WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = () => this.#closed(socket);
  }

  /** Tries at once if it is waiting: the network is back, or somebody looks again. */
  hurry() {
    if (this.#retry !== null) {
      this.open();
    }
  }

  /** @param {(body: object) => void} handler replaces the one before */
  register(address, handler) {
    const known = this.#handlers.has(address);
    this.#handlers.set(address, handler);
    if (!known) {
      this.#send({ type: 'register', address, headers: {} });
    }
  }

  unregister(address) {
    if (this.#handlers.delete(address)) {
      this.#send({ type: 'unregister', address });
    }
  }

  #opened() {
    this.#failures = 0;
    this.#onState('live');
    this.#pings = setInterval(() => this.#send({ type: 'ping' }), PING_MILLIS);
    this.#send({ type: 'ping' });
    for (const address of this.#handlers.keys()) {
      this.#send({ type: 'register', address, headers: {} });
    }
  }

  #received(data) {
    const frame = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
    if (frame.type === 'rec') {
      this.#handlers.get(frame.address)?.(frame.body);
    }
  }

  #closed(socket) {
    if (this.#socket !== socket) {
      return;
    }
    clearInterval(this.#pings);
    this.#socket = null;
    this.#failures += 1;
    this.#onState(this.#failures > 1 ? 'offline' : 'connecting');
    // Everybody loses the same server at once: they must not all come back at once.
    const longest = Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** (this.#failures - 1));
    this.#retry = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  #send(frame) {
    if (this.#socket?.readyState === 1) {
      this.#socket.send(JSON.stringify(frame));
    }
  }
}
