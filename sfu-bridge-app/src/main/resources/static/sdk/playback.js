/** Elements that the browser does not let play before there has been a click or a key. */
export class BlockedPlayback {
  #elements = new Set();
  #announce;

  /** @param {(element: HTMLMediaElement) => void} announce */
  constructor(announce) {
    this.#announce = announce;
  }

  add(element) {
    this.#elements.add(element);
    this.#announce(element);
  }

  /** Plays them all; those that are still refused come back by `add`. */
  async start() {
    const blocked = [...this.#elements];
    this.#elements.clear();
    await Promise.allSettled(blocked.map((element) => element.play()));
  }
}
