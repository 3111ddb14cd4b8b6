import { ask, button, byId, element, replace } from './elements.js';
import { nameOf } from './words.js';

const DEFAULT_SECONDS = '30';

/** The captures of one room's participants: begins them, shows how they stand, and fetches their files. */
export class CaptureView {
  #api;
  #act;

  /**
   * @param {import('./api.js').Api} api
   * @param {(work: () => Promise<unknown>) => Promise<void>} act does something and then looks again
   */
  constructor(api, act) {
    this.#api = api;
    this.#act = act;
  }

  /** Asks for how long, and captures a participant's packets. @param {string} room @param {object} participant */
  async begin(room, participant) {
    const answer = await ask({
      words: `Capture the packets of ${nameOf(participant)}? Headers only, unless the token grants more. It is audited.`,
      yes: 'Capture',
      field: 'Seconds',
      value: DEFAULT_SECONDS,
      option: 'Payload too: what they say and show, and what they are sent',
    });
    if (answer) {
      await this.#act(() => this.#api.beginCapture(room, participant.id, Number.parseInt(answer.text, 10) || 0, answer.option));
    }
  }

  /** @param {object} room as the API answers @param {object[]} captures */
  show(room, captures) {
    byId('captures').hidden = captures.length === 0;
    const names = new Map(room.participants.map((participant) => [participant.id, nameOf(participant)]));
    const rows = captures.map(({ id, participant, payload, state }) => ({ id, name: names.get(participant) ?? participant, payload, state }));
    replace(byId('capture-rows'), JSON.stringify([room.id, rows]), () => rows.map((row) => this.#row(room.id, row)));
    for (const { id, packets, bytes } of captures) {
      byId(`capture-${id}`).textContent = `${packets} packets, ${Math.ceil(bytes / 1024)} KiB`;
    }
  }

  #row(room, { id, name, payload, state }) {
    const stop = button('Stop', () => this.#act(() => this.#api.stopCapture(room, id)));
    return element(
      'tr',
      {},
      element('td', {}, name, element('div', { class: 'quiet' }, payload ? 'with payload' : 'headers')),
      element('td', {}, state, element('div', { class: 'quiet', id: `capture-${id}` })),
      element(
        'td',
        { class: 'acts' },
        ...(state === 'running' ? [stop] : []),
        button('Download', () => this.#act(() => this.#download(room, id))),
        button('Throw away', () => this.#act(() => this.#api.removeCapture(room, id)), { class: 'danger' }),
      ),
    );
  }

  /** The file as it is by now; a link alone could not carry the token. */
  async #download(room, id) {
    const url = URL.createObjectURL(await this.#api.captureFile(room, id));
    element('a', { href: url, download: `capture-${id}.pcapng` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 0);
  }
}
