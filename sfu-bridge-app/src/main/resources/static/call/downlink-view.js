import { because, lines, percent } from './downlink-words.js';
import { table } from './table.js';

const COLUMNS = ['', 'lines', 'kbit/s', 'because'];
const CHANGES = 5;

/**
 * What the server sends here, and why, as elements for the statistics.
 *
 * @param {import('../sdk/sluice.d.ts').Downlink} downlink
 * @param {(mid: string) => string} nameOf what a slot shows
 */
export function downlinkElements(downlink, nameOf) {
  const rows = downlink.slots.map(({ mid, height, bitrateBps, cause }) => [nameOf(mid), lines(height), kbits(bitrateBps), because(cause)]);
  return [table('Why I see what I see', COLUMNS, rows), paragraph(path(downlink)), changes(downlink.changes, nameOf)];
}

function path({ estimateBps, estimateReason, lossShare, queueDelayMillis, allocatedBps, wantedBps }) {
  const estimate = estimateBps === null ? 'unknown' : `${kbits(estimateBps)} kbit/s (${estimateReason})`;
  return [
    `path ${estimate}`,
    `given ${kbits(allocatedBps)} of ${kbits(wantedBps)} kbit/s`,
    `loss ${percent(lossShare)}`,
    `queue ${Math.round(queueDelayMillis)} ms`,
  ].join(' · ');
}

function changes(all, nameOf) {
  const list = document.createElement('ol');
  for (const change of all.slice(-CHANGES).reverse()) {
    const item = document.createElement('li');
    const known = change.estimateBps === null ? '' : `, path ${kbits(change.estimateBps)} kbit/s (${change.estimateReason})`;
    item.textContent =
      `${Math.round(change.agoMillis / 1000)} s ago: ${nameOf(change.mid)} ${lines(change.fromHeight)} → ${lines(change.toHeight)}, ` +
      `${because(change.cause)}${known}, loss ${percent(change.lossShare)}, queue ${Math.round(change.queueDelayMillis)} ms`;
    list.append(item);
  }
  return list;
}

function paragraph(words) {
  const element = document.createElement('p');
  element.textContent = words;
  return element;
}

function kbits(bitrateBps) {
  return String(Math.round(bitrateBps / 1000));
}
