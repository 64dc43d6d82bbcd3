/** A line of a leaderboard. */
export interface Entry {
  /** 1 is best; equal scores share a rank, and the next one skips. */
  rank: number;
  /** The rank before the last change; null for one who is new, and in a new period. */
  previousRank: number | null;
  userId: string;
  /** Whatever a user chose: show it as text. */
  name: string;
  /** In the leaderboard's smallest unit. */
  score: number;
  /** ISO 8601, UTC. */
  reachedAt: string;
}

/** A leaderboard as it stands. */
export interface BoardView {
  /** The best ones, in order. */
  entries: Entry[];
  /** How many there are, also below those. */
  total: number;
  /** Such as 2026-W48; null before the first snapshot. */
  period: string | null;
  /** Another one: the ranking was rebuilt. */
  epoch: string | null;
  version: number | null;
  /** Whether this may be out of date: the connection is lost, or something was missed and is being asked for. */
  stale: boolean;
  /** Why it cannot be watched, with no entries then; else null. */
  refused: Refusal | null;
}

/** 403, 404 and, for a token that was given as a string, 401 are final; what else there is will be tried again. */
export interface Refusal {
  code: number;
  /** Such as not-found. */
  reason: string;
  message: string;
}

/** Where a user stands on a leaderboard. */
export interface Standing {
  type: 'standing';
  leaderboard: string;
  period: string;
  score: number | null;
  rank: number | null;
  previousRank: number | null;
  total: number;
  /** What is missing to the score of the next one up, in the smallest unit; null for the first. */
  toNext: number | null;
  /** The two next each side, in order; the user is not among them. Empty for who is not on the board. */
  around: Omit<Entry, 'previousRank'>[];
  [more: string]: unknown;
}

/** Somebody has overtaken the user. */
export interface Passed {
  type: 'passed';
  leaderboard: string;
  rank: number;
  by: { userId: string; name: string } | null;
  [more: string]: unknown;
}

export type UserMessage = Standing | Passed | ({ type: 'refused' } & Refusal);

/**
 * connecting: for the first time. open: live. stale: lost or not to be had, and being tried again; what was shown is
 * out of date. closed: for good.
 */
export type State = 'connecting' | 'open' | 'stale' | 'closed';

export interface Options {
  /**
   * Sent when registering: the token, or what gives one each time. It is asked again after every loss, and when a token
   * has ended: at once, then less and less often while none holds.
   */
  token?: string | (() => string | Promise<string>);
  /** false: not at all. Else the bounds in milliseconds between which it waits to connect or register again; 1000 and 20000 unless set. */
  reconnect?: boolean | { first?: number; cap?: number };
  onState?: (state: State) => void;
  /** A SockJS constructor for where WebSockets are blocked; globalThis.SockJS unless given. */
  sockjs?: new (url: string) => object;
  WebSocket?: (new (url: string) => object) | null;
  /** For tests, as are those below. */
  setTimeout?: (task: () => void, millis: number) => unknown;
  clearTimeout?: (timer: any) => void;
  random?: () => number;
  window?: EventTarget;
  document?: EventTarget & { hidden: boolean };
}

/** What ends it. */
export interface Closeable {
  close(): void;
}

export interface Client extends Closeable {
  readonly state: State;
  /** Is told the state now, and each one after. */
  onState(listener: (state: State) => void): Closeable;
  /**
   * Is told the leaderboard as it stands, now and after every change; several may watch one.
   *
   * @param order which scores stand higher; rarely needed, as it is read off what comes
   * @param group among whose members alone; a private one needs the token of one of them
   */
  watch(
    leaderboardId: string,
    listener: (view: BoardView) => void,
    options?: { order?: 'asc' | 'desc'; group?: string },
  ): Closeable;
  /**
   * Is handed the messages for a user, who must be the one of the token; several may watch.
   *
   * @param passed off: without `passed` messages. What the first who watches a user says holds for all who do so after,
   *     until none is left
   */
  watchUser(
    userId: string,
    listener: (message: UserMessage) => void,
    options?: { passed?: 'on' | 'off' },
  ): Closeable;
}

/**
 * Connects, and stays connected.
 *
 * @param url where Pacesetter is, such as https://pacesetter.example.com; this page's origin unless given
 */
export function connect(url?: string, options?: Options): Client;
