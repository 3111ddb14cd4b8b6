/** Tiles of one page, oneself included. */
export const PAGE_TILES = 12;

/**
 * Which of many people are on the page that is looked at. Pages are slices of a stable order, so that nobody moves about; only
 * on the first one, those who speak take the places of those who have been silent longest.
 */
export class Gallery {
  #page = 0;
  #lastSpoke = new Map();

  get page() {
    return this.#page;
  }

  turn(pages) {
    this.#page += pages;
  }

  clear() {
    this.#page = 0;
    this.#lastSpoke.clear();
  }

  /** @param {Set<string>} ids of the participants who speak */
  noteSpeakers(ids) {
    ids.forEach((id) => this.#lastSpoke.set(id, performance.now()));
  }

  /** How many pages so many others have; oneself is on each. */
  static pages(others) {
    return Math.max(1, Math.ceil(others / (PAGE_TILES - 1)));
  }

  /** @returns {T[]} those of the others who are on the page. @template {{participant: {id: string}}} T @param {T[]} others */
  select(others) {
    this.#page = Math.max(0, Math.min(this.#page, Gallery.pages(others.length) - 1));
    const places = PAGE_TILES - 1;
    const slice = others.slice(this.#page * places, (this.#page + 1) * places);
    if (this.#page > 0) {
      return slice;
    }
    const spoke = ({ participant }) => this.#lastSpoke.get(participant.id) ?? 0;
    const here = new Set(slice);
    const chosen = new Set([...others].sort((a, b) => spoke(b) - spoke(a) || here.has(b) - here.has(a)).slice(0, places));
    return others.filter((tile) => chosen.has(tile));
  }
}
