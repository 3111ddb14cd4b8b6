/**
 * Turns the browser's statistics into one small record per publication and per slot. Rates are over the time since the
 * last digest.
 */
export class StatsDigest {
  /** @type {Map<string, {bytes: number, timestamp: number}>} */
  #last = new Map();

  /**
   * @param {RTCPeerConnection} pc
   * @param {Iterable<{mid: string | null}>} publications
   * @param {(mid: string) => object | undefined} trackIn what a slot shows
   */
  async take(pc, publications, trackIn) {
    const report = await pc.getStats();
    const stats = [...report.values()];
    const pair = selectedPair(report, stats);
    const publicationOf = new Map([...publications].map((publication) => [publication.mid, publication]));
    const result = {
      timestamp: Date.now(),
      roundTripTimeMillis: millis(pair?.currentRoundTripTime),
      availableOutgoingBitrateBps: pair?.availableOutgoingBitrate ?? null,
      publications: [],
      slots: [],
    };
    const rates = new Map();
    for (const [mid, layers] of groupByMid(stats, 'outbound-rtp')) {
      const publication = publicationOf.get(mid);
      if (publication) {
        result.publications.push({ publication, ...this.#outbound(layers, report, rates) });
      }
    }
    for (const [mid, [inbound]] of groupByMid(stats, 'inbound-rtp')) {
      result.slots.push({ mid, track: trackIn(mid) ?? null, ...this.#inbound(inbound, pair, rates) });
    }
    this.#last = rates;
    return result;
  }

  #outbound(layers, report, rates) {
    const largest = layers.reduce((a, b) => ((b.frameHeight ?? 0) > (a.frameHeight ?? 0) ? b : a));
    const remotes = layers.map(({ remoteId }) => report.get(remoteId)).filter(Boolean);
    return {
      kind: largest.kind,
      codec: report.get(largest.codecId)?.mimeType ?? null,
      bitrateBps: layers.reduce((sum, layer) => sum + this.#rate(layer, layer.bytesSent, rates), 0),
      framesPerSecond: largest.framesPerSecond ?? null,
      frameWidth: largest.frameWidth ?? null,
      frameHeight: largest.frameHeight ?? null,
      packetsLost: remotes.reduce((sum, { packetsLost }) => sum + (packetsLost ?? 0), 0),
      jitterMillis: millis(remotes[0]?.jitter),
      roundTripTimeMillis: millis(remotes[0]?.roundTripTime),
      qualityLimitation: largest.qualityLimitationReason ?? null,
    };
  }

  #inbound(inbound, pair, rates) {
    return {
      kind: inbound.kind,
      bitrateBps: this.#rate(inbound, inbound.bytesReceived, rates),
      framesPerSecond: inbound.framesPerSecond ?? null,
      frameWidth: inbound.frameWidth ?? null,
      frameHeight: inbound.frameHeight ?? null,
      framesDecoded: inbound.framesDecoded ?? null,
      packetsLost: inbound.packetsLost ?? 0,
      jitterMillis: millis(inbound.jitter),
      roundTripTimeMillis: millis(pair?.currentRoundTripTime),
      freezeCount: inbound.freezeCount ?? null,
      freezesMillis: millis(inbound.totalFreezesDuration),
      audioLevel: inbound.audioLevel ?? null,
    };
  }

  #rate({ id, timestamp }, bytes = 0, rates) {
    rates.set(id, { bytes, timestamp });
    const before = this.#last.get(id);
    if (!before || timestamp <= before.timestamp || bytes < before.bytes) {
      return 0;
    }
    return Math.round(((bytes - before.bytes) * 8000) / (timestamp - before.timestamp));
  }
}

function selectedPair(report, stats) {
  const transport = stats.find(({ type }) => type === 'transport');
  return (
    report.get(transport?.selectedCandidatePairId) ??
    stats.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded')
  );
}

/** The RTP statistics of one direction that have an m-line; those of a stream that never ran do not. */
function groupByMid(stats, type) {
  const byMid = new Map();
  for (const stat of stats) {
    if (stat.type === type && stat.mid !== undefined) {
      byMid.set(stat.mid, [...(byMid.get(stat.mid) ?? []), stat]);
    }
  }
  return byMid;
}

function millis(seconds) {
  return seconds === undefined ? null : Math.round(seconds * 1000);
}
