import { Gallery } from './gallery.js';
import { bestGrid, GAP } from './layout.js';
import { Tile } from './tile.js';

/** Beside the large tile. */
const STRIP_TILES = 6;

/**
 * The tiles of the call and where they are: a grid of everybody, in pages when there are many; with two in the call, oneself small
 * over the other; with something to look at (what is pinned, a shared screen, in the speaker layout who speaks), that large beside a strip.
 */
export class Grid extends EventTarget {
  #stage;
  #grid;
  #spotlight;
  /** @type {Map<string, Tile>} by participant and kind */
  #tiles = new Map();
  #gallery = new Gallery();
  #speakerLayout = false;
  /** @type {string | null} the key of the tile that was pinned */
  #pinned = null;
  #speaker = '';
  #arranging = false;

  constructor(stage) {
    super();
    this.#stage = stage;
    this.#grid = stage.querySelector('.grid');
    this.#spotlight = stage.querySelector('.spotlight');
    new ResizeObserver(() => this.#resize()).observe(stage);
  }

  /** @returns {Tile} the tile of this participant, made if it is new */
  tile(participant, kind, isLocal = false) {
    const key = keyOf(participant, kind, isLocal);
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = new Tile(participant, kind, isLocal, () => this.#togglePin(key));
      this.#tiles.set(key, tile);
      this.#changed();
    }
    return tile;
  }

  find(participant, kind, isLocal = false) {
    return this.#tiles.get(keyOf(participant, kind, isLocal));
  }

  remove(participant, kind, isLocal = false) {
    const key = keyOf(participant, kind, isLocal);
    const tile = this.#tiles.get(key);
    if (tile) {
      this.#tiles.delete(key);
      this.#pinned = this.#pinned === key ? null : this.#pinned;
      tile.remove();
      this.#changed();
    }
  }

  clear() {
    for (const tile of this.#tiles.values()) {
      tile.remove();
    }
    this.#tiles.clear();
    this.#gallery.clear();
    this.#pinned = null;
    this.#speaker = '';
    this.speakerLayout = false;
  }

  /** @param {string[]} ids of the participants who speak, the loudest first */
  showSpeakers(ids) {
    const speaking = new Set(ids);
    for (const tile of this.#tiles.values()) {
      tile.setSpeaking(tile.kind === 'camera' && speaking.has(tile.participant.id));
    }
    this.#gallery.noteSpeakers(speaking);
    const others = ids.filter((id) => this.#tiles.has(`${id}/camera`));
    if (others.length > 0 && !others.includes(this.#speaker)) {
      this.#speaker = others[0];
    }
    this.#changed();
  }

  /** Whether who speaks is shown large. */
  get speakerLayout() {
    return this.#speakerLayout;
  }

  set speakerLayout(on) {
    this.#speakerLayout = on;
    this.#changed();
  }

  /** A tile wants another track. */
  refresh() {
    this.#changed();
  }

  turnPage(pages) {
    this.#gallery.turn(pages);
    this.#changed();
  }

  #togglePin(key) {
    this.#pinned = this.#pinned === key ? null : key;
    this.#changed();
  }

  /** Many tiles may come at once. */
  #changed() {
    if (!this.#arranging) {
      this.#arranging = true;
      queueMicrotask(() => {
        this.#arranging = false;
        this.#arrange();
      });
    }
  }

  #arrange() {
    const tiles = [...this.#tiles.values()];
    const screens = tiles.filter(({ kind }) => kind === 'screen');
    const main = this.#main(screens);
    const me = tiles.filter((tile) => tile.kind === 'camera' && tile.isLocal && tile !== main);
    const others = tiles.filter((tile) => tile.kind === 'camera' && !tile.isLocal && tile !== main);
    const selected = this.#gallery.select(others);
    const people = main ? selected.slice(0, STRIP_TILES) : selected;
    const inset = !main && others.length === 1 ? me[0] : undefined;
    this.#stage.classList.toggle('spotlighted', Boolean(main));
    place(this.#spotlight, main ? [main] : []);
    // Oneself comes last, where a newcomer's tile does not push it about.
    const rest = [...screens.filter((tile) => tile !== main), ...people, ...me];
    place(this.#grid, rest);
    for (const [key, tile] of this.#tiles) {
      tile.element.classList.toggle('inset', tile === inset);
      tile.setPinned(key === this.#pinned);
    }
    this.#resize();
    const visible = (main ? [main, ...rest] : rest).filter(({ isLocal }) => !isLocal);
    const all = visible.length === tiles.filter(({ isLocal }) => !isLocal).length;
    const pages = main ? 1 : Gallery.pages(others.length);
    this.dispatchEvent(new CustomEvent('arranged', { detail: { visible, all, page: this.#gallery.page, pages } }));
  }

  /** What is shown large, if anything is. */
  #main(screens) {
    const speaker = this.#speakerLayout ? this.#tiles.get(`${this.#speaker}/camera`) : undefined;
    return this.#tiles.get(this.#pinned) ?? screens.find(({ isLocal }) => !isLocal) ?? screens[0] ?? speaker;
  }

  #resize() {
    const count = [...this.#grid.children].filter((element) => !element.classList.contains('inset')).length;
    const { width, height, columns } = bestGrid(count, this.#grid.clientWidth, this.#grid.clientHeight);
    // Leaves room for just so many in a row, so that a last row that is not full stands in the middle.
    const rowWidth = columns * width + (columns - 1) * GAP;
    this.#grid.style.setProperty('--margin', `${Math.max(0, Math.floor((this.#grid.clientWidth - rowWidth) / 2) - 1)}px`);
    this.#grid.style.setProperty('--tile-width', `${width}px`);
    this.#grid.style.setProperty('--tile-height', `${height}px`);
  }
}

function keyOf(participant, kind, isLocal) {
  return `${isLocal ? 'me' : participant.id}/${kind}`;
}

/** Makes these tiles the children, moving none that is in place: a moved video element would pause. */
function place(parent, tiles) {
  const wanted = tiles.map(({ element }) => element);
  [...parent.children].filter((child) => !wanted.includes(child)).forEach((child) => child.remove());
  wanted.forEach((element, index) => {
    if (parent.children[index] !== element) {
      parent.insertBefore(element, parent.children[index] ?? null);
      element.querySelector('video').play().catch(() => {});
    }
  });
}
