/** A window that is being resized says its sizes often; the server needs the last one. */
const SETTLE_MILLIS = 100;

/**
 * What this client wants to see and hear when there are more tracks than slots. Each change is told to the server at once (sizes
 * a moment later) and costs no negotiation. As long as nothing is said here the server shows who spoke last, and everybody
 * while there are slots for everybody.
 */
export class View {
  #send;
  #rules = {};
  /** @type {string[]} ids, the most wanted first */
  #pinned = [];
  /** @type {Set<string>} */
  #unsubscribed = new Set();
  /** @type {Map<string, import('./participants.js').RemoteTrack | null>} what the slots show that are bound, by mid */
  #bound = new Map();
  /** @type {Map<import('./participants.js').RemoteTrack, object>} */
  #limits = new Map();
  #sent = '{}';
  #number = 0;
  #timer = 0;
  #open = false;

  /** @param {(message: object) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** Ids of the pinned tracks, the most wanted first. */
  get pinned() {
    return [...this.#pinned];
  }

  /**
   * Sets the rules by which slots are filled; a rule that is left out has its default.
   * @param {import('./sluice.d.ts').ViewRules} rules
   */
  setRules({ mode, speakers, offset, lastN } = {}) {
    this.#rules = { mode, speakers, offset, lastN };
    this.#changed();
  }

  /** Pins these tracks and no others, the most wanted first. @param {{id: string}[]} tracks */
  pinOnly(tracks) {
    this.#pinned = tracks.map(({ id }) => id);
    this.#changed();
  }

  /** Shows a track before all others. */
  pin(track) {
    this.#pinned = [track.id, ...this.#pinned.filter((id) => id !== track.id)];
    this.#changed();
  }

  unpin(track) {
    this.#pinned = this.#pinned.filter((id) => id !== track.id);
    this.#changed();
  }

  /** Takes a track back that was unsubscribed. */
  subscribe(track) {
    this.#unsubscribed.delete(track.id);
    this.#changed();
  }

  /** Does not want a track, be there room for it or not. */
  unsubscribe(track) {
    this.#unsubscribed.add(track.id);
    this.#changed();
  }

  /** Binds a slot (its mid) to one track, or to nothing with `null`. */
  bind(slot, track) {
    for (const [mid, bound] of this.#bound) {
      if (track && bound === track) {
        this.#bound.delete(mid);
      }
    }
    this.#bound.set(slot, track);
    this.#changed();
  }

  /** Lets the server fill a slot again. */
  release(slot) {
    this.#bound.delete(slot);
    this.#changed();
  }

  /**
   * Says what is of use of a track, in whatever slot it is shown: usually the size of its element in device pixels.
   * @param {import('./participants.js').RemoteTrack} track
   * @param {import('./sluice.d.ts').TrackLimits | null} limits null for no limits
   */
  limit(track, limits) {
    if (limits) {
      this.#limits.set(track, limits);
    } else {
      this.#limits.delete(track);
    }
    this.#changed(SETTLE_MILLIS);
  }

  /** @internal Who joined an empty room may have no slots until somebody publishes. */
  get isOpen() {
    return this.#open;
  }

  /** @internal There are slots now, as yet without wishes; or it is not known what of them has arrived. */
  open() {
    this.#open = true;
    this.#sent = this.#number === 0 ? '{}' : '';
    this.#changed();
  }

  /** @internal */
  close() {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** @internal A slot shows something else. */
  handleSlots() {
    if (this.#limits.size > 0) {
      this.#changed(SETTLE_MILLIS);
    }
  }

  /** @internal A track has ended. */
  forget(track) {
    this.#limits.delete(track);
    this.#unsubscribed.delete(track.id);
    this.#pinned = this.#pinned.filter((id) => id !== track.id);
    for (const [mid, bound] of this.#bound) {
      if (bound === track) {
        this.#bound.set(mid, null);
      }
    }
    this.#changed(SETTLE_MILLIS);
  }

  /** Changes made in the same turn are one message. */
  #changed(millis = 0) {
    if (this.#open && (millis === 0 || !this.#timer)) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tell(), millis);
    }
  }

  #tell() {
    this.#timer = 0;
    const view = this.#describe();
    const text = JSON.stringify(view);
    if (this.#open && text !== this.#sent) {
      this.#sent = text;
      this.#send({ type: 'setView', id: `view-${++this.#number}`, ...view });
    }
  }

  #describe() {
    const view = { ...this.#rules };
    if (this.#pinned.length > 0) {
      view.pinned = this.#pinned;
    }
    if (this.#unsubscribed.size > 0) {
      view.unsubscribed = [...this.#unsubscribed];
    }
    const slots = {};
    for (const [mid, track] of this.#bound) {
      slots[mid] = { track: track?.id ?? null };
    }
    for (const [track, limits] of this.#limits) {
      const mid = this.#slotOf(track);
      if (mid !== null) {
        slots[mid] = { ...slots[mid], ...limits };
      }
    }
    return Object.keys(slots).length > 0 ? { ...view, slots } : view;
  }

  /** Where a track will be by what is bound here, else where it is. */
  #slotOf(track) {
    for (const [mid, bound] of this.#bound) {
      if (bound === track) {
        return mid;
      }
    }
    return this.#bound.has(track.slot) ? null : track.slot;
  }
}
