package dev.sluice.core.egress;

import dev.sluice.core.codec.MediaPacket;
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

  private final SlotFormat format;
  private final SlotAssignment assignment = new SlotAssignment();
  private final LayerFilter layers = new LayerFilter();
  private final SlotWriter writer;
  private final SlotReception reception = new SlotReception();

  /** For life, whatever is renegotiated; each packet asks. */
  private final boolean video;

  private boolean active;

  /**
   * A slot that shows nothing and is silent until {@link #activate()}.
   *
   * @param initialSequence at least 65536
   */
  public EgressSlot(NegotiatedSection section, long initialSequence, long initialTimestamp) {
    video = section.kind() == MediaKind.VIDEO;
    format = new SlotFormat(section);
    writer = new SlotWriter(section, initialSequence, initialTimestamp);
  }

  /** A renegotiation kept this m-line. */
  public void renegotiate(NegotiatedSection newSection) {
    format.renegotiate(newSection);
    writer.renegotiate(newSection);
  }

  /** The client has applied the answer that made this slot: it may carry media. */
  public void activate() {
    active = true;
  }

  /** The m-line does not receive for now: silent until {@link #activate()}. */
  public void deactivate() {
    active = false;
    reception.forgetPicture();
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
    if (streamId != assignment.targetStreamId()) {
      format.forgetDecodability();
    }
    if (streamId == NOTHING) {
      reception.forgetPicture();
    }
    assignment.setTarget(streamId, csrc);
    applyLayers();
  }

  /**
   * Which layers of what it is to show it shows at most: down with the next picture, up with the
   * next one that allows it. Without a call there is no limit.
   *
   * @param maxSpatialId the highest spatial layer
   * @param maxTemporalId the highest temporal layer
   */
  public void limitLayers(int maxSpatialId, int maxTemporalId) {
    assignment.setTargetLayers(maxSpatialId, maxTemporalId);
    applyLayers();
  }

  /** The old source keeps its layers until the new one has its keyframe. */
  private void applyLayers() {
    if (assignment.arrived()) {
      int maxSpatialId = Math.min(assignment.targetSpatialId(), format.maxSpatialId());
      layers.want(maxSpatialId, assignment.targetTemporalId());
    }
  }

  /** Shows nothing until its target starts (again). */
  public void stopShowing() {
    assignment.stopShowing();
    reception.forgetPicture();
  }

  /** How its stream arrives. */
  public SlotReception reception() {
    return reception;
  }

  /**
   * What it is to show will start in its past: with packets of a while ago that come all at once.
   *
   * @param newestTimestamp extended timestamp of the source's newest packet, or {@link
   *     StreamSplicer#NONE} if after all it does not
   */
  public void expectReplay(long newestTimestamp) {
    writer.expectReplay(newestTimestamp);
  }

  /** Whether packets of this stream are of interest. */
  public boolean takes(int streamId) {
    return assignment.takes(streamId);
  }

  /**
   * Whether a packet of a stream that it {@link #takes} is worth a place in a queue: what the slot
   * would not send now, it will not send a moment later either.
   */
  public boolean wants(MediaPacket packet) {
    boolean starts = packet.facts().keyframe() && packet.facts().frameStart();
    return active && (packet.streamId() == currentStreamId() || starts);
  }

  /** How many bytes of a packet's payload will leave: none of a layer that is not wanted. */
  public int expectedBytes(MediaPacket packet) {
    return layers.exceeds(packet) ? 0 : packet.payloadLength();
  }

  /** Whether a packet of the stream that it shows has been sent. */
  public boolean hasSent(int streamId, long sourceSequence) {
    return streamId == currentStreamId() && writer.hasSent(sourceSequence);
  }

  /** Whether it waits for a keyframe of the stream that it is to show, or of a higher layer. */
  public boolean awaitsKeyframe() {
    return active
        && assignment.hasTarget()
        && isVideo()
        && (!assignment.arrived() || layers.awaitsLayer());
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

  /** The highest spatial layer that it is to show. */
  public int maxSpatialId() {
    return assignment.targetSpatialId();
  }

  /** The highest temporal layer that it is to show. */
  public int maxTemporalId() {
    return assignment.targetTemporalId();
  }

  /** The stream it is to show. */
  public int targetStreamId() {
    return assignment.targetStreamId();
  }

  /** The stream whose packets it sends now. */
  public int currentStreamId() {
    return assignment.currentStreamId();
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
    if (packet.streamId() == assignment.targetStreamId()) {
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
    result.begin(out, outOffset);
    int csrc = assignment.currentCsrc();
    if (!isVideo()) {
      return packet.redundantHeadersLength() == MediaPacket.ABSENT
              || format.redundantPayloadType() == SlotFormat.NONE
          ? writer.send(packet, codec, csrc, packet.marker(), result)
          : writer.sendRedundant(packet, codec, format.redundantPayloadType(), csrc, result);
    }
    // Padding was for the publisher's own estimate; nobody else needs it.
    DropReason unwanted =
        packet.payloadLength() == 0 ? DropReason.NOT_WANTED : layers.decide(packet);
    return unwanted == null
        ? writer.send(packet, codec, csrc, layers.endsPicture(packet), result)
        : writer.leaveOut(packet, unwanted, codec, csrc, result);
  }

  /** Whether it sends video; else audio. */
  public boolean isVideo() {
    return video;
  }

  /**
   * Which packet of which stream was sent under this number, or -1 when it cannot be sent again
   * (now).
   */
  public int findSent(int sequence16, long minIntervalNanos, long nowNanos) {
    return format.rtxPayloadType() >= 0
        ? writer.findSent(sequence16, minIntervalNanos, nowNanos)
        : -1;
  }

  /** Which packet was sent under this number, or -1 when that is forgotten. */
  public int lookUpSent(int sequence16) {
    return writer.lookUpSent(sequence16);
  }

  /**
   * Whether the receiver asks for lost packets but has no retransmission stream: they can only be
   * sent again as they were, bit for bit.
   */
  public boolean repairsInPlace() {
    return format.repairsInPlace();
  }

  /** The stream of an entry that {@link #findSent} gave. */
  public int sentStreamId(int entry) {
    return writer.sentPackets().streamId(entry);
  }

  /** The publisher's sequence number of an entry that {@link #findSent} gave. */
  public long sentSourceSequence(int entry) {
    return writer.sentPackets().sourceSequence(entry);
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
    if (codec == null || codec.rtxPayloadType() < 0 || !writer.continuesCodec(packet)) {
      return DropReason.CODEC_NOT_NEGOTIATED;
    }
    result.begin(out, outOffset);
    writer.retransmit(entry, sequence16, codec, packet, result);
    return null;
  }

  /**
   * Whether {@link #pad} can make a packet: the client knows the retransmission stream, and media
   * has come before it.
   */
  public boolean canPad() {
    return active && writer.retransmits() && packetsSent() > 0 && format.rtxPayloadType() >= 0;
  }

  /**
   * Makes a packet of padding on the retransmission stream, whose numbers nobody waits for: it
   * measures the path and leaves no mark in the media. Only after {@link #canPad} said true.
   */
  public void pad(byte[] out, int outOffset, OutgoingPacket result) {
    result.begin(out, outOffset);
    writer.pad(format.rtxPayloadType(), result);
  }

  /** Makes sure that what the packet belongs to is what the slot sends; null when it is. */
  private @Nullable DropReason follow(MediaPacket packet) {
    if (packet.streamId() != assignment.currentStreamId()) {
      return tryStart(packet);
    }
    if (!writer.continuesCodec(packet)) {
      // The publisher changed its encoder: a new source in all but name.
      return writer.precedesNewest(packet) ? DropReason.TOO_OLD : tryStart(packet);
    }
    writer.continueSource(packet);
    return null;
  }

  private @Nullable DropReason tryStart(MediaPacket packet) {
    if (packet.streamId() != assignment.targetStreamId()) {
      return DropReason.NOT_WANTED;
    }
    if (packet.payloadLength() == 0
        || (isVideo() && !(packet.facts().keyframe() && packet.facts().frameStart()))) {
      return DropReason.AWAITING_KEYFRAME;
    }
    format.start(packet.parameters());
    if (assignment.changesLayerOnly()) {
      writer.startLayer(packet);
    } else {
      writer.startSource(packet);
    }
    assignment.arrive();
    applyLayers();
    layers.start(packet.timestamp());
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
    return writer.ssrc();
  }

  public int rtxSsrc() {
    return writer.rtxSsrc();
  }

  /** Media packets sent, without retransmissions. */
  public long packetsSent() {
    return writer.packetsSent();
  }

  /** Their payload octets, for the sender report. */
  public long octetsSent() {
    return writer.octetsSent();
  }

  /** Retransmissions sent. */
  public long resent() {
    return writer.resent();
  }

  /**
   * The RTP timestamp of an instant, for a sender report (RFC 3550 §6.4.1).
   *
   * @param sourceTimestampNow what the source's publisher says its timestamp is now, or -1 when
   *     unknown
   * @return unsigned 32 bits, or -1 before the first packet
   */
  public long timestampAt(long sourceTimestampNow, long nowNanos) {
    return writer.timestampAt(sourceTimestampNow, format.clockRateHz(), nowNanos);
  }
}
