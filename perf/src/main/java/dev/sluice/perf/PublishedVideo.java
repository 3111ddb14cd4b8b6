package dev.sluice.perf;

import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpSender;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * What a publisher's browser sends: VP8 in frames of three packets, the first one a keyframe, as
 * SRTP. Not part of what is measured.
 */
final class PublishedVideo {
  static final int PACKETS_PER_FRAME = 3;
  static final int PAYLOAD_TYPE = 96;
  static final int SSRC = 0x1234_5678;

  private static final int RTP_HEADER_BYTES = 12;
  private static final int DESCRIPTOR_BYTES = 4;
  private static final int TICKS_PER_FRAME = 3_000;
  private static final int TAG_BYTES = 16;
  private static final int PICTURE_ID_MASK = 0x7FFF;

  private final SrtpSender sender;
  private final byte[] payload;
  private long packets;

  PublishedVideo(SrtpKeys keys, SrtpCiphers ciphers, int payloadBytes) {
    sender = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers, 1);
    payload = new byte[payloadBytes];
    new Random(payloadBytes).nextBytes(payload);
  }

  /** The length of each packet. */
  int packetBytes() {
    return RTP_HEADER_BYTES + payload.length + TAG_BYTES;
  }

  /** Writes the next packet to the front of {@code out}. */
  void next(byte[] out) {
    long frame = packets / PACKETS_PER_FRAME;
    int inFrame = (int) (packets % PACKETS_PER_FRAME);
    boolean last = inFrame == PACKETS_PER_FRAME - 1;
    ByteBuffer.wrap(out)
        .put((byte) 0x80)
        .put((byte) ((last ? 0x80 : 0) | PAYLOAD_TYPE))
        .putShort((short) packets)
        .putInt((int) (frame * TICKS_PER_FRAME))
        .putInt(SSRC);
    // RFC 7741 §4.2: X, S at the first packet of a frame; I with a picture id of 15 bits.
    ByteBuffer.wrap(payload)
        .put((byte) (0x80 | (inFrame == 0 ? 0x10 : 0)))
        .put((byte) 0x80)
        .putShort((short) (0x8000 | (frame & PICTURE_ID_MASK)));
    if (inFrame == 0) {
      writeFrameTag(frame == 0);
    }
    packets++;
    int length = sender.protectRtp(out, 0, RTP_HEADER_BYTES, 0, payload, 0, payload.length);
    if (length != packetBytes()) {
      throw new IllegalStateException("a packet was not protected: " + length);
    }
  }

  /** RFC 6386 §9.1: the P bit is zero in a keyframe, which then names its size. */
  private void writeFrameTag(boolean keyframe) {
    payload[DESCRIPTOR_BYTES] = (byte) (keyframe ? 0x10 : 0x11);
    if (keyframe) {
      ByteBuffer.wrap(payload, DESCRIPTOR_BYTES + 3, 7)
          .put(new byte[] {(byte) 0x9D, 0x01, 0x2A})
          .putShort(Short.reverseBytes((short) 1280))
          .putShort(Short.reverseBytes((short) 720));
    }
  }
}
