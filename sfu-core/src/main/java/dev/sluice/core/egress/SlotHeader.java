package dev.sluice.core.egress;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.rtp.RtpHeaderWriter;
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
   * @return its length
   */
  int finish(MediaPacket packet, int csrc, OutgoingPacket result) {
    writer.csrc(csrc);
    if (ids.mid() > 0 && packetsWithMid > 0) {
      writer.extension(ids.mid(), mid, 0, mid.length);
    }
    if (ids.audioLevel() > 0 && packet.audioLevelOffset() != MediaPacket.ABSENT) {
      writer.extension(ids.audioLevel(), packet.buffer(), packet.audioLevelOffset(), 1);
    }
    if (ids.videoOrientation() > 0 && packet.videoOrientationOffset() != MediaPacket.ABSENT) {
      writer.extension(ids.videoOrientation(), packet.buffer(), packet.videoOrientationOffset(), 1);
    }
    int transportSequence = reserve(ids.transportSequence(), 2);
    int absSendTime = reserve(ids.absSendTime(), 3);
    int headerLength = writer.finish();
    result.setHeader(headerLength, transportSequence, absSendTime);
    return headerLength;
  }

  /** A packet of the slot itself has been sent. */
  void handleSent() {
    packetsWithMid -= packetsWithMid > 0 ? 1 : 0;
  }

  private int reserve(int id, int length) {
    return id > 0 ? writer.reserveExtension(id, length) : OutgoingPacket.ABSENT;
  }
}
