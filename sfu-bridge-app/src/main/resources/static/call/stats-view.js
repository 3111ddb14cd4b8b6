import { downlinkElements } from './downlink-view.js';
import { table } from './table.js';

const PERIOD_MILLIS = 1000;
const COLUMNS = ['', 'kbit/s', 'picture', 'loss', 'jitter', 'freezes'];

/** The small table of what runs in both directions, once a second while it is open. */
export class StatsView {
  #panel;
  #room = null;
  #timer = 0;

  constructor(panel) {
    this.#panel = panel;
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  open(room) {
    this.#room = room;
    this.#panel.hidden = false;
    this.#refresh();
    this.#timer = setInterval(() => this.#refresh(), PERIOD_MILLIS);
  }

  close() {
    clearInterval(this.#timer);
    this.#panel.hidden = true;
  }

  async #refresh() {
    const room = this.#room;
    const [stats, downlink] = await Promise.all([room.stats(), room.downlink().catch(() => null)]).catch(() => []);
    if (!stats || !this.isOpen) {
      return;
    }
    const sent = stats.publications.map((each) => row(`${each.publication.source}${each.codec ? ` · ${each.codec.split('/')[1]}` : ''}`, each));
    const received = stats.slots
      .filter(({ track }) => track)
      .map((each) => row(name(each.track), each));
    const spare = stats.slots.filter(({ track }) => !track).length;
    const facts = document.createElement('p');
    facts.textContent = [
      `round trip ${text(stats.roundTripTimeMillis, ' ms')}`,
      stats.availableOutgoingBitrateBps && `room to send ${Math.round(stats.availableOutgoingBitrateBps / 1000)} kbit/s`,
      spare > 0 && `${spare} spare ${spare === 1 ? 'slot' : 'slots'}`,
    ]
      .filter(Boolean)
      .join(' · ');
    const nameOf = (mid) => name(stats.slots.find((slot) => slot.mid === mid)?.track);
    const why = downlink ? downlinkElements(downlink, nameOf) : [];
    this.#panel.replaceChildren(table('Sent', COLUMNS, sent), table('Received', COLUMNS, received), facts, ...why);
  }
}

function name(track) {
  return track ? `${track.participant.name || track.participant.identity} · ${track.source}` : 'an empty slot';
}

function row(label, stats) {
  const picture = stats.frameWidth ? `${stats.frameWidth}×${stats.frameHeight} ${text(stats.framesPerSecond, ' fps')}` : '';
  return [
    label,
    String(Math.round(stats.bitrateBps / 1000)),
    picture,
    text(stats.packetsLost),
    text(stats.jitterMillis, ' ms'),
    text(stats.freezeCount),
  ];
}

function text(value, unit = '') {
  return value === null || value === undefined ? '' : `${Math.round(value)}${unit}`;
}
