import { bestGrid, GAP } from './layout.js';
import { Tile } from './tile.js';

const MOST_TILES = 16;

/**
 * The tiles of the call and where they are: a grid of everybody; with two in the call, oneself small over the other; with a
 * shared screen, that screen large beside a strip of everybody.
 */
export class Grid {
  #stage;
  #grid;
  #spotlight;
  /** @type {Map<string, Tile>} by participant and kind */
  #tiles = new Map();
  #lastSpoke = new Map();

  constructor(stage) {
    this.#stage = stage;
    this.#grid = stage.querySelector('.grid');
    this.#spotlight = stage.querySelector('.spotlight');
    new ResizeObserver(() => this.#resize()).observe(stage);
  }

  /** @returns {Tile} the tile of this participant, made if it is new */
  tile(participant, kind, isLocal = false) {
    const key = `${isLocal ? 'me' : participant.id}/${kind}`;
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = new Tile(participant, kind, isLocal);
      this.#tiles.set(key, tile);
      this.#arrange();
    }
    return tile;
  }

  find(participant, kind, isLocal = false) {
    return this.#tiles.get(`${isLocal ? 'me' : participant.id}/${kind}`);
  }

  remove(participant, kind, isLocal = false) {
    const key = `${isLocal ? 'me' : participant.id}/${kind}`;
    const tile = this.#tiles.get(key);
    if (tile) {
      this.#tiles.delete(key);
      tile.remove();
      this.#arrange();
    }
  }

  clear() {
    for (const tile of this.#tiles.values()) {
      tile.remove();
    }
    this.#tiles.clear();
    this.#lastSpoke.clear();
  }

  /** @param {Set<string>} ids of the participants who speak */
  showSpeakers(ids) {
    for (const tile of this.#tiles.values()) {
      tile.setSpeaking(tile.kind === 'camera' && ids.has(tile.participant.id));
    }
    ids.forEach((id) => this.#lastSpoke.set(id, performance.now()));
    if (this.#tiles.size > MOST_TILES) {
      this.#arrange();
    }
  }

  #arrange() {
    const tiles = [...this.#tiles.values()];
    const screens = tiles.filter(({ kind }) => kind === 'screen');
    const people = this.#shown(tiles.filter(({ kind }) => kind === 'camera'));
    const main = screens.find(({ isLocal }) => !isLocal) ?? screens[0];
    const others = people.filter(({ isLocal }) => !isLocal);
    const inset = !main && others.length === 1 ? people.find(({ isLocal }) => isLocal) : undefined;
    this.#stage.classList.toggle('spotlighted', Boolean(main));
    place(this.#spotlight, main ? [main] : []);
    // Oneself comes last, where a newcomer's tile does not push it about.
    const rest = [...screens.filter((tile) => tile !== main), ...others, ...people.filter(({ isLocal }) => isLocal)];
    place(this.#grid, rest);
    for (const tile of tiles) {
      tile.element.classList.toggle('inset', tile === inset);
    }
    this.#resize();
  }

  /** Of more people than there is room for, oneself and those who spoke last. */
  #shown(people) {
    if (people.length <= MOST_TILES) {
      return people;
    }
    const spoke = ({ isLocal, participant }) => (isLocal ? Infinity : (this.#lastSpoke.get(participant.id) ?? 0));
    const chosen = new Set([...people].sort((a, b) => spoke(b) - spoke(a)).slice(0, MOST_TILES));
    return people.filter((tile) => chosen.has(tile));
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
