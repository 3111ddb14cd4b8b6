import { SluiceError } from './errors.js';

const LAYERS = [
  { rid: 'q', scaleResolutionDownBy: 4, share: 0.08 },
  { rid: 'h', scaleResolutionDownBy: 2, share: 0.27 },
  { rid: 'f', scaleResolutionDownBy: 1, share: 1 },
];

/** Without a mode Chromium makes one stream with spatial layers of what was to be simulcast of VP9. */
const SIMULCAST_MODES = { VP9: 'L1T3' };

/** About what browsers let a size have beside the other sizes: so much for 1280×720, and nearly in proportion to the pixels. */
const FULL_BPS = 2_500_000;
const FULL_PIXELS = 1280 * 720;
const PIXELS_EXPONENT = 0.9;

/**
 * The encodings to send: one, or three of growing size for a server that chooses by receiver. Each of the three has a ceiling: the one that
 * goes on when the others are suspended would take what all three had, and no longer be the small one.
 *
 * @param {string} kind
 * @param {MediaStreamTrack | null} track whose size tells the ceilings, where no bit rate is given
 * @param {import('./sluice.d.ts').PublishOptions} options
 * @returns {RTCRtpEncodingParameters[]}
 */
export function encodingsFor(kind, track, { simulcast = false, maxBitrateBps, codec = '', scalabilityMode }) {
  const several = kind === 'video' && simulcast;
  const mode = kind === 'video' ? (scalabilityMode ?? (simulcast ? SIMULCAST_MODES[codec.toUpperCase()] : undefined)) : undefined;
  return (several ? LAYERS : [{ share: 1 }]).map(({ share, ...layer }) => {
    const most = maxBitrateBps ? Math.round(maxBitrateBps * share) : several && ceilingBps(track, layer.scaleResolutionDownBy);
    return { ...layer, ...(most && { maxBitrate: most }), ...(mode && { scalabilityMode: mode }) };
  });
}

/** The most that a track scaled down by so much takes. */
function ceilingBps(track, scale) {
  const { width, height } = track?.getSettings() ?? {};
  const pixels = (width && height ? width * height : FULL_PIXELS) / scale ** 2;
  return Math.round(FULL_BPS * (pixels / FULL_PIXELS) ** PIXELS_EXPONENT);
}

/** One track that this client publishes. It outlives the connection that carries it: a rejoin publishes it again. */
export class LocalPublication {
  #host;
  #options;
  #connection = null;
  #transceiver = null;
  /** What the server lets it send in this connection. */
  #limitBps = Infinity;
  /** Of changes to what is sent, one after the other: a browser refuses a second one before the first is done. */
  #lastChange = Promise.resolve();

  /**
   * @param {MediaStreamTrack} track
   * @param {import('./sluice.d.ts').PublishOptions} options
   * @param {{encrypted: boolean, signal(message: object): void, unpublish(publication: LocalPublication): Promise<void>}} host
   */
  constructor(track, options, host) {
    this.#host = host;
    this.#options = options;
    /** The server's id of it; empty until the server has announced it. */
    this.id = '';
    this.kind = track.kind;
    /** @type {MediaStreamTrack | null} */
    this.track = track;
    this.source = options.source ?? 'unknown';
    this.name = options.name ?? '';
    this.muted = options.muted ?? false;
  }

  /** Stops sending and tells the others. Video stops altogether; audio goes on as silence, so that it is back at once. */
  mute() {
    return this.#setMuted(true);
  }

  unmute() {
    return this.#setMuted(false);
  }

  /** Only these participants get it from now on; with null everyone again. It must have been announced, see `id`. */
  whisper(participants) {
    this.#host.signal({ type: 'whisper', track: this.id, ...(participants ? { to: participants.map(({ id }) => id) } : {}) });
  }

  /** Sends another track of the same kind from now on, without a negotiation; the old one is not stopped. */
  async replaceTrack(track) {
    if (track && track.kind !== this.kind) {
      throw new TypeError(`A ${this.kind} publication cannot send ${track.kind}.`);
    }
    this.track = track;
    this.#change(() => this.#applyCeilings());
    await this.#applyMute();
  }

