package dev.sluice.core.egress;

import dev.sluice.core.codec.DependencyDescriptorRewriter;
import dev.sluice.core.codec.DescriptorRewriter;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.RedPayload;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The wire side of one slot: gives each packet its place in the one outgoing stream, writes header
 * and descriptor, and remembers what is needed to send it again. What is sent is decided elsewhere.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class SlotWriter {
  /** A packet's token: what its payload descriptor needs below, its dependency descriptor above. */
  static final int DEPENDENCY_SHIFT = 32;

  /** Reports that are further from the arrivals than that are not believed. */
  private static final long MAX_CLOCK_ERROR_NANOS = 1_000_000_000;

  private final int ssrc;
  private final int rtxSsrc;
  private final StreamSplicer splicer;
  private final SlotHeader headers;
  private final @Nullable SlotRetransmitter retransmitter;
  private final DependencyDescriptorRewriter dependencies = new DependencyDescriptorRewriter();
  private DescriptorRewriter rewriter = DescriptorRewriter.of(Codec.OPUS);
  private @Nullable Codec codec;
  private long newestSenderNanos = MediaPacket.UNKNOWN_TIME;
  private long packetsSent;
  private long octetsSent;

  SlotWriter(NegotiatedSection section, long initialSequence, long initialTimestamp) {
    NegotiatedSection.Slot slot = Objects.requireNonNull(section.slot());
    ssrc = (int) slot.ssrc();
    rtxSsrc = (int) slot.rtxSsrc();
    headers = new SlotHeader(section);
    splicer = new StreamSplicer(initialSequence, initialTimestamp);
    retransmitter =
        section.kind() == MediaKind.VIDEO
            ? new SlotRetransmitter(rtxSsrc, initialSequence, headers)
            : null;
  }

  void renegotiate(NegotiatedSection section) {
    headers.renegotiate(section);
  }

  /** Whether a packet is coded as the ones before it. */
  boolean continuesCodec(MediaPacket packet) {
    return packet.parameters().codec() == codec;
  }

  /** Whether a packet of the current source is older than the newest one that came. */
  boolean precedesNewest(MediaPacket packet) {
    return splicer.precedesNewest(packet.sequence());
  }

  /** See {@link StreamSplicer#expectReplay}. */
  void expectReplay(long newestTimestamp) {
    splicer.expectReplay(newestTimestamp);
  }

  /** A packet with which another source begins. */
  void startSource(MediaPacket packet) {
    Codec newCodec = packet.parameters().codec();
    if (codec == newCodec) {
      rewriter.sourceChanged();
    } else {
      rewriter = DescriptorRewriter.of(newCodec);
      codec = newCodec;
    }
    dependencies.sourceChanged();
    splice(packet);
  }

  /** The same source goes on; if its numbers leap, the stream's do not. */
  void continueSource(MediaPacket packet) {
    if (splicer.leaps(packet.sequence())) {
      splice(packet);
    }
  }

  /** A packet with which another layer of the same track begins, or its encoder anew. */
  void startLayer(MediaPacket packet) {
    long aligned = packet.senderNanos() - newestSenderNanos;
    long elapsed = packet.arrivalNanos() - splicer.highestArrivalNanos();
    boolean known =
        newestSenderNanos != MediaPacket.UNKNOWN_TIME
            && packet.senderNanos() != MediaPacket.UNKNOWN_TIME
            && Math.abs(aligned - elapsed) < MAX_CLOCK_ERROR_NANOS;
    startSource(packet);
    if (known) {
      splicer.startAligned(
          packet.sequence(), packet.timestamp(), packet.parameters().clockRateHz(), aligned);
    }
  }

  private void splice(MediaPacket packet) {
    splicer.startSource(
        packet.sequence(),
        packet.timestamp(),
        packet.parameters().clockRateHz(),
        packet.arrivalNanos());
  }

  /**
   * Writes a packet.
   *
   * @return null when {@code result} is to be encrypted and sent, else why not
   */
  @Nullable DropReason send(
      MediaPacket packet, NegotiatedCodec format, int csrc, boolean marker, OutgoingPacket result) {
    long sequence = splicer.sequence(packet.sequence());
    if (sequence == StreamSplicer.NONE) {
      return DropReason.TOO_OLD;
    }
    long timestamp = splicer.timestamp(packet.timestamp());
    int dependency = 0;
    if (packet.descriptorLength() > 0) {
      dependency =
          dependencies.map(
              packet.buffer(),
              packet.descriptorOffset(),
              packet.descriptorLength(),
              packet.facts());
    }
    headers.begin(format.payloadType(), marker, sequence, timestamp, ssrc, result);
    int headerLength = headers.finish(packet, csrc, dependency, result);
    if (packet.primaryOffset() != MediaPacket.ABSENT) {
      // Of redundant audio, to a receiver that does not take it, only what is new.
      result.setPayloadFrom(packet, packet.primaryOffset(), 0);
    } else {
      int descriptorLength =
          rewriter.rewrite(
              packet.buffer(),
              packet.payloadOffset(),
              packet.facts(),
              result.out(),
              result.outOffset() + headerLength);
      if (descriptorLength == DescriptorRewriter.NOT_FORWARDABLE) {
        return DropReason.TOO_OLD;
      }
      result.setPayload(packet, descriptorLength);
    }
    if (result.oversized()) {
      return DropReason.OVERSIZED;
    }
    long token = rewriter.mappingToken() | (long) dependency << DEPENDENCY_SHIFT;
    noteSent(packet, sequence, timestamp, token, csrc, marker ? RetransmissionIndex.MARKER : 0);
    octetsSent += packet.payloadLength();
    return null;
  }

  /**
   * Writes a packet of redundant audio as such.
   *
   * @param blocks the format of its blocks
   * @param payloadType of redundant audio
   */
  @Nullable DropReason sendRedundant(
      MediaPacket packet,
      NegotiatedCodec blocks,
      int payloadType,
      int csrc,
      OutgoingPacket result) {
    long sequence = splicer.sequence(packet.sequence());
    if (sequence == StreamSplicer.NONE) {
      return DropReason.TOO_OLD;
    }
    long timestamp = splicer.timestamp(packet.timestamp());
    headers.begin(payloadType, packet.marker(), sequence, timestamp, ssrc, result);
    int at = result.outOffset() + headers.finish(packet, csrc, 0, result);
    int length = packet.redundantHeadersLength();
    RedPayload.writeHeaders(
        packet.buffer(), packet.payloadOffset(), length, blocks.payloadType(), result.out(), at);
    result.setPayloadFrom(packet, packet.payloadOffset() + length, length);
    if (result.oversized()) {
      return DropReason.OVERSIZED;
    }
    noteSent(packet, sequence, timestamp, 0, csrc, 0);
    octetsSent += packet.payloadLength();
    return null;
  }

  /**
   * Leaves a packet of the current source out. If it comes too late for its gap to close, an empty
   * packet fills its number, which receivers take as padding: else the number would look lost for
   * good.
   *
   * @param reason why it is not wanted
   * @return the reason, or null when {@code result} is to be encrypted and sent
   */
  @Nullable DropReason leaveOut(
      MediaPacket packet,
      DropReason reason,
      NegotiatedCodec format,
      int csrc,
      OutgoingPacket result) {
    rewriter.pictureDropped(packet.facts());
    if (splicer.leaveOut(packet.sequence())) {
      return splicer.precedesSource(packet.sequence()) ? DropReason.TOO_OLD : reason;
    }
    long sequence = splicer.sequence(packet.sequence());
    long timestamp = splicer.timestamp(packet.timestamp());
    headers.begin(format.payloadType(), false, sequence, timestamp, ssrc, result);
    headers.finish(packet, csrc, 0, result);
    result.setNoPayload();
    noteSent(packet, sequence, timestamp, 0, csrc, RetransmissionIndex.EMPTY);
    return null;
  }

  private void noteSent(
      MediaPacket packet, long sequence, long timestamp, long token, int csrc, int flags) {
    if (timestamp >= splicer.highestTimestamp()) {
      newestSenderNanos = packet.senderNanos();
    }
    boolean late = packetsSent > 0 && sequence < splicer.highestSequence();
    splicer.handleSent(sequence, timestamp, packet.arrivalNanos());
    packetsSent++;
    headers.handleSent();
    if (retransmitter != null) {
      RetransmissionIndex index = retransmitter.index();
      index.put(
          sequence, packet.streamId(), packet.sequence(), (int) timestamp, csrc, token, flags);
      if (late) {
        index.noteLate(sequence, packet.arrivalNanos());
      }
    }
  }

  /** The entry of what was sent under a number, claimed for one more resend, or -1. */
  int findSent(int sequence16, long minIntervalNanos, long nowNanos) {
    return retransmitter == null
        ? -1
        : retransmitter.find(sequence16, splicer.highestSequence(), minIntervalNanos, nowNanos);
  }

  /** The entry of what was sent under a number, or -1. */
  int lookUpSent(int sequence16) {
    return retransmitter == null ? -1 : retransmitter.find(sequence16, splicer.highestSequence());
  }

  /** What was sent; only for slots that can send again. */
  RetransmissionIndex sentPackets() {
    return Objects.requireNonNull(retransmitter).index();
  }

  /** Writes the retransmission of an entry. */
  void retransmit(
      int entry,
      int sequence16,
      NegotiatedCodec format,
      MediaPacket packet,
      OutgoingPacket result) {
    Objects.requireNonNull(retransmitter)
        .write(entry, sequence16, format.rtxPayloadType(), packet, rewriter, result);
  }

  /** Whether there is a stream of retransmissions. */
  boolean retransmits() {
    return retransmitter != null;
  }

  /** Whether a packet of the current source has been sent; only known of slots that send again. */
  boolean hasSent(long sourceSequence) {
    if (retransmitter == null || !splicer.precedesNewest(sourceSequence)) {
      return false;
    }
    long sequence = splicer.sequence(sourceSequence);
    return sequence != StreamSplicer.NONE && sentPackets().find(sequence) >= 0;
  }

  /** Writes a packet of nothing but padding. */
  void pad(int payloadType, OutgoingPacket result) {
    Objects.requireNonNull(retransmitter)
        .pad(payloadType, (int) splicer.highestTimestamp(), result);
  }

  /** See {@link EgressSlot#timestampAt}. */
  long timestampAt(long sourceTimestampNow, int clockRateHz, long nowNanos) {
    if (packetsSent == 0) {
      return -1;
    }
    long timestamp;
    if (sourceTimestampNow >= 0) {
      timestamp = splicer.timestamp(sourceTimestampNow);
    } else {
      double elapsed = (nowNanos - splicer.highestArrivalNanos()) * 1e-9;
      timestamp = splicer.highestTimestamp() + Math.round(elapsed * clockRateHz);
    }
    return timestamp & 0xFFFF_FFFFL;
  }

  int ssrc() {
    return ssrc;
  }

  int rtxSsrc() {
    return rtxSsrc;
  }

  long packetsSent() {
    return packetsSent;
  }

  long octetsSent() {
    return octetsSent;
  }

  long resent() {
    return retransmitter == null ? 0 : retransmitter.resent();
  }
}
