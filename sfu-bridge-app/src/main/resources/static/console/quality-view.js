import { because, lines, percent } from '../call/downlink-words.js';
import { Chart } from './chart.js';
import { byId, element, kbits, replace } from './elements.js';

const SHOWN_SECONDS = 120;

/** The way to one participant, live: what it carries, what is sent, and what was decided. */
export class QualityView {
  #charts = [];
  #before = null;

  /** Begins anew, with another participant or with none. @param {string} title */
  open(title) {
    byId('quality-title').textContent = title ? `Quality: ${title}` : 'Quality';
    byId('quality').hidden = !title;
    byId('no-quality').hidden = Boolean(title);
    this.#before = null;
    this.#charts = [
      new Chart('Rate', 'kbit/s', ['estimate', 'given', 'sent'], SHOWN_SECONDS),
      new Chart('Delay', 'ms', ['round trip', 'queue'], SHOWN_SECONDS),
      new Chart('Loss', '%', ['loss'], SHOWN_SECONDS),
    ];
    byId('charts').replaceChildren(...this.#charts.map((chart) => chart.element));
    byId('slots').replaceChildren();
    byId('decisions').replaceChildren();
    delete byId('decisions').dataset.key;
    delete byId('slots').dataset.key;
  }

  /** @param {object} downlink as the API answers @param {(track: string) => string} nameOf a track */
  show(downlink, nameOf) {
    const now = performance.now() / 1000;
    const { estimateBps, allocatedBps, sentBytes, roundTripMillis, queueDelayMillis, lossShare } = downlink;
    const sent = this.#before && (8 * (sentBytes - this.#before.sentBytes)) / (now - this.#before.now) / 1000;
    this.#before = { now, sentBytes };
    this.#charts[0].add(now, [estimateBps === null ? null : estimateBps / 1000, allocatedBps / 1000, sent]);
    this.#charts[1].add(now, [roundTripMillis, queueDelayMillis]);
    this.#charts[2].add(now, [100 * lossShare]);
    this.#slots(downlink.slots, nameOf);
    this.#decisions(downlink.changes);
  }

  #slots(slots, nameOf) {
    const rows = slots.map((slot) => [nameOf(slot.track), lines(slot.height), kbits(slot.bitrateBps), because(slot.cause)]);
    replace(byId('slots'), JSON.stringify(rows), () => [
      rows.length === 0
        ? element('p', { class: 'quiet' }, 'No video.')
        : element(
            'table',
            {},
            element('thead', {}, element('tr', {}, ...['Track', 'Lines', 'Rate', 'Because'].map((name) => element('th', { scope: 'col' }, name)))),
            element('tbody', {}, ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell))))),
          ),
    ]);
  }

  #decisions(changes) {
    const newest = changes.at(-1);
    replace(byId('decisions'), `${changes.length} ${newest ? Math.round((Date.now() - newest.agoMillis) / 5000) : ''}`, () =>
      changes
        .slice(-30)
        .reverse()
        .map((change) => element('li', {}, decision(change))),
    );
  }
}

function decision({ agoMillis, fromHeight, toHeight, cause, estimateBps, estimateReason, lossShare, queueDelayMillis }) {
  const time = new Date(Date.now() - agoMillis).toLocaleTimeString();
  return (
    `${time}: ${lines(fromHeight)} → ${lines(toHeight)}, ${because(cause)}; path ${kbits(estimateBps)} (${estimateReason}), ` +
    `loss ${percent(lossShare)}, queue ${Math.round(queueDelayMillis)} ms`
  );
}
