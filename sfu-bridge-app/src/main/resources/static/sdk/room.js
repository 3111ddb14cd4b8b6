import { Assembly } from './assembly.js';
import { DownlinkQuestions } from './downlink.js';
import { Encryption } from './encryption.js';
import { SluiceError } from './errors.js';
import { MediaConnection } from './media-connection.js';
import { LocalParticipant } from './participants.js';
import { BlockedPlayback } from './playback.js';
import { LocalPublication, refused } from './publication.js';
import { Roster } from './roster.js';
import { Signalling } from './signalling.js';
import { StatsDigest } from './stats.js';
import { View } from './view.js';

const DEFAULTS = {
  receive: true,
  spareSlots: 2,
  reconnectLimitMillis: 120_000,
};

/** A room as one participant sees it, from `join()` to `leave()`. Its events are listed in docs/sdk.md and sluice.d.ts. */
export class Room extends EventTarget {
  #options;
  #name;
  #local = new LocalParticipant();
  #roster = new Roster(
    (type, detail) => this.#rosterChanged(type, detail),
    (mid) => this.#media?.slot(mid)?.receiver,
    (element) => this.#playback.add(element),
  );
  #assembly = new Assembly(this.#local, this.#roster.participants, (...event) => this.#emit(...event), (message) => this.#signalling?.send(message));
  #view = new View((message) => this.#signalling?.send(message));
  #stream = new MediaStream();
  #stats = new StatsDigest();
  #questions = new DownlinkQuestions((message) => this.#signalling?.send(message));
  #playback = new BlockedPlayback((element) => this.#emit('playbackblocked', { element }));
  /** @type {Signalling | null} */
  #signalling = null;
  #signallingUp = false;
  /** @type {MediaConnection | null} */
  #media = null;
  #mediaWasUp = false;
  #encryption;
  /** @type {import('./sluice.d.ts').RoomState} */
  #state = 'new';
  #onPageHide = () => this.leave();

  /** @param {import('./sluice.d.ts').RoomOptions} options */
  constructor(options) {
    super();
    if (!options?.room) {
      throw new TypeError('The name of a room is required.');
    }
    this.#options = { ...DEFAULTS, ...options };
    this.#name = options.room;
    this.#encryption = options.encryption ? new Encryption(options.encryption.key, options.room) : null;
  }

  /** The room that this is in: the one that was joined, or the one that it was moved to since. */
  get name() {
    return this.#name;
  }

  get state() {
    return this.#state;
  }

  get localParticipant() {
    return this.#local;
  }

  /** The others, by participant id. @returns {Map<string, import('./participants.js').RemoteParticipant>} */
  get participants() {
    return this.#roster.participants;
  }

  /** What this client wants to see when there are more tracks than slots. */
  get view() {
    return this.#view;
  }

  /** The room as a gathering of people: how it is set up, hands, messages, moderation. */
  get assembly() {
    return this.#assembly;
  }

  /** For another key in the call; null without end-to-end encryption. */
  get encryption() {
    return this.#encryption;
  }

  /** The browser's own object, for statistics and diagnosis; null outside of a call. */
  get peerConnection() {
    return this.#media?.peerConnection ?? null;
  }

  /** Joins; resolves when the first negotiation is done. What was published before is part of it. */
  async join() {
    if (this.#state !== 'new') {
      throw new SluiceError('already-joined', 'A Room joins once; make a new one to join again.');
    }
    this.#setState('connecting');
    // Made before the server answers: the browser prepares its certificate meanwhile.
    this.#media = this.#newMedia();
    const { room, identity, name, token, url, slots, reconnectLimitMillis } = this.#options;
    this.#signalling = new Signalling({
      url,
      joinFields: async () => ({ room, identity, name, slots, token: typeof token === 'function' ? await token() : token }),
      reconnectLimitMillis,
      handlers: {
        message: (message) => this.#handle(message),
        waiting: () => this.#emit('waiting', {}),
        down: () => this.#signallingDown(),
        resumed: () => this.#resumed(),
        rejoined: (joined) => this.#rejoined(joined),
        failed: ({ code, message }) => this.#end(code, message),
      },
    });
    try {
      await this.#encryption?.start();
      const joined = await this.#signalling.join();
      globalThis.addEventListener?.('pagehide', this.#onPageHide);
      this.#signallingUp = true;
      await this.#enter(joined);
    } catch (error) {
      this.#end(error.code ?? 'internal', error.message);
      throw error;
    }
    this.#updateState();
  }

  /**
   * Publishes a track: before `join()` with the first negotiation, afterwards until the promise resolves, when the server has it.
   * @param {MediaStreamTrack} track
   * @param {import('./sluice.d.ts').PublishOptions} [options]
   */
  async publish(track, options = {}) {
    if (this.#state === 'closed') {
      throw new SluiceError('closed', 'The room has been left.');
    }
    const publication = new LocalPublication(track, options, {
      encrypted: Boolean(this.#options.encryption),
      signal: (message) => this.#signalling?.send(message),
      unpublish: (each) => this.#unpublish(each),
    });
    this.#local.publications.add(publication);
    if (this.#local.id) {
      try {
        const media = this.#media;
        await publication.bind(media, this.#stream);
        await media.negotiate();
        if (!publication.accepted && this.#local.publications.has(publication)) {
          throw refused(publication);
        }
      } catch (error) {
        // A lost session publishes what is there again when it has rejoined.
        if (error.code !== 'closed' || this.#state === 'closed') {
          await this.#withdraw(publication);
          throw error;
        }
      }
    }
    return publication;
  }

  /** One small record per publication and per slot. @returns {Promise<import('./sluice.d.ts').RoomStats>} */
  stats() {
    if (!this.#media) {
      return Promise.reject(new SluiceError('not-joined', 'There are no statistics outside of a call.'));
    }
    return this.#stats.take(this.#media.peerConnection, this.#local.publications, (mid) => this.#roster.trackIn(mid));
  }

  /** What the server knows of the path to here, what it sends over it, and why. @returns {Promise<import('./sluice.d.ts').Downlink>} */
  downlink() {
    return this.#media ? this.#questions.ask() : Promise.reject(new SluiceError('not-joined', 'There is no path outside of a call.'));
  }

  /** Plays what the browser blocked because there had been no click or key yet. Call it from one. */
  startPlayback() {
    return this.#playback.start();
  }

  /** Leaves. The published tracks are not stopped: they belong to the page. */
  leave() {
    if (this.#state !== 'closed') {
      this.#end('left', 'You left the room.');
    }
  }

  /** For tests and diagnosis: cuts the signalling socket as a dead network would. Media goes on; the session resumes. */
  dropSignalling() {
    this.#signalling?.drop();
  }

  /** For tests and diagnosis: gathers a new ICE path, as after a change of network. */
  restartIce() {
    this.#media?.restartIce();
  }

  #newMedia() {
    const media = new MediaConnection({
      send: (message) => this.#signalling?.send(message),
      handlers: {
        state: () => this.#media === media && this.#updateState(),
        failed: (error) => this.#media === media && this.#error(error),
      },
      configuration: this.#options.rtcConfiguration,
      encryption: this.#encryption,
    });
    return media;
  }

  async #enter(joined) {
    const media = this.#media;
    this.#name = joined.room;
    await this.#encryption?.enter(joined.room);
    this.#local.update(joined.participant);
    if (joined.iceServers?.length) {
      media.useIceServers(joined.iceServers);
    }
    this.#assembly.reset();
    this.#roster.reset(joined.participants);
    await Promise.all([...this.#local.publications].map((publication) => publication.bind(media, this.#stream)));
    this.#growSlots(joined.slotsWanted);
    if (this.#local.publications.size === 0 && media.slotCount === 0) {
      return;
    }
    await media.negotiate();
    this.#view.open();
    for (const publication of [...this.#local.publications]) {
      if (!publication.accepted && publication.mid !== null) {
        await this.#withdraw(publication);
        this.#error(refused(publication));
      }
    }
  }

  async #rejoined(joined) {
    this.#view.close();
    this.#media?.close();
    this.#media = this.#newMedia();
    this.#signallingUp = true;
    this.#stats = new StatsDigest();
    try {
      await this.#enter(joined);
      this.#emit('reconnected', { resumed: false });
      this.#updateState();
    } catch (error) {
      if (error.code !== 'closed') {
        this.#end(error.code ?? 'internal', error.message);
      }
    }
  }

  /** An operator has taken this client to another room: all that is known of the old one is gone, the connection goes on. */
  #moved({ room, participant, participants }) {
    const from = this.#name;
    this.#name = room;
    this.#encryption?.enter(room).catch((error) => this.#error(error));
    this.#local.moved(participant);
    this.#assembly.reset();
    this.#roster.reset(participants);
    this.#emit('moved', { from, room });
  }

  #signallingDown() {
    this.#signallingUp = false;
    this.#emit('reconnecting', { cause: 'signalling' });
    this.#updateState();
  }

  #resumed() {
    this.#signallingUp = true;
    this.#media?.negotiator.handleResumed();
    this.#local.publications.forEach((publication) => publication.sendMute());
    this.#view.open();
    this.#emit('reconnected', { resumed: true });
    this.#updateState();
  }

  #handle(message) {
    switch (message.type) {
      case 'batch':
        message.messages.forEach((each) => this.#handle(each));
        break;
      case 'answer':
        this.#media.negotiator.handleAnswer(message);
        break;
      case 'slotsWanted':
        if (this.#growSlots(message)) {
          this.#media.negotiate().then(() => this.#view.isOpen || this.#view.open(), (error) => this.#error(error));
        }
        break;
      case 'media':
        if (message.state === 'disconnected') {
          this.#media.restartIce();
        }
        break;
      case 'error':
        if (!this.#media?.negotiator.handleError(message) && !this.#questions.handleError(message)) {
          this.#error(SluiceError.of(message));
        }
        break;
      case 'moved':
        this.#moved(message);
        break;
      case 'downlink':
        this.#questions.handleAnswer(message);
        break;
      default:
        // A type that this version does not know is ignored, as the protocol asks.
        if (!this.#local.handle(message, (...event) => this.#emit(...event)) && !this.#assembly.handle(message)) {
          this.#roster.handle(message);
        }
    }
  }

  #growSlots({ audio, video }) {
    const { receive, spareSlots, slots } = this.#options;
    if (!receive || (this.#media.slotCount > 0 && this.#media.hasSlots(audio, video))) {
      return false;
    }
    const pairs = Math.max(audio, video) + spareSlots;
    return this.#media.growSlots(Math.min(pairs, slots?.audio ?? pairs), Math.min(pairs, slots?.video ?? pairs));
  }

  #rosterChanged(type, detail) {
    if (type === 'trackunpublished') {
      this.#view.forget(detail.track);
    }
    this.#emit(type, detail);
    if (type === 'trackattached') {
      this.#view.handleSlots();
    }
  }

  async #unpublish(publication) {
    if (this.#local.publications.has(publication)) {
      await this.#withdraw(publication);
      if (this.#local.id && this.#state !== 'closed') {
        await this.#media.negotiate();
      }
    }
  }

  async #withdraw(publication) {
    this.#local.publications.delete(publication);
    await publication.unbind();
  }

  #updateState() {
    if (this.#state === 'closed' || !this.#local.id) {
      return;
    }
    const media = this.#media.state;
    this.#mediaWasUp ||= media === 'connected';
    const mediaLost = media === 'disconnected' || media === 'failed';
    if (!this.#signallingUp || mediaLost) {
      this.#setState('reconnecting');
    } else if (media === 'connected' || this.#media.peerConnection.localDescription === null) {
      this.#setState('connected');
    } else {
      this.#setState(this.#mediaWasUp ? 'reconnecting' : 'connecting');
    }
  }

  #setState(state) {
    const before = this.#state;
    if (before !== state) {
      this.#state = state;
      this.#emit('connectionstate', { state, signalling: this.#signallingUp, media: this.#media?.state ?? 'new' });
    }
  }

  #end(code, message) {
    if (this.#state === 'closed') {
      return;
    }
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
    this.#signalling?.leave();
    this.#signallingUp = false;
    this.#setState('closed');
    this.#view.close();
    this.#roster.reset([]);
    this.#media?.close();
    this.#media = null;
    this.#encryption?.close();
    this.#emit('closed', { code, message });
  }

  #error(error) {
    if (error && error.code !== 'closed') {
      this.#emit('error', { error });
    }
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
