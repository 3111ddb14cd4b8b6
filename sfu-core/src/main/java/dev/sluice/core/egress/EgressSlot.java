package dev.sluice.core.egress;

import dev.sluice.core.codec.DescriptorRewriter;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One outgoing stream: a receive m-line of a subscriber, with an SSRC, a sequence and a timeline
 * that last as long as the session. What it shows is a field. A new source is shown from its next
 * keyframe on; until then the old one flows.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class EgressSlot {
  /** Says that the slot shows, or is to show, nothing. */
  public static final int NOTHING = -1;

  private final int ssrc;
  private final int rtxSsrc;
  private final StreamSplicer splicer;
  private final SlotHeader headers;
  private final @Nullable SlotRetransmitter retransmitter;

  private final SlotFormat format;
  private boolean active;
  private int targetStreamId = NOTHING;
  private int targetCsrc;
  private int currentStreamId = NOTHING;
  private int currentCsrc;
  private DescriptorRewriter rewriter = DescriptorRewriter.of(Codec.OPUS);
  private @Nullable Codec rewriterCodec;
  private long packetsSent;
  private long octetsSent;

  /**
   * A slot that shows nothing and is silent until {@link #activate()}.
   *
   * @param initialSequence at least 65536
   */
  public EgressSlot(NegotiatedSection section, long initialSequence, long initialTimestamp) {
    NegotiatedSection.Slot slot = Objects.requireNonNull(section.slot());
    format = new SlotFormat(section);
    ssrc = (int) slot.ssrc();
    rtxSsrc = (int) slot.rtxSsrc();
    headers = new SlotHeader(section);
    splicer = new StreamSplicer(initialSequence, initialTimestamp);
    retransmitter =
        section.kind() == MediaKind.VIDEO
            ? new SlotRetransmitter(rtxSsrc, initialSequence, headers)
            : null;
  }

  /** A renegotiation kept this m-line. */
  public void renegotiate(NegotiatedSection newSection) {
    format.renegotiate(newSection);
    headers.renegotiate(newSection);
  }

  /** The client has applied the answer that made this slot: it may carry media. */
  public void activate() {
    active = true;
  }

  /** The m-line does not receive for now: silent until {@link #activate()}. */
  public void deactivate() {
    active = false;
  }

  public boolean active() {
    return active;
  }

  /**
   * Shows another stream from its next keyframe on (audio: from its next packet on), or nothing
   * from now on.
   *
   * @param streamId the stream, or {@link #NOTHING}
   * @param csrc the number that names its track
   */
  public void assign(int streamId, int csrc) {
    if (streamId != targetStreamId) {
      format.forgetDecodability();
    }
    targetStreamId = streamId;
    targetCsrc = csrc;
    if (streamId == NOTHING) {
      currentStreamId = NOTHING;
    }
  }

  /** Shows nothing until its target starts (again). */
  public void stopShowing() {
    currentStreamId = NOTHING;
  }

  /** Whether packets of this stream are of interest. */
  public boolean takes(int streamId) {
    return streamId != NOTHING && (streamId == targetStreamId || streamId == currentStreamId);
  }

  /** Whether it waits for a keyframe of the stream that it is to show. */
  public boolean awaitsKeyframe() {
    return active
        && targetStreamId != NOTHING
        && targetStreamId != currentStreamId
        && section().kind() == MediaKind.VIDEO;
  }

  /** Whether what it is to show comes in a codec or with a clock rate that it cannot send. */
  public boolean undecodable() {
    return format.undecodable();
  }

  /** Whether {@link #undecodable} has changed since the last call. */
  public boolean takeDecodabilityChange() {
    return format.takeChange();
  }

  /** The RTP clock rate of all that it sends, 0 before the first packet. */
  public int clockRateHz() {
    return format.clockRateHz();
  }

  /** The stream it is to show. */
  public int targetStreamId() {
    return targetStreamId;
  }

  /** The stream whose packets it sends now. */
  public int currentStreamId() {
    return currentStreamId;
  }

  /**
   * Writes the header and the descriptor of a packet into an outgoing datagram, and says in {@code
   * result} where the rest is.
   *
   * @return null when {@code result} is to be encrypted and sent, else why not
   */
  public @Nullable DropReason forward(
      MediaPacket packet, byte[] out, int outOffset, OutgoingPacket result) {
    if (!active) {
      return DropReason.SLOT_NOT_ACTIVE;
    }
    NegotiatedCodec codec = format.codecFor(packet.parameters());
    if (packet.streamId() == targetStreamId) {
      format.setDecodable(codec != null);
      if (codec == null) {
        return DropReason.CODEC_NOT_NEGOTIATED;
      }
    }
    DropReason refused = follow(packet);
    if (refused != null) {
      return refused;
    }
    if (codec == null) {
      return DropReason.CODEC_NOT_NEGOTIATED;
    }
    long sequence = splicer.sequence(packet.sequence());
    if (sequence == StreamSplicer.NONE) {
      return DropReason.TOO_OLD;
    }
    long timestamp = splicer.timestamp(packet.timestamp());
    result.begin(out, outOffset);
    headers.begin(codec.payloadType(), packet.marker(), sequence, timestamp, ssrc, result);
    int headerLength = headers.finish(packet, currentCsrc, result);
    int prefixLength = 0;
    if (packet.payloadLength() > 0) {
      prefixLength =
          rewriter.rewrite(
              packet.buffer(),
              packet.payloadOffset(),
              packet.facts(),
              out,
              outOffset + headerLength);
      if (prefixLength == DescriptorRewriter.NOT_FORWARDABLE) {
        return DropReason.TOO_OLD;
      }
    }
    result.setPayload(packet, prefixLength);
    if (result.oversized()) {
      return DropReason.OVERSIZED;
    }
    splicer.handleSent(sequence, timestamp, packet.arrivalNanos());
    packetsSent++;
    octetsSent += packet.payloadLength();
    headers.handleSent();
    if (retransmitter != null) {
      retransmitter
          .index()
          .put(
              sequence,
              packet.streamId(),
              packet.sequence(),
              (int) timestamp,
              currentCsrc,
              packet.payloadLength() > 0 ? rewriter.mappingToken() : 0);
    }
    return null;
  }

  /**
   * Which packet of which stream was sent under this number, or -1 when it cannot be sent again
   * (now).
   */
  public int findSent(int sequence16, long minIntervalNanos, long nowNanos) {
    return retransmitter == null || !format.retransmits()
        ? -1
        : retransmitter.find(sequence16, splicer.highestSequence(), minIntervalNanos, nowNanos);
  }

  /** The stream of an entry that {@link #findSent} gave. */
  public int sentStreamId(int entry) {
    return sentPackets().streamId(entry);
  }

  /** The publisher's sequence number of an entry that {@link #findSent} gave. */
  public long sentSourceSequence(int entry) {
    return sentPackets().sourceSequence(entry);
  }

  /**
   * Makes the retransmission of an entry (RFC 4588): own SSRC and sequence, the original's number
   * before the payload.
   *
   * @param packet the same packet, read again from the publisher's history
   * @param sequence16 the number it was sent under
   */
  public @Nullable DropReason retransmit(
      int entry,
      int sequence16,
      MediaPacket packet,
      byte[] out,
      int outOffset,
      OutgoingPacket result) {
    NegotiatedCodec codec = format.codecFor(packet.parameters());
    if (codec == null
        || codec.rtxPayloadType() < 0
        || packet.parameters().codec() != rewriterCodec) {
      return DropReason.CODEC_NOT_NEGOTIATED;
    }
    result.begin(out, outOffset);
    Objects.requireNonNull(retransmitter)
        .write(entry, sequence16, codec.rtxPayloadType(), packet, rewriter, result);
    return null;
  }

  private RetransmissionIndex sentPackets() {
    return Objects.requireNonNull(retransmitter).index();
  }

  /** Makes sure that what the packet belongs to is what the slot sends; null when it is. */
  private @Nullable DropReason follow(MediaPacket packet) {
    if (packet.streamId() != currentStreamId) {
      return tryStart(packet);
    }
    if (packet.parameters().codec() != rewriterCodec) {
      // The publisher changed its encoder: a new source in all but name.
      return splicer.precedesNewest(packet.sequence()) ? DropReason.TOO_OLD : tryStart(packet);
    }
    if (splicer.leaps(packet.sequence())) {
      splicer.startSource(
          packet.sequence(), packet.timestamp(), format.clockRateHz(), packet.arrivalNanos());
    }
    return null;
  }

  private @Nullable DropReason tryStart(MediaPacket packet) {
    boolean video = section().kind() == MediaKind.VIDEO;
    if (packet.streamId() != targetStreamId) {
      return DropReason.NOT_WANTED;
    }
    if (packet.payloadLength() == 0
        || (video && !(packet.facts().keyframe() && packet.facts().frameStart()))) {
      return DropReason.AWAITING_KEYFRAME;
    }
    format.start(packet.parameters());
    Codec codec = packet.parameters().codec();
    if (rewriterCodec == codec) {
      rewriter.sourceChanged();
    } else {
      rewriter = DescriptorRewriter.of(codec);
      rewriterCodec = codec;
    }
    splicer.startSource(
        packet.sequence(), packet.timestamp(), format.clockRateHz(), packet.arrivalNanos());
    currentStreamId = targetStreamId;
    currentCsrc = targetCsrc;
    return null;
  }

  /** The codec under which a section's client decodes a format, or null when it cannot. */
  public static @Nullable NegotiatedCodec codecFor(
      NegotiatedSection section, CodecParameters parameters) {
    for (NegotiatedCodec candidate : section.codecs()) {
      if (parameters.decodableBy(candidate.parameters())) {
        return candidate;
      }
    }
    return null;
  }

  public NegotiatedSection section() {
    return format.section();
  }

  public String mid() {
    return section().mid();
  }

  /** As negotiated. */
  public int pairIndex() {
    return Objects.requireNonNull(section().slot()).pairIndex();
  }

  public int ssrc() {
    return ssrc;
  }

  public int rtxSsrc() {
    return rtxSsrc;
  }

  /** Media packets sent, without retransmissions. */
  public long packetsSent() {
    return packetsSent;
  }

  /** Their payload octets, for the sender report. */
  public long octetsSent() {
    return octetsSent;
  }

  /** Retransmissions sent. */
  public long resent() {
    return retransmitter == null ? 0 : retransmitter.resent();
  }

  /**
   * The RTP timestamp of an instant, for a sender report (RFC 3550 §6.4.1).
   *
   * @param sourceTimestampNow what the source's publisher says its timestamp is now, or -1 when
   *     unknown
   * @return unsigned 32 bits, or -1 before the first packet
   */
  public long timestampAt(long sourceTimestampNow, long nowNanos) {
    if (packetsSent == 0) {
      return -1;
    }
    long timestamp;
    if (sourceTimestampNow >= 0) {
      timestamp = splicer.timestamp(sourceTimestampNow);
    } else {
      double elapsed = (nowNanos - splicer.highestArrivalNanos()) * 1e-9;
      timestamp = splicer.highestTimestamp() + Math.round(elapsed * format.clockRateHz());
    }
    return timestamp & 0xFFFF_FFFFL;
  }
}
