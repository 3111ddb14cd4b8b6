const ROWS = [
  { source: 'microphone', deviceKind: 'audioinput', label: 'Microphone' },
  { source: 'camera', deviceKind: 'videoinput', label: 'Camera' },
  { source: 'speaker', deviceKind: 'audiooutput', label: 'Speaker' },
];

/** Whether this browser can choose where sound comes out. */
const CAN_CHOOSE_SPEAKER = 'setSinkId' in HTMLMediaElement.prototype;

/** Menus for the devices of this machine, kept up to date as they come and go. */
export class DeviceMenus {
  #media;
  #speaker;
  #selects = new Map();

  /**
   * @param {HTMLElement} container
   * @param {import('./local-media.js').LocalMedia} media
   * @param {{id: string, choose(deviceId: string): void}} speaker
   */
  constructor(container, media, speaker) {
    this.#media = media;
    this.#speaker = speaker;
    for (const { source, label } of ROWS) {
      if (source === 'speaker' && !CAN_CHOOSE_SPEAKER) {
        continue;
      }
      const select = document.createElement('select');
      select.addEventListener('change', () => this.#chosen(source, select.value));
      const field = document.createElement('label');
      field.className = 'field';
      const caption = document.createElement('span');
      caption.textContent = label;
      field.append(caption, select);
      container.append(field);
      this.#selects.set(source, select);
    }
    navigator.mediaDevices?.addEventListener('devicechange', () => this.refresh());
    media.addEventListener('change', () => this.refresh());
  }

  async refresh() {
    const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    for (const { source, deviceKind } of ROWS) {
      const select = this.#selects.get(source);
      if (!select) {
        continue;
      }
      // Without permission the browser lists devices that have neither name nor id.
      const named = devices.filter(({ kind, deviceId }) => kind === deviceKind && deviceId);
      select.replaceChildren(...named.map(({ deviceId, label }, index) => new Option(label || `${source} ${index + 1}`, deviceId)));
      select.closest('.field').hidden = named.length === 0;
      const current = source === 'speaker' ? this.#speaker.id : this.#media.deviceId(source);
      if (named.some(({ deviceId }) => deviceId === current)) {
        select.value = current;
      }
    }
  }

  #chosen(source, deviceId) {
    if (source === 'speaker') {
      this.#speaker.choose(deviceId);
    } else {
      this.#media.choose(source, deviceId);
    }
  }
}