  /** Withdraws it from the room; the track itself is not stopped. */
  unpublish() {
    return this.#host.unpublish(this);
  }

  /** @internal The m-line that carries it in the present connection. */
  get mid() {
    return this.#transceiver?.mid ?? null;
  }

  /** @internal */
  get accepted() {
    return this.#transceiver !== null && this.#connection.sends(this.#transceiver);
  }

  /** @internal Makes a connection carry it from the next negotiation on. */
  async bind(connection, stream) {
    this.id = '';
    this.#connection = connection;
    const intent = () => ({ source: this.source, name: this.name, muted: this.muted, encrypted: this.#host.encrypted });
    const encodings = encodingsFor(this.kind, this.track, this.#options);
    this.#limitBps = Infinity;
    this.#transceiver = await connection.addSender(this.kind, this.track, stream, encodings, intent, this.#options.codec);
    await this.#applyMute();
  }

  /** @internal */
  async unbind() {
    const transceiver = this.#transceiver;
    this.#transceiver = null;
    if (transceiver) {
      await this.#connection.removeSender(transceiver);
    }
  }

  /** @internal The server has announced it, under this id. */
  announced(info) {
    this.id = info.id;
    if (info.muted !== this.muted) {
      this.sendMute();
    }
  }

  /** @internal A moderator has muted it, or the server for want of a permission. */
  async mutedByServer() {
    if (!this.muted) {
      this.muted = true;
      await this.#applyMute();
    }
  }

  /**
   * @internal The server has use for these layers only, by rid, until it says otherwise. A browser that cannot do it goes on as before.
   * @param {string[]} rids
   */
  sendLayers(rids) {
    this.#change(() => this.#activate(rids));
  }

  /** @internal Sends no more than this, all sizes together, until the connection ends. */
  limitBitrate(bps) {
    this.#limitBps = bps;
    this.#change(() => this.#applyCeilings());
  }

  /** @internal */
  sendMute() {
    if (this.id) {
      this.#host.signal({ type: 'mute', id: `mute-${this.id}`, track: this.id, muted: this.muted });
    }
  }

  async #setMuted(muted) {
    if (this.muted === muted) {
      return;
    }
    this.muted = muted;
    this.sendMute();
    await this.#applyMute();
  }

  #change(change) {
    // Somebody else may have changed the parameters in between: then once more.
    this.#lastChange = this.#lastChange.then(change).catch(change).catch(() => {});
  }

  async #applyCeilings() {
    const parameters = this.#transceiver?.sender.getParameters();
    const encodings = parameters?.encodings ?? [];
    const wished = encodingsFor(this.kind, this.track, this.#options);
    const shares = encodings.map(({ rid }) => LAYERS.find((layer) => layer.rid === rid)?.share ?? 1);
    const all = shares.reduce((sum, share) => sum + share, 0);
    let changed = false;
    encodings.forEach((encoding, index) => {
      const most = Math.min(wished[index]?.maxBitrate ?? Infinity, Math.floor((this.#limitBps * shares[index]) / all));
      changed ||= most < Infinity && encoding.maxBitrate !== most;
      if (most < Infinity) encoding.maxBitrate = most;
    });
    if (changed) {
      await this.#transceiver.sender.setParameters(parameters);
    }
  }

  async #activate(rids) {
    const parameters = this.#transceiver?.sender.getParameters();
    const encodings = parameters?.encodings ?? [];
    if (encodings.some(({ rid = '', active }) => active !== rids.includes(rid))) {
      encodings.forEach((encoding) => (encoding.active = rids.includes(encoding.rid ?? '')));
      await this.#transceiver.sender.setParameters(parameters);
    }
  }

  async #applyMute() {
    if (this.track) {
      this.track.enabled = !this.muted;
    }
    const sent = this.kind === 'video' && this.muted ? null : this.track;
    const sender = this.#transceiver?.sender;
    if (sender && sender.track !== sent) {
      await sender.replaceTrack(sent);
    }
  }
}

/** Says that the server has not taken a publication. */
export function refused(publication) {
  return new SluiceError('publication-refused', `The server does not take the ${publication.kind} track “${publication.name || publication.source}”.`);
}
