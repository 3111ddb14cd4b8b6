/** What someone publishes, as this client sees it. While a slot shows it, `mediaStreamTrack` is what that slot receives. */
export class RemoteTrack {
  #elements = new Set();
  #onPlaybackBlocked;
  /** @type {RTCRtpReceiver | null} */
  #receiver = null;

  constructor(participant, info, onPlaybackBlocked) {
    this.participant = participant;
    this.id = info.id;
    this.kind = info.kind;
    /** The m-line of the slot that shows this track, or null. */
    this.slot = null;
    /** @type {MediaStreamTrack | null} */
    this.mediaStreamTrack = null;
    this.#onPlaybackBlocked = onPlaybackBlocked;
    this.update(info);
  }

  /** @internal */
  update({ source, name, muted, csrc }) {
    this.source = source;
    this.name = name;
    this.muted = muted;
    this.csrc = csrc;
  }

  /**
   * Whether what its slot plays now is this track: while a slot goes over to another track, it plays the old one until the new
   * one begins. Told by the CSRC of the frames; a browser that does not tell it is taken to be there.
   */
  get isPlaying() {
    const sources = this.#receiver?.getContributingSources() ?? [];
    const newest = sources.reduce((a, b) => (a && a.timestamp >= b.timestamp ? a : b), undefined);
    return this.#receiver !== null && (!newest || newest.source === this.csrc);
  }

  /**
   * Shows or plays this track in an element, now and whenever a slot shows it.
   * @param {HTMLMediaElement} [element] a new one if left out
   * @returns {HTMLMediaElement}
   */
  attach(element = document.createElement(this.kind)) {
    element.autoplay = true;
    if (this.kind === 'video') {
      // Sound comes from the audio track; a muted element may always play, and on a phone not in full screen only.
      element.muted = true;
      element.playsInline = true;
    }
    this.#elements.add(element);
    this.#render(element);
    return element;
  }

  /** Takes this track from an element, or from all of its elements, which it returns. */
  detach(element) {
    const elements = element ? [element] : [...this.#elements];
    for (const each of elements) {
      this.#elements.delete(each);
      each.srcObject = null;
    }
    return elements;
  }

  /** @internal Binds the track to a slot's media, or to none. */
  bind(slot, receiver) {
    this.slot = slot;
    this.#receiver = receiver;
    this.mediaStreamTrack = receiver?.track ?? null;
    for (const element of this.#elements) {
      this.#render(element);
    }
  }

  #render(element) {
    if (!this.mediaStreamTrack) {
      element.srcObject = null;
      return;
    }
    const shown = element.srcObject?.getTracks?.()[0];
    if (shown !== this.mediaStreamTrack) {
      element.srcObject = new MediaStream([this.mediaStreamTrack]);
    }
    element.play()?.catch((error) => {
      if (error.name === 'NotAllowedError') {
        this.#onPlaybackBlocked(element);
      }
    });
  }
}

/** Someone else in the room. */
export class RemoteParticipant {
  constructor(info) {
    this.id = info.id;
    this.identity = info.identity;
    this.name = info.name;
    this.stand(info);
    /** @type {Map<string, RemoteTrack>} by track id */
    this.tracks = new Map();
  }

  /** @internal */
  stand({ role = '', metadata = '', handRaised = false }) {
    this.role = role;
    this.metadata = metadata;
    this.handRaised = handRaised;
  }

  /** The first track of this source, if there is one. */
  track(source) {
    return [...this.tracks.values()].find((track) => track.source === source);
  }
}

/** What the voices of a client may take of the rate that it may send. */
const VOICE_BPS = 64_000;

/** This client's own participant. */
export class LocalParticipant {
  constructor() {
    this.id = '';
    this.identity = '';
    this.name = '';
    this.stand({});
    /** @type {Set<import('./publication.js').LocalPublication>} */
    this.publications = new Set();
  }

  /** @internal */
  update(info) {
    this.id = info.id;
    this.identity = info.identity;
    this.name = info.name;
    this.stand(info);
  }

  /** @internal */
  stand({ role = '', metadata = '', handRaised = false }) {
    this.role = role;
    this.metadata = metadata;
    this.handRaised = handRaised;
  }

  /** The first publication of this source, if there is one. */
  publication(source) {
    return [...this.publications].find((publication) => publication.source === source);
  }

  /** @internal It is in another room, where its tracks have other ids. */
  moved(info) {
    this.update(info);
    info.tracks.forEach((track) => this.#announced(track));
  }

  #announced(track) {
    [...this.publications].find(({ mid }) => mid === track.mid)?.announced(track);
  }

  /**
   * @internal What the server says and wants of the publications.
   * @returns {boolean} whether the message was one of these
   */
  handle(message, emit) {
    switch (message.type) {
      case 'trackPublished':
        if (message.track.participant !== this.id) {
          return false;
        }
        this.#announced(message.track);
        return true;
      case 'publishLayers':
        [...this.publications].find(({ id }) => id === message.track)?.sendLayers(message.active);
        return true;
      case 'publishLimit':
        this.#limitBitrate(message.maxBitrateBps);
        emit('publishlimit', { maxBitrateBps: message.maxBitrateBps, bitrateBps: message.bitrateBps });
        return true;
      default:
        return false;
    }
  }

  /** Voices first, the rest in equal parts for the pictures, with some to spare for repair. */
  #limitBitrate(bps) {
    const videos = [...this.publications].filter(({ kind }) => kind === 'video');
    const voicesBps = VOICE_BPS * (this.publications.size - videos.length);
    const eachBps = Math.max(0, 0.85 * bps - voicesBps) / videos.length;
    videos.forEach((publication) => publication.limitBitrate(eachBps));
  }
}
