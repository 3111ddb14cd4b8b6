import { Negotiator } from './negotiator.js';

const DISCONNECTED_TOLERANCE_MILLIS = 4_000;
const RESTART_INTERVAL_MILLIS = 8_000;
/** Of each kind; far more would not fit into one signalling message. */
const MOST_SLOTS = 24;
const DEPENDENCY_DESCRIPTOR =
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/**
 * The one peer connection of a session: what is sent, and the slots that receive. The n-th slot of audio and the n-th of
 * video, in the order of their m-lines, are a pair, so that the server can bind them to one participant and the browser
 * keeps them in sync.
 */
export class MediaConnection {
  #pc;
  #send;
  #negotiator;
  #handlers;
  #encryption;
  /** @type {Map<RTCRtpTransceiver, () => object>} what each sending transceiver publishes */
  #intents = new Map();
  /** @type {RTCRtpTransceiver[]} senders of the past whose m-lines can be used again */
  #spareSenders = [];
  #slotCounts = { audio: 0, video: 0 };
  /** @type {Map<string, RTCRtpTransceiver>} */
  #slotsByMid = new Map();
  #restartTimer = 0;
  #lastRestart = -Infinity;

  /**
   * @param {{
   *   send(message: object): void,
   *   handlers: {state(state: RTCPeerConnectionState): void, failed(error: Error): void},
   *   configuration?: RTCConfiguration,
   *   encryption?: import('./encryption.js').Encryption | null,
   * }} options
   */
  constructor({ send, handlers, configuration, encryption = null }) {
    this.#encryption = encryption;
    this.#send = send;
    this.#handlers = handlers;
    const pc = new RTCPeerConnection({ ...configuration, ...encryption?.configuration, bundlePolicy: 'max-bundle' });
    this.#pc = pc;
    this.#negotiator = new Negotiator(pc, send, () => this.#describeTracks());
    pc.onconnectionstatechange = () => this.#stateChanged();
    pc.onicecandidate = ({ candidate }) => {
      send({ type: 'candidate', candidate: candidate?.candidate ?? '', mid: candidate?.sdpMid ?? '' });
    };
  }

  get peerConnection() {
    return this.#pc;
  }

  get state() {
    return this.#pc.connectionState;
  }

  get negotiator() {
    return this.#negotiator;
  }

  get slotCount() {
    return this.#slotCounts.audio + this.#slotCounts.video;
  }

  /** Whether there are so many slots of each kind. */
  hasSlots(audio, video) {
    return this.#slotCounts.audio >= Math.min(audio, MOST_SLOTS) && this.#slotCounts.video >= Math.min(video, MOST_SLOTS);
  }

  /** The servers that `joined` names; the connection may have been made before. */
  useIceServers(iceServers) {
    this.#pc.setConfiguration({ ...this.#pc.getConfiguration(), iceServers });
  }

  /** Makes sure that so many slots are in the next offer. @returns {boolean} whether there are new ones */
  growSlots(audio, video) {
    const wanted = { audio: Math.min(audio, MOST_SLOTS), video: Math.min(video, MOST_SLOTS) };
    const grows = !this.hasSlots(audio, video);
    for (let pair = 0; pair < Math.max(wanted.audio, wanted.video); pair++) {
      for (const kind of ['audio', 'video']) {
        if (pair === this.#slotCounts[kind] && pair < wanted[kind]) {
          const transceiver = this.#pc.addTransceiver(kind, { direction: 'recvonly' });
          takeDescriptors(transceiver);
          this.#encryption?.protect(transceiver.receiver, kind);
          this.#slotCounts[kind]++;
        }
      }
    }
    return grows;
  }

  /** @returns {RTCRtpTransceiver | undefined} the slot of this m-line */
  slot(mid) {
    if (!this.#slotsByMid.has(mid)) {
      for (const transceiver of this.#pc.getTransceivers()) {
        if (transceiver.mid !== null && transceiver.direction === 'recvonly') {
          this.#slotsByMid.set(transceiver.mid, transceiver);
        }
      }
    }
    return this.#slotsByMid.get(mid);
  }

