/** Who is signed in, for as long as the tab is open and the token holds. */

const NAME = 'pacesetter.session';

export class Session {
  #held = null;

  constructor() {
    try {
      this.#held = JSON.parse(sessionStorage.getItem(NAME));
    } catch {
      this.#held = null;
    }
  }

  /** @param {{token: string, expiresAt: string, user: object}} answer of POST /tokens */
  start(answer) {
    this.#held = answer;
    sessionStorage.setItem(NAME, JSON.stringify(answer));
  }

  end() {
    this.#held = null;
    sessionStorage.removeItem(NAME);
  }

  get user() {
    return this.#valid() ? this.#held.user : null;
  }

  get token() {
    return this.#valid() ? this.#held.token : null;
  }

  #valid() {
    return this.#held !== null && Date.parse(this.#held.expiresAt) > Date.now();
  }
}
