package dev.sluice.core.egress;

import dev.sluice.core.codec.DescriptorRewriter;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.rtp.Rtx;

/**
 * One slot's retransmissions (RFC 4588): which packet of which publisher was sent under a number,
 * and how it was numbered inside. Own SSRC, own sequence numbers; payloads are read again from the
 * publisher's history.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class SlotRetransmitter {
  private static final int ENTRIES = 512;
  private static final int MAX_RESENDS = 10;

  private final int ssrc;
  private final SlotHeader headers;
  private final RetransmissionIndex index = new RetransmissionIndex(ENTRIES);
  private long nextSequence;
  private long resent;

  SlotRetransmitter(int ssrc, long initialSequence, SlotHeader headers) {
    this.ssrc = ssrc;
    this.headers = headers;
    nextSequence = initialSequence;
  }

  RetransmissionIndex index() {
    return index;
  }

  /** The entry of a number near the highest one sent, claimed for one more resend, or -1. */
  int find(int sequence16, long highestSequence, long minIntervalNanos, long nowNanos) {
    long sequence = highestSequence + (short) (sequence16 - (int) highestSequence);
    int entry = index.find(sequence);
    return entry >= 0 && index.claimResend(entry, MAX_RESENDS, minIntervalNanos, nowNanos)
        ? entry
        : -1;
  }

  /** Writes the retransmission of an entry. */
  void write(
      int entry,
      int sequence16,
      int payloadType,
      MediaPacket packet,
      DescriptorRewriter rewriter,
      OutgoingPacket result) {
    headers.begin(
        payloadType, index.marker(entry), nextSequence, index.timestamp(entry), ssrc, result);
    int prefix =
        result.outOffset()
            + headers.finish(
                packet,
                index.csrc(entry),
                (int) (index.descriptorToken(entry) >>> SlotWriter.DEPENDENCY_SHIFT),
                result);
    Rtx.writeOriginalSequence(result.out(), prefix, sequence16);
    if (index.empty(entry)) {
      result.setNoPayload();
    } else {
      int descriptorLength =
          rewriter.rewriteWith(
              index.descriptorToken(entry),
              packet.buffer(),
              packet.payloadOffset(),
              packet.facts(),
              result.out(),
              prefix + Rtx.OVERHEAD);
      result.setPayload(packet, descriptorLength);
    }
    result.addPrefix(Rtx.OVERHEAD);
    nextSequence++;
    resent++;
  }

  /** Retransmissions made. */
  long resent() {
    return resent;
  }
}
