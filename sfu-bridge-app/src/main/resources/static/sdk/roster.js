import { RemoteParticipant, RemoteTrack } from './participants.js';

/**
 * Who is in the room, what they publish and which slot shows what: the server's messages as state, each change as an event.
 * Messages may come in any order that the network and a resumed session allow; an assignment whose track or participant is
 * not known yet waits for it.
 */
export class Roster {
  /** @type {Map<string, RemoteParticipant>} */
  participants = new Map();
  /** @type {Map<string, RemoteTrack>} */
  #tracks = new Map();
  /** @type {Map<string, {id: string, participant: string} | null>} what the server last said of each slot */
  #assigned = new Map();
  /** @type {Map<string, {available: boolean, reason: string | null}>} of tracks that are not known yet */
  #availability = new Map();
  /** @type {Map<string, RemoteTrack>} what each slot shows */
  #shown = new Map();
  #emit;
  #receiver;
  #playbackBlocked;

  /**
   * @param {(type: string, detail: object) => void} emit
   * @param {(mid: string) => RTCRtpReceiver | undefined} receiver of a slot
   * @param {(element: HTMLMediaElement) => void} playbackBlocked
   */
  constructor(emit, receiver, playbackBlocked) {
    this.#emit = emit;
    this.#receiver = receiver;
    this.#playbackBlocked = playbackBlocked;
  }

  /** Takes over what a `joined` message says; after a rejoin only the differences become events. */
  reset(participants) {
    for (const mid of [...this.#shown.keys()]) {
      this.#show(mid, null);
    }
    this.#assigned.clear();
    this.#availability.clear();
    const present = new Set(participants.map(({ id }) => id));
    for (const id of [...this.participants.keys()].filter((id) => !present.has(id))) {
      this.#left(id, 'left');
    }
    for (const info of participants) {
      const known = this.participants.get(info.id);
      if (known) {
        const published = new Set(info.tracks.map(({ id }) => id));
        [...known.tracks.keys()].filter((id) => !published.has(id)).forEach((id) => this.#unpublished(id));
        info.tracks.forEach((track) => this.#published(track));
      } else {
        this.#joined(info);
      }
    }
  }

  /** @returns {boolean} whether the message was one of the roster's */
  handle(message) {
    switch (message.type) {
      case 'participantJoined':
        this.#joined(message.participant);
        return true;
      case 'participantLeft':
        this.#left(message.participant, message.reason);
        return true;
      case 'trackPublished':
        this.#published(message.track);
        return true;
      case 'trackUnpublished':
        this.#unpublished(message.track);
        return true;
      case 'trackMuted':
        this.#muted(message.track, message.muted);
        return true;
      case 'trackAvailability':
        this.#available(message.track, message.available, message.reason ?? null);
        return true;
      case 'slotAssigned':
        this.#assigned.set(message.mid, message.track);
        this.#settle(message.mid);
        return true;
      default:
        return false;
    }
  }

  /** The track that a slot shows. */
  trackIn(mid) {
    return this.#shown.get(mid);
  }

  #joined(info) {
    if (this.participants.has(info.id)) {
      return;
    }
    const participant = new RemoteParticipant(info);
    this.participants.set(participant.id, participant);
    this.#emit('participantjoined', { participant });
    info.tracks.forEach((track) => this.#published(track));
    this.#settleAll();
  }

  #left(id, reason) {
    const participant = this.participants.get(id);
    if (!participant) {
      return;
    }
    [...participant.tracks.keys()].forEach((trackId) => this.#unpublished(trackId));
    this.participants.delete(id);
    this.#emit('participantleft', { participant, reason });
  }

  #published(info) {
    const participant = this.participants.get(info.participant);
    if (!participant) {
      return;
    }
    const known = this.#tracks.get(info.id);
    if (known) {
      const wasMuted = known.muted;
      known.update(info);
      if (wasMuted !== known.muted) {
        this.#emit('trackmuted', { track: known, participant, muted: known.muted });
      }
      return;
    }
    const track = new RemoteTrack(participant, info, this.#playbackBlocked);
    this.#tracks.set(track.id, track);
    participant.tracks.set(track.id, track);
    this.#emit('trackpublished', { track, participant });
    const availability = this.#availability.get(track.id);
    if (availability) {
      this.#availability.delete(track.id);
      this.#available(track.id, availability.available, availability.reason);
    }
    this.#settleAll();
  }

  #available(id, available, reason) {
    const track = this.#tracks.get(id);
    if (!track) {
      this.#availability.set(id, { available, reason });
      return;
    }
    this.#emit('trackavailability', { track, participant: track.participant, available, reason });
  }

  #unpublished(id) {
    this.#availability.delete(id);
    const track = this.#tracks.get(id);
    if (!track) {
      return;
    }
    if (track.slot !== null) {
      this.#show(track.slot, null);
    }
    for (const [mid, info] of this.#assigned) {
      if (info?.id === id) {
        this.#assigned.set(mid, null);
      }
    }
    this.#tracks.delete(id);
    track.participant.tracks.delete(id);
    this.#emit('trackunpublished', { track, participant: track.participant });
  }

  #muted(id, muted) {
    const track = this.#tracks.get(id);
    if (track && track.muted !== muted) {
      track.muted = muted;
      this.#emit('trackmuted', { track, participant: track.participant, muted });
    }
  }

  #settleAll() {
    for (const mid of this.#assigned.keys()) {
      this.#settle(mid);
    }
  }

  /** Makes a slot show what it was assigned, as far as that is known. */
  #settle(mid) {
    const info = this.#assigned.get(mid);
    if (!info) {
      this.#show(mid, null);
      return;
    }
    if (!this.#tracks.has(info.id)) {
      this.#published(info);
    }
    const track = this.#tracks.get(info.id);
    if (track) {
      this.#show(mid, track);
    }
  }

  #show(mid, track) {
    const before = this.#shown.get(mid);
    if (before === (track ?? undefined)) {
      return;
    }
    if (before) {
      this.#shown.delete(mid);
      before.bind(null, null);
      this.#emit('trackdetached', { track: before, participant: before.participant, slot: mid });
    }
    const receiver = track && this.#receiver(mid);
    if (!receiver) {
      return;
    }
    const mediaStreamTrack = receiver.track;
    if (track.slot !== null) {
      this.#show(track.slot, null);
    }
    this.#shown.set(mid, track);
    track.bind(mid, receiver);
    this.#emit('trackattached', { track, participant: track.participant, mediaStreamTrack, slot: mid });
  }
}
