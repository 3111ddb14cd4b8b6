import { icon } from './icons.js';

const LONGEST_SWITCH_MILLIS = 2_000;

/** Why there is no picture although a slot is to show it. */
const REASONS = {
  bandwidth: 'Paused: your connection is too slow',
  codec: 'This browser cannot play this video',
  capped: 'Paused: more video than this call allows you',
  resuming: 'The picture is on its way',
};

/**
 * One picture of the call: a participant (its camera, or its initials) or a shared screen. Its element carries
 * `data-participant`, `data-identity` and `data-kind` ("camera" or "screen"); the picture is `.tile-video`.
 */
export class Tile {
  #video = document.createElement('video');
  #caption = document.createElement('span');
  #note = document.createElement('p');
  #pin;
  #track = null;
  /** @type {import('../sdk/participants.js').RemoteTrack | null} what it would show if a slot did */
  wanted = null;

  /**
   * @param {{id: string, identity: string, name: string}} participant
   * @param {'camera' | 'screen'} kind
   * @param {boolean} isLocal
   * @param {() => void} onPin the user wants it large, or no longer
   */
  constructor(participant, kind, isLocal, onPin) {
    this.kind = kind;
    this.isLocal = isLocal;
    this.participant = participant;
    const element = document.createElement('article');
    element.className = 'tile';
    element.dataset.kind = kind;
    element.classList.toggle('local', isLocal);
    const video = this.#video;
    video.className = 'tile-video';
    video.autoplay = video.playsInline = video.muted = true;
    video.disablePictureInPicture = isLocal;
    // A slot shows nothing until the first frame has come: the initials stay till then.
    video.addEventListener('loadeddata', () => this.#pictured());
    video.addEventListener('resize', () => this.#shaped());
    const avatar = document.createElement('div');
    avatar.className = 'tile-avatar';
    avatar.setAttribute('aria-hidden', 'true');
    const caption = document.createElement('div');
    caption.className = 'tile-caption';
    const muted = document.createElement('span');
    muted.className = 'tile-muted';
    muted.setAttribute('role', 'img');
    muted.setAttribute('aria-label', 'microphone off');
    muted.append(icon('mic-off'));
    this.#caption.className = 'tile-name';
    caption.append(muted, this.#caption);
    const pin = document.createElement('button');
    pin.type = 'button';
    pin.className = 'tile-pin';
    pin.append(icon('pin'));
    // A click anywhere on the tile; the button is for keyboards, and says what a click does.
    element.addEventListener('click', onPin);
    this.#pin = pin;
    this.#note.className = 'tile-note';
    this.#note.hidden = true;
    element.append(video, avatar, this.#note, caption, pin);
    this.element = element;
    this.avatar = avatar;
    this.describe(participant);
    this.setPinned(false);
  }

  get video() {
    return this.#video;
  }

  /** Takes over ids and names, which for oneself are known only once joined. */
  describe(participant) {
    const name = participant.name || participant.identity || 'Guest';
    const { element } = this;
    element.dataset.participant = participant.id;
    element.dataset.identity = participant.identity;
    const label = this.kind === 'screen' ? `${name}’s screen` : this.isLocal ? `${name} (you)` : name;
    this.#caption.textContent = label;
    element.setAttribute('aria-label', label);
    this.avatar.textContent = initials(name);
    element.style.setProperty('--hue', hue(participant.identity || name));
  }

  /** Shows a received track, or none. */
  showRemote(track) {
    if (this.#track === track) {
      return;
    }
    this.#track?.detach(this.#video);
    this.#track = track;
    this.element.classList.remove('pictured');
    track?.attach(this.#video);
  }

  /** Shows a track of one's own, or none. */
  showLocal(track, mirrored) {
    const shown = this.#video.srcObject?.getTracks()[0] ?? null;
    if (shown === track) {
      return;
    }
    this.element.classList.remove('pictured');
    this.element.classList.toggle('mirrored', mirrored);
    this.#video.srcObject = track && new MediaStream([track]);
  }

  setPinned(pinned) {
    this.element.classList.toggle('pinned', pinned);
    this.#pin.setAttribute('aria-pressed', String(pinned));
    this.#pin.title = pinned ? 'Show with the others' : 'Show large';
    this.#pin.setAttribute('aria-label', `${this.#pin.title}: ${this.element.getAttribute('aria-label')}`);
  }

  /** @param {'bandwidth' | 'capped' | 'codec' | 'resuming' | null} reason why its picture does not come, or null when it does */
  setUnavailable(reason) {
    this.#note.textContent = REASONS[reason] ?? '';
    this.#note.hidden = reason === null;
    this.element.classList.toggle('unavailable', reason !== null);
  }

  setPictureMuted(muted) {
    this.element.classList.toggle('picture-off', muted);
  }

  setMicrophoneOff(off) {
    this.element.classList.toggle('mic-is-off', off);
  }

  setSpeaking(speaking) {
    this.element.classList.toggle('speaking', speaking);
  }

  remove() {
    this.showRemote(null);
    this.#video.srcObject = null;
    this.element.remove();
  }

  /** The first frames of a slot may be those of whom it showed before. */
  #pictured(since = performance.now()) {
    const track = this.#track;
    if (!track || track.isPlaying || performance.now() - since > LONGEST_SWITCH_MILLIS) {
      this.element.classList.add('pictured');
      this.#shaped();
    } else {
      requestAnimationFrame(() => this.#track === track && this.#pictured(since));
    }
  }

  #shaped() {
    this.element.classList.toggle('portrait', this.#video.videoHeight > this.#video.videoWidth);
  }
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  return (words.length > 1 ? [words[0], words.at(-1)] : words).map((word) => [...word][0] ?? '').join('').toUpperCase();
}

/** The same colour for the same person in every window. */
function hue(text) {
  let hash = 0;
  for (const character of text) {
    hash = (hash * 31 + character.codePointAt(0)) % 9973;
  }
  // Steps of the golden angle keep neighbours apart.
  return Math.round(hash * 137.5) % 360;
}
