import { SluiceError } from './errors.js';

const USUAL = { metadata: '', locked: false, waitingRoom: false, encryptionRequired: false };

/** The room as a gathering of people, apart from its media: how it is set up, who waits, hands, messages, moderation. */
export class Assembly {
  #local;
  #participants;
  #emit;
  #send;
  /** How the room is set up. */
  settings = { ...USUAL };
  /** Who waits to be admitted, by participant id; filled for moderators only. */
  waiting = new Map();

  /**
   * @param {import('./participants.js').LocalParticipant} local
   * @param {Map<string, import('./participants.js').RemoteParticipant>} participants
   * @param {(type: string, detail: object) => void} emit
   * @param {(message: object) => void} send
   */
  constructor(local, participants, emit, send) {
    this.#local = local;
    this.#participants = participants;
    this.#emit = emit;
    this.#send = send;
  }

  /** @internal A session begins: what was said in the one before counts no more. */
  reset() {
    this.settings = { ...USUAL };
    this.waiting.clear();
  }

  /** One's own hand goes up, or down with false. */
  raiseHand(raised = true) {
    this.#send({ type: 'raiseHand', raised });
  }

  /** Sends a text to all others, or to some. @param {string} data @param {{to?: object[], topic?: string}} [options] */
  sendData(data, { to, topic = '' } = {}) {
    this.#send({ type: 'sendData', topic, data, ...(to ? { to: to.map(({ id }) => id) } : {}) });
  }

  /** For moderators: an action of docs/protocol.md, and whom or what it is about. */
  moderate(action, participant, track) {
    this.#send({ type: 'moderate', action, participant: participant?.id, track: track?.id });
  }

  /** @internal @returns {boolean} whether the message was one of these */
  handle(message) {
    switch (message.type) {
      case 'roomUpdated':
        this.settings = Object.fromEntries(Object.keys(USUAL).map((key) => [key, message[key]]));
        this.#emit('roomupdated', { settings: this.settings });
        return true;
      case 'speakers':
        this.#speakers(message.speakers);
        return true;
      case 'trackMuted':
        return this.#mutedByServer(message);
      case 'participantUpdated':
        this.#updated(message.participant);
        return true;
      case 'participantWaiting':
        this.waiting.set(message.participant.id, message.participant);
        this.#emit('waitingchanged', { waiting: [...this.waiting.values()] });
        return true;
      case 'waitingEnded':
        this.waiting.delete(message.participant);
        this.#emit('waitingchanged', { waiting: [...this.waiting.values()] });
        return true;
      case 'unmuteRequested':
        this.#unmuteRequested(message.track);
        return true;
      case 'publishRefused':
        this.#emit('error', { error: new SluiceError(message.code, message.message) });
        return true;
      case 'data':
        this.#emit('data', {
          participant: this.#participants.get(message.from) ?? null,
          topic: message.topic,
          data: message.data,
        });
        return true;
      default:
        return false;
    }
  }

  #find(id) {
    return id === this.#local.id ? this.#local : this.#participants.get(id);
  }

  #speakers(speakers) {
    const known = speakers.map(({ participant, levelDbov }) => ({ participant: this.#find(participant), levelDbov }));
    this.#emit('speakers', { speakers: known.filter(({ participant }) => participant) });
  }

  /** A moderator has muted one's own track, or the server for want of a permission. */
  #mutedByServer({ track, muted }) {
    const own = [...this.#local.publications].find(({ id }) => id === track);
    if (own && muted) {
      own.mutedByServer();
    }
    return Boolean(own);
  }

  #updated(info) {
    const participant = this.#find(info.id);
    if (participant) {
      participant.stand(info);
      this.#emit('participantupdated', { participant });
    }
  }

  #unmuteRequested(track) {
    const publication = [...this.#local.publications].find(({ id }) => id === track);
    if (publication) {
      this.#emit('unmuterequested', { publication });
    }
  }
}
