import { setPressed } from './icons.js';
import { LevelMeter } from './level-meter.js';
import { explain } from './local-media.js';

const byId = (id) => document.getElementById(id);
const REMEMBERED = 'sluice.preferences';

/** The page before the call: who, where, with which devices, and how one looks. */
export class Prejoin {
  #media;
  #level = new LevelMeter(byId('preview-level'));
  #problem = '';

  /**
   * @param {import('./local-media.js').LocalMedia} media
   * @param {{room: string, name: string, key: string}} wanted by the address
   * @param {(choice: {room: string, name: string, key: string}) => void} join
   */
  constructor(media, wanted, join) {
    this.#media = media;
    const remembered = recall();
    byId('name').value = wanted.name || remembered.name || '';
    byId('room').value = wanted.room || inventRoom();
    byId('key').value = wanted.key;
    media.prefer('microphone', remembered.microphone ?? '');
    media.prefer('camera', remembered.camera ?? '');
    byId('preview-mic').addEventListener('click', () => media.toggle('microphone'));
    byId('preview-camera').addEventListener('click', () => media.toggle('camera'));
    byId('join-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const choice = { room: byId('room').value.trim(), name: byId('name').value.trim(), key: byId('key').value };
      remember({ name: choice.name, microphone: media.deviceId('microphone'), camera: media.deviceId('camera') });
      join(choice);
    });
    media.addEventListener('change', () => this.#show());
    media.addEventListener('failure', ({ detail: { source, error } }) => {
      this.#problem = explain(error, source);
      this.#show();
    });
  }

  get choice() {
    return { room: byId('room').value, name: byId('name').value };
  }

  /** Shows the page, with a word on how the last call ended. */
  open(farewell = '') {
    byId('prejoin').hidden = false;
    byId('farewell').hidden = farewell === '';
    byId('farewell').textContent = farewell;
    this.busy = false;
    this.#show();
    byId('name').focus({ preventScroll: true });
  }

  close() {
    byId('prejoin').hidden = true;
    this.#level.stop();
    byId('preview-video').srcObject = null;
  }

  set busy(busy) {
    byId('join').disabled = busy;
    byId('join').textContent = busy ? 'Joining…' : this.#joinWords();
  }

  fail(message) {
    byId('join-error').hidden = message === '';
    byId('join-error').textContent = message;
  }

  #joinWords() {
    return this.#media.track('microphone') || this.#media.track('camera') ? 'Join the call' : 'Join without devices';
  }

  #show() {
    if (byId('prejoin').hidden) {
      return;
    }
    const media = this.#media;
    const video = byId('preview-video');
    const camera = media.track('camera');
    setPressed(byId('preview-mic'), media.isOn('microphone'));
    setPressed(byId('preview-camera'), media.isOn('camera'));
    video.hidden = !camera;
    if (camera && video.srcObject?.getTracks()[0] !== camera) {
      video.srcObject = new MediaStream([camera]);
    }
    video.classList.toggle('mirrored', camera?.getSettings().facingMode !== 'environment');
    byId('preview-note').hidden = Boolean(camera);
    byId('preview-note').textContent = this.#problem || 'Your camera is off.';
    this.#level.show(media.isOn('microphone') ? media.track('microphone') : null);
    if (!byId('join').disabled) {
      byId('join').textContent = this.#joinWords();
    }
    byId('join-hint').textContent = media.isOn('microphone') || media.isOn('camera') ? '' : 'The others will neither see nor hear you yet.';
  }
}

function inventRoom() {
  const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'haven', 'inlet', 'maple', 'ocean', 'river'];
  const [first, second, number] = crypto.getRandomValues(new Uint16Array(3));
  return `${words[first % words.length]}-${words[second % words.length]}-${number % 1000}`;
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {};
  }
}

function remember(preferences) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing: the fields are filled in again next time.
  }
}
