/**
 * Live leaderboards in a browser, without a framework:
 *
 *     import { connect } from 'https://pacesetter.example.com/client/pacesetter.js';
 *     const client = connect('https://pacesetter.example.com');
 *     const watching = client.watch('weekly', ({ entries, stale }) => …);
 *
 * Types: pacesetter.d.ts. The protocol: docs/live.md.
 */

import { BoardChannel, Channel, hand } from './channel.js';
import { Link } from './link.js';

/** @type {typeof import('./pacesetter.js').connect} */
export function connect(url = '', options = {}) {
  return new Client(new URL(`${url}`.replace(/\/*$/, '/eventbus'), globalThis.location?.href).href, options);
}

class Client {
  #link;
  #options;
  #channels = new Map();
  #states = new Set();
  #state = 'connecting';

  constructor(url, options) {
    this.#options = options;
    if (options.onState) {
      this.#states.add(options.onState);
    }
    this.#link = new Link(url, options, {
      opened: () => this.#channels.forEach((channel) => channel.opened()),
      lost: () => this.#channels.forEach((channel) => channel.lost()),
      received: (frame) => this.#received(frame),
      state: (state) => {
        this.#state = state;
        [...this.#states].forEach((listener) => hand(listener, state));
      },
    });
  }

  get state() {
    return this.#state;
  }

  onState(listener) {
    this.#states.add(listener);
    hand(listener, this.#state);
    return { close: () => this.#states.delete(listener) };
  }

  watch(leaderboardId, listener, { order, group } = {}) {
    const among = group ? `.group.${group}` : '';
    return this.#add(`leaderboard.${leaderboardId}${among}`, listener, (address) =>
      new BoardChannel(address, this.#link, this.#options, order));
  }

  watchUser(userId, listener, { passed } = {}) {
    if (!this.#options.token) {
      throw new Error('Only users themselves may watch this: connect with their token');
    }
    return this.#add(`user.${userId}`, listener, (address) =>
      new Channel(address, this.#link, { ...this.#options, passed }));
  }

  close() {
    this.#channels.forEach((channel) => {
      channel.end();
      channel.listeners.clear();
    });
    this.#link.close();
  }

  #add(address, listener, make) {
    if (this.#state === 'closed') {
      throw new Error('This client is closed');
    }
    // The same listener may watch twice, and each end alone.
    const own = (message) => listener(message);
    const known = this.#channels.get(address);
    const channel = known ?? make(address);
    channel.add(own);
    if (!known) {
      this.#channels.set(address, channel);
      if (this.#link.isOpen) {
        channel.opened();
      }
    }
    return {
      close: () => {
        if (channel.listeners.delete(own) && channel.listeners.size === 0) {
          this.#channels.delete(address);
          channel.end();
        }
      },
    };
  }

  #received(frame) {
    const channel = this.#channels.get(frame?.address);
    if (frame?.type === 'rec') {
      channel?.received(frame.body);
    } else if (frame?.type === 'err' && frame.failureCode) {
      channel?.refused(frame);
    }
  }
}