  /** @returns {[string, RTCRtpTransceiver][]} */
  slots() {
    this.slot('');
    return [...this.#slotsByMid];
  }

  /**
   * Prepares to send a track with the next offer, on an m-line that an earlier track has left or on a new one.
   * @param {'audio' | 'video'} kind
   * @param {MediaStreamTrack | null} track what to send at first
   * @param {MediaStream} stream whose id groups what one participant sends
   * @param {RTCRtpEncodingParameters[]} encodings
   * @param {() => object} intent what the server is told about it
   * @param {string} [codec] the name of the codec to send, where browser and server have it
   * @returns {Promise<RTCRtpTransceiver>}
   */
  async addSender(kind, track, stream, encodings, intent, codec) {
    const spare = this.#spareSenders.findIndex(
      ({ receiver, sender }) => receiver.track.kind === kind && layersOf(sender.getParameters().encodings) === layersOf(encodings),
    );
    let transceiver;
    if (spare < 0) {
      transceiver = this.#pc.addTransceiver(track ?? kind, { direction: 'sendonly', streams: [stream], sendEncodings: encodings });
    } else {
      transceiver = this.#spareSenders.splice(spare, 1)[0];
      transceiver.direction = 'sendonly';
      const parameters = transceiver.sender.getParameters();
      parameters.encodings.forEach((encoding, index) => {
        delete encoding.maxBitrate;
        Object.assign(encoding, { active: true }, encodings[index]);
      });
      await transceiver.sender.setParameters(parameters);
      await transceiver.sender.replaceTrack(track);
    }
    if (codec || this.#encryption || spare >= 0) {
      transceiver.setCodecPreferences?.(codecsToSend(kind, codec, this.#encryption));
    }
    this.#encryption?.protect(transceiver.sender, kind);
    this.#intents.set(transceiver, intent);
    return transceiver;
  }

  /** Ends sending with the next offer; the m-line waits for a later track of the same kind. */
  async removeSender(transceiver) {
    if (!this.#intents.delete(transceiver) || isStopped(transceiver)) {
      return;
    }
    transceiver.direction = 'inactive';
    await transceiver.sender.replaceTrack(null);
    this.#spareSenders.push(transceiver);
  }

  /** Whether the answer lets this transceiver send. */
  sends(transceiver) {
    return !isStopped(transceiver) && transceiver.currentDirection === 'sendonly';
  }

  negotiate() {
    return this.#negotiator.negotiate();
  }

  /** New ICE credentials and paths; DTLS and the media's state stay. */
  restartIce() {
    const now = performance.now();
    if (now - this.#lastRestart < RESTART_INTERVAL_MILLIS) {
      this.#scheduleRestart(RESTART_INTERVAL_MILLIS);
      return;
    }
    this.#lastRestart = now;
    this.#pc.restartIce();
    this.negotiate().catch((error) => this.#handlers.failed(error));
    this.#scheduleRestart(RESTART_INTERVAL_MILLIS);
  }

  close() {
    clearTimeout(this.#restartTimer);
    this.#negotiator.close();
    this.#pc.onconnectionstatechange = this.#pc.onicecandidate = null;
    this.#pc.close();
  }

  #describeTracks() {
    const tracks = {};
    for (const [transceiver, intent] of this.#intents) {
      if (transceiver.mid !== null && transceiver.direction === 'sendonly') {
        tracks[transceiver.mid] = intent();
      }
    }
    return tracks;
  }

  #stateChanged() {
    clearTimeout(this.#restartTimer);
    const state = this.#pc.connectionState;
    if (state === 'failed') {
      this.restartIce();
    } else if (state === 'disconnected') {
      // Often a passing gap in the radio, so that the restart waits a moment.
      this.#scheduleRestart(DISCONNECTED_TOLERANCE_MILLIS);
    }
    this.#handlers.state(state);
  }

  #scheduleRestart(millis) {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = setTimeout(() => {
      if (this.#pc.connectionState !== 'connected') {
        this.restartIce();
      }
    }, millis);
  }
}

function isStopped(transceiver) {
  return transceiver.currentDirection === 'stopped' || transceiver.direction === 'stopped';
}

function layersOf(encodings) {
  return encodings.map(({ rid = '', scalabilityMode = '' }) => `${rid}/${scalabilityMode}`).join();
}

/** Spatial layers of AV1 cannot be received without the dependency descriptor, which Chromium does not offer by itself. */
function takeDescriptors(transceiver) {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.() ?? [];
  const descriptor = extensions.find(({ uri }) => uri === DEPENDENCY_DESCRIPTOR);
  if (descriptor) {
    descriptor.direction = 'sendrecv';
    transceiver.setHeaderExtensionsToNegotiate(extensions);
  }
}

/** All that the browser can send, `first` before the others; what it does not have changes nothing. */
function codecsToSend(kind, first = '', encryption) {
  const nameOf = ({ mimeType }) => mimeType.split('/')[1].toUpperCase();
  const all = RTCRtpSender.getCapabilities(kind)?.codecs ?? [];
  const usable = encryption ? all.filter((codec) => encryption.takes(nameOf(codec))) : all;
  const isFirst = (codec) => nameOf(codec) === first.toUpperCase();
  return [...usable.filter(isFirst), ...usable.filter((codec) => !isFirst(codec))];
}
