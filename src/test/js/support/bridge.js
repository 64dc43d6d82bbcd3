/**
 * A server that speaks as docs/live.md says, with one leaderboard, and a network that may lose, repeat and swap what it
 * sends, cut connections, or go dead without a word.
 */

const encoder = new TextEncoder();

export class Bridge {
  sockets = [];
  frames = [];
  up = true;
  mute = false;
  /** Every board there ever was, by epoch, period and version: a viewer may show none else. */
  history = new Map();
  lines = new Map();
  version = 1;
  period = 1;
  #epoch = 1;
  #clock;
  #random;
  #order;
  #faults;
  #top;

  constructor({ clock, random = () => 0.5, order = 'desc', faults = 0, top = 8 }) {
    this.#clock = clock;
    this.#random = random;
    this.#order = order;
    this.#faults = faults;
    this.#top = top;
    this.#record();
  }

  /** A WebSocket class that connects here. */
  get WebSocket() {
    const bridge = this;
    return class extends FakeSocket {
      constructor(url) {
        super(url);
        bridge.sockets.push(this);
        this.peer = bridge;
        bridge.#clock.setTimeout(() => bridge.#accept(this), 5);
      }
    };
  }

  get last() {
    return this.sockets.at(-1);
  }

  calm() {
    this.#faults = 0;
  }

  #accept(socket) {
    if (socket.readyState !== 0 || socket.isDead) {
      return;
    }
    if (this.up) {
      socket.readyState = 1;
      socket.onopen?.();
    } else {
      this.cut(socket);
    }
  }

  heard(socket, frame) {
    this.frames.push(frame);
    if (socket.isDead || this.mute) {
      return;
    }
    if (frame.type === 'register' && !frame.address) {
      this.#send(socket, { type: 'err', body: 'missing_address' }, true);
    } else if (frame.type === 'register' && frame.address !== 'leaderboard.b') {
      this.#send(socket, {
        type: 'err', address: frame.address, failureCode: 404, failureType: 'not-found', message: 'no such leaderboard',
      });
      this.#send(socket, { type: 'err', body: 'rejected' }, true);
    } else if (frame.type === 'register' && socket.isRegistered) {
      this.#send(socket, { type: 'err', body: 'address_already_registered' }, true);
    } else if (frame.type === 'register') {
      socket.isRegistered = true;
      this.#say(socket, this.#snapshot());
    } else if (frame.type === 'unregister') {
      socket.isRegistered = false;
    }
  }

  /** The entries as a viewer must show them. */
  entries() {
    const better = (one, other) => (this.#order === 'asc' ? one.score - other.score : other.score - one.score);
    const key = ({ reachedAt, userId }) => `${reachedAt} ${userId}`;
    const all = [...this.lines.values()];
    return all
      .sort((one, other) => better(one, other) || (key(one) < key(other) ? -1 : 1))
      .slice(0, this.#top)
      .map((line) => ({ rank: 1 + all.filter((other) => better(other, line) < 0).length, ...line }));
  }

  /** Somebody posts a score. */
  post(userId, score) {
    const known = this.lines.get(userId);
    const before = this.entries();
    const base = this.version;
    const reachedAt = new Date(1e12 + this.#clock.now).toISOString();
    this.lines.set(userId, { userId, name: known?.name ?? `Name of ${userId}`, score, reachedAt });
    this.#changed(before, base);
  }

  remove(userId) {
    const before = this.entries();
    if (this.lines.delete(userId)) {
      this.#changed(before, this.version);
    }
  }

  #changed(before, base) {
    this.version += 1 + Math.floor(this.#random() * 3);
    const after = this.entries();
    const same = (one, other) => JSON.stringify({ ...one, rank: 0 }) === JSON.stringify({ ...other, rank: 0 });
    const delta = {
      ...this.#head('delta'), base,
      changed: after.filter((entry) => !before.some((other) => same(other, entry))).map(({ rank, ...line }) => line),
      removed: before.map(({ userId }) => userId).filter((id) => !after.some(({ userId }) => userId === id)),
    };
    this.#record();
    this.#publish(delta);
  }

  /** The ranking is rebuilt, perhaps to another content. */
  rebuild() {
    this.#epoch++;
    this.version = 1 + Math.floor(this.#random() * 5);
    this.#restarted();
  }

  nextPeriod() {
    this.period++;
    this.version = 1;
    this.lines.clear();
    this.#restarted();
  }

  /** The store lost its latest, in the same epoch. */
  goBack() {
    this.version = Math.max(1, this.version - 3);
    [...this.lines.keys()].slice(-1).forEach((userId) => this.lines.delete(userId));
    this.#restarted();
  }

  #restarted() {
    this.#record();
    this.#publish(this.#snapshot());
  }

  /** Closes one, or all. */
  cut(socket) {
    for (const one of socket ? [socket] : this.sockets) {
      one.isDead = true;
      if (one.readyState < 3) {
        one.readyState = 3;
        one.onclose?.();
      }
    }
  }

  #record() {
    const key = `${this.epoch}/${this.#label}/${this.version}`;
    const states = this.history.get(key) ?? [];
    states.push(JSON.stringify(this.entries().map(({ rank, userId, score }) => [rank, userId, score])));
    this.history.set(key, states);
  }

  get epoch() {
    return `e${this.#epoch}`;
  }

  get #label() {
    return `2026-W${this.period}`;
  }

  #head(type) {
    return {
      type, leaderboard: 'b', period: this.#label, epoch: this.epoch, version: this.version, total: this.lines.size };
  }

  #snapshot() {
    return { ...this.#head('snapshot'), entries: this.entries() };
  }

  #publish(body) {
    this.sockets.filter(({ isRegistered, isDead }) => isRegistered && !isDead).forEach((one) => this.#say(one, body));
  }

  #say(socket, body) {
    this.#send(socket, { type: 'rec', address: 'leaderboard.b', body });
  }

  #send(socket, frame, binary = this.#random() < 0.3) {
    const text = JSON.stringify(frame);
    const arrive = () => {
      if (socket.readyState === 1 && !socket.isDead) {
        socket.onmessage?.({ data: binary ? encoder.encode(text).buffer : text });
      }
    };
    const fault = this.#random() / (this.#faults || 1e-9);
    if (fault < 0.4) {
      return; // lost
    }
    // In order, unless delayed, which puts it behind others.
    this.#clock.setTimeout(arrive, fault < 0.7 ? 5 + this.#random() * 400 : 5);
    if (fault >= 0.7 && fault < 1) {
      this.#clock.setTimeout(arrive, 5 + this.#random() * 400);
    }
  }
}

/** What is left of a WebSocket without a network: a test drives it, or a Bridge. */
export class FakeSocket {
  readyState = 0;
  isRegistered = false;
  isDead = false;
  sent = [];
  peer = null;

  constructor(url) {
    this.url = url;
  }

  send(text) {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    this.peer?.heard(this, frame);
  }

  close() {
    this.readyState = 3;
    this.isRegistered = false;
    this.isDead = true;
  }

  registered() {
    return this.sent.filter(({ type, address }) => type === 'register' && address).map(({ address }) => address);
  }
}
