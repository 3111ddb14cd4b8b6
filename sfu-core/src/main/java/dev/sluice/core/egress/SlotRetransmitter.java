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

  /** The most padding that one packet can have; its last byte counts it (RFC 3550 §5.1). */
  private static final byte[] PADDING = new byte[255];

  static {
    PADDING[PADDING.length - 1] = (byte) PADDING.length;
  }

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

  /** The entry of a number near the highest one sent, or -1. */
  int find(int sequence16, long highestSequence) {
    return index.find(highestSequence + (short) (sequence16 - (int) highestSequence));
  }

  /** The same, claimed for one more resend. */
  int find(int sequence16, long highestSequence, long minIntervalNanos, long nowNanos) {
    int entry = find(sequence16, highestSequence);
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

  /** Writes a packet of nothing but padding. */
  void pad(int payloadType, int timestamp, OutgoingPacket result) {
    headers.begin(payloadType, false, nextSequence, timestamp, ssrc, result);
    headers.finishPadding(result);
    result.setPayload(PADDING);
    nextSequence++;
  }

  /** Retransmissions made. */
  long resent() {
    return resent;
  }
}
