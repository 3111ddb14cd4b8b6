import { because, lines, percent } from '../call/downlink-words.js';
import { Chart } from './chart.js';
import { byId, element, replace, table } from './elements.js';
import { kbits, measured, size } from './words.js';

const SHOWN_SECONDS = 120;

/** The media of one participant, live: what its path carries, what comes from it, what it is sent, and what was decided. */
export class QualityView {
  #charts = {};
  #before = null;

  /** Begins anew, with another participant or with none. @param {string} title */
  open(title) {
    byId('quality-title').textContent = title ? `Quality: ${title}` : 'Quality';
    byId('quality').hidden = !title;
    byId('no-quality').hidden = Boolean(title);
    this.#before = null;
    this.#charts = {
      rate: new Chart('Rate to it', 'kbit/s', ['estimate', 'given', 'sent'], SHOWN_SECONDS),
      received: new Chart('Rate from it', 'kbit/s', ['received'], SHOWN_SECONDS),
      delay: new Chart('Delay', 'ms', ['round trip', 'queue'], SHOWN_SECONDS),
      jitter: new Chart('Jitter', 'ms', ['to it', 'from it'], SHOWN_SECONDS),
      loss: new Chart('Loss', '%', ['to it', 'from it'], SHOWN_SECONDS),
      pictures: new Chart('Pictures', 'a second', ['to it', 'from it'], SHOWN_SECONDS),
    };
    byId('charts').replaceChildren(...Object.values(this.#charts).map((chart) => chart.element));
    byId('path').textContent = '';
    for (const id of ['received', 'slots', 'decisions']) {
      byId(id).replaceChildren();
      delete byId(id).dataset.key;
    }
  }

  /**
   * @param {object} downlink as the API answers
   * @param {object} quality as the API answers
   * @param {(track: string) => string} nameOf a track
   */
  show(downlink, quality, nameOf) {
    const now = { seconds: performance.now() / 1000, ...totals(quality) };
    const since = this.#before && ((count) => (now[count] - this.#before[count]) / (now.seconds - this.#before.seconds));
    this.#plot(now, since, downlink, quality);
    this.#before = now;
    this.#path(quality);
    this.#received(quality.received, nameOf);
    this.#slots(downlink.slots, quality.sent, nameOf);
    this.#decisions(downlink.changes);
  }

  #plot({ seconds }, since, { estimateBps, allocatedBps, queueDelayMillis, lossShare }, { roundTripMillis, received, sent }) {
    const rate = (count) => since && (8 * since(count)) / 1000;
    this.#charts.rate.add(seconds, [estimateBps === null ? null : estimateBps / 1000, allocatedBps / 1000, rate('bytesSent')]);
    this.#charts.received.add(seconds, [rate('bytesReceived')]);
    this.#charts.delay.add(seconds, [roundTripMillis, queueDelayMillis]);
    this.#charts.jitter.add(seconds, [most(sent, jitter), most(received, jitter)]);
    this.#charts.loss.add(seconds, [100 * lossShare, since && lossFrom(since)]);
    this.#charts.pictures.add(seconds, [least(sent, pictures), most(received, pictures)]);
  }

  #path({ candidatePair }) {
    byId('path').textContent =
      candidatePair === null
        ? 'No path yet.'
        : `${candidatePair.protocol.toUpperCase()} from ${candidatePair.remoteNetwork}, port ${candidatePair.remotePort}, ` +
          `to ${candidatePair.localAddress}, port ${candidatePair.localPort}`;
  }

  #received(streams, nameOf) {
    const alive = streams.filter((stream) => stream.alive);
    const rows = alive.map(({ track, rid, codec, picture, lost, jitterMillis }) => [
      [nameOf(track), rid].filter(Boolean).join(' '),
      codec,
      size(picture),
      `${lost} lost, jitter ${measured(jitterMillis, 'ms')}`,
    ]);
    list('received', ['Track', 'Codec', 'Picture', 'Way'], rows, 'Nothing.');
  }

  #slots(slots, sent, nameOf) {
    const frozen = new Set(sent.filter((stream) => stream.frozen).map(({ mid }) => mid));
    const rows = slots.map((slot) => [
      nameOf(slot.track),
      lines(slot.height) + (frozen.has(slot.mid) ? ', frozen' : ''),
      kbits(slot.bitrateBps),
      because(slot.cause),
    ]);
    list('slots', ['Track', 'Lines', 'Rate', 'Because'], rows, 'No video.');
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

/** In percent; when a stream has just ended its counts are gone, and so nothing is known. */
function lossFrom(since) {
  const lost = Math.max(0, since('lost'));
  const came = since('packetsReceived');
  return came + lost > 0 && came >= 0 ? (100 * lost) / (came + lost) : null;
}

/** What only grows, while no stream ends. */
function totals({ bytesSent, bytesReceived, received }) {
  const sum = (count) => received.reduce((all, stream) => all + stream[count], 0);
  return { bytesSent, bytesReceived, packetsReceived: sum('packets'), lost: sum('lost') };
}

function jitter({ jitterMillis }) {
  return jitterMillis;
}

function pictures({ picture }) {
  return picture === null ? null : picture.framesPerSecond;
}

/** The largest of what is known; null for nothing. */
function most(streams, figure) {
  const known = streams.map(figure).filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function least(streams, figure) {
  const known = streams.map(figure).filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function list(id, columns, rows, nothing) {
  replace(byId(id), JSON.stringify(rows), () => [rows.length === 0 ? element('p', { class: 'quiet' }, nothing) : table(columns, rows)]);
}

function decision({ agoMillis, fromHeight, toHeight, cause, estimateBps, estimateReason, lossShare, queueDelayMillis }) {
  const time = new Date(Date.now() - agoMillis).toLocaleTimeString();
  return (
    `${time}: ${lines(fromHeight)} → ${lines(toHeight)}, ${because(cause)}; path ${kbits(estimateBps)} (${estimateReason}), ` +
    `loss ${percent(lossShare)}, queue ${Math.round(queueDelayMillis)} ms`
  );
}
