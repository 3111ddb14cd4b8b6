package dev.sluice.core.egress;

import dev.sluice.core.codec.DependencyDescriptorRewriter;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.rtp.AbsCaptureTime;
import dev.sluice.core.rtp.AbsSendTime;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.sdp.NegotiatedSection;
import java.nio.charset.StandardCharsets;

/**
 * Writes the RTP headers of one slot: the CSRC that names the source, and the extensions that the
 * receiver has negotiated under its own ids (RFC 8285). What a publisher sent beyond that, its
 * stream ids above all, never leaves.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class SlotHeader {
  /**
   * The first packets name their m-line; afterwards the SSRC, which the answer signals, is enough.
   */
  private static final int PACKETS_WITH_MID = 64;

  private static final int PLAYOUT_DELAY_LENGTH = 3;

  private final byte[] mid;
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private SlotExtensions ids;
  private int packetsWithMid = PACKETS_WITH_MID;

  SlotHeader(NegotiatedSection section) {
    mid = section.mid().getBytes(StandardCharsets.US_ASCII);
    ids = SlotExtensions.of(section);
  }

  /** A renegotiation may have changed the ids. */
  void renegotiate(NegotiatedSection section) {
    ids = SlotExtensions.of(section);
  }

  /** Starts the header of {@code result}. */
  void begin(
      int payloadType,
      boolean marker,
      long sequence,
      long timestamp,
      int ssrc,
      OutgoingPacket result) {
    writer.begin(
        result.out(), result.outOffset(), payloadType, marker, (int) sequence, timestamp, ssrc);
  }

  /**
   * Completes it with the CSRC and the extensions of a packet, and notes in {@code result} where
   * the transport's own fields lie.
   *
   * @param descriptor how the packet's dependency descriptor is numbered, 0 for none
   * @return its length
   */
  int finish(MediaPacket packet, int csrc, int descriptor, OutgoingPacket result) {
    writer.csrc(csrc);
    boolean described =
        ids.dependencyDescriptor() > 0
            && packet.descriptorLength() > 0
            && DependencyDescriptorRewriter.isPresent(descriptor);
    if (ids.large()
        || (described
            && RtpHeaderWriter.needsTwoByteForm(
                ids.dependencyDescriptor(), packet.descriptorLength()))) {
      writer.useTwoByteForm();
    }
    if (ids.mid() > 0 && packetsWithMid > 0) {
      writer.extension(ids.mid(), mid, 0, mid.length);
    }
    copy(ids.audioLevel(), packet, packet.audioLevelOffset(), 1);
    copy(ids.videoOrientation(), packet, packet.videoOrientationOffset(), 1);
    copy(ids.playoutDelay(), packet, packet.playoutDelayOffset(), PLAYOUT_DELAY_LENGTH);
    if (described) {
      writeDescriptor(packet, descriptor, result);
    }
    return finish(packet.captureNanos(), result);
  }

  /** Completes the header of a packet of padding: it has no source and belongs to no frame. */
  void finishPadding(OutgoingPacket result) {
    writer.padded();
    finish(MediaPacket.UNKNOWN_TIME, result);
  }

  private int finish(long captureNanos, OutgoingPacket result) {
    boolean captured = captureNanos != MediaPacket.UNKNOWN_TIME;
    int absCaptureTime = captured ? reserve(ids.absCaptureTime(), AbsCaptureTime.LENGTH) : -1;
    int transportSequence = reserve(ids.transportSequence(), TransportSequence.LENGTH);
    int absSendTime = reserve(ids.absSendTime(), AbsSendTime.LENGTH);
    int headerLength = writer.finish();
    result.setHeader(headerLength, transportSequence, absSendTime);
    result.setCapture(absCaptureTime, captureNanos);
    return headerLength;
  }

  private void copy(int id, MediaPacket packet, int offset, int length) {
    if (id > 0 && offset != MediaPacket.ABSENT) {
      writer.extension(id, packet.buffer(), offset, length);
    }
  }

  private void writeDescriptor(MediaPacket packet, int descriptor, OutgoingPacket result) {
    int place = reserve(ids.dependencyDescriptor(), packet.descriptorLength());
    if (place >= 0) {
      DependencyDescriptorRewriter.write(
          descriptor,
          packet.buffer(),
          packet.descriptorOffset(),
          packet.descriptorLength(),
          result.out(),
          place);
    }
  }

  /** A packet of the slot itself has been sent. */
  void handleSent() {
    packetsWithMid -= packetsWithMid > 0 ? 1 : 0;
  }

  private int reserve(int id, int length) {
    return id > 0 ? writer.reserveExtension(id, length) : OutgoingPacket.ABSENT;
  }
}
