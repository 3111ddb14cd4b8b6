/**
 * Tells the room what the page can show: which tiles there are to be filled, and how large each is. Nothing is said of a tile that is
 * not on the page, so that what is behind another page costs nothing.
 */
export class ViewWishes {
  #view;
  /** @type {Map<Element, import('./tile.js').Tile>} */
  #tiles = new Map();
  #sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => this.#limit(this.#tiles.get(target))));

  /** @param {import('../sdk/view.js').View} view */
  constructor(view) {
    this.#view = view;
  }

  /**
   * @param {import('./tile.js').Tile[]} visible tiles of others, the most wanted first
   * @param {boolean} all whether there are no others
   */
  show(visible, all) {
    const elements = new Set(visible.map(({ element }) => element));
    for (const [element, tile] of this.#tiles) {
      if (!elements.has(element)) {
        this.#sizes.unobserve(element);
        this.#tiles.delete(element);
        this.#limit(tile);
      }
    }
    for (const tile of visible.filter(({ element }) => !this.#tiles.has(element))) {
      this.#tiles.set(tile.element, tile);
      this.#sizes.observe(tile.element);
    }
    const tracks = all ? [] : visible.map(({ wanted }) => wanted).filter(Boolean);
    this.#view.pinOnly(tracks);
    this.#view.setRules(all ? {} : { speakers: 0, lastN: tracks.length });
  }

  /** A tile has got another track. */
  update(tile) {
    if (this.#tiles.has(tile.element)) {
      this.#limit(tile);
    }
  }

  close() {
    this.#sizes.disconnect();
    this.#tiles.clear();
  }

  #limit(tile) {
    const track = tile?.wanted;
    if (!track) {
      return;
    }
    const visible = this.#tiles.has(tile.element);
    const { clientWidth, clientHeight } = tile.element;
    const pixels = (length) => Math.round(length * devicePixelRatio);
    const limits = { maxWidth: pixels(clientWidth), maxHeight: pixels(clientHeight), priority: tile.kind === 'screen' ? 2 : 0 };
    this.#view.limit(track, visible && clientWidth > 0 ? limits : null);
  }
}
