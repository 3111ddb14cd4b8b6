package dev.sluice.core.testkit;

import dev.sluice.core.rtp.BigEndian;
import java.util.Arrays;

/**
 * Payloads that look to a server as a browser's do and that carry, where the coded media would be,
 * the instant of capture: so a receiver can check what it got.
 */
public final class MediaPayload {
  static final int VP8_DESCRIPTOR = 6;
  private static final int VP8_KEYFRAME_HEADER = 10;
  private static final int VP8_FRAME_TAG = 3;

  private MediaPayload() {}

  /**
   * A VP8 packet with a 15-bit picture id, TL0PICIDX and TID (RFC 7741 §4.2).
   *
   * @param index of the packet in its frame
   */
  public static byte[] vp8(
      boolean keyframe, int index, int pictureId, int width, int height, long captureNanos) {
    int header = index > 0 ? 0 : keyframe ? VP8_KEYFRAME_HEADER : VP8_FRAME_TAG;
    byte[] payload = new byte[VP8_DESCRIPTOR + header + 8 + 40 + (pictureId + 7 * index) % 50];
    Arrays.fill(payload, (byte) (pictureId + index));
    payload[0] = (byte) (0x80 | (index == 0 ? 0x10 : 0));
    payload[1] = (byte) 0xE0;
    payload[2] = (byte) (0x80 | (pictureId >> 8 & 0x7F));
    payload[3] = (byte) pictureId;
    // As long as all pictures are of the base layer, its running number is that of the picture.
    payload[4] = (byte) pictureId;
    payload[5] = 0;
    if (index == 0) {
      payload[6] = (byte) (keyframe ? 0x10 : 0x11);
      if (keyframe) {
        payload[9] = (byte) 0x9D;
        payload[10] = 0x01;
        payload[11] = 0x2A;
        payload[12] = (byte) width;
        payload[13] = (byte) (width >> 8);
        payload[14] = (byte) height;
        payload[15] = (byte) (height >> 8);
      }
    }
    BigEndian.putInt64(payload, VP8_DESCRIPTOR + header, captureNanos);
    return payload;
  }

  /**
   * Makes a VP8 packet one of a temporal layer.
   *
   * @param tl0PicIdx the running number of the base layer's picture that it refers to, or is
   * @param sync whether it refers to the base layer alone, so that one can switch up with it
   */
  static void setTemporalLayer(byte[] payload, int tl0PicIdx, int temporalId, boolean sync) {
    payload[4] = (byte) tl0PicIdx;
    payload[5] = (byte) (temporalId << 6 | (sync ? 0x20 : 0));
  }

  /** An Opus packet: a TOC byte (RFC 6716 §3.1) and something behind it. */
  public static byte[] opus(long captureNanos) {
    byte[] payload = new byte[80];
    Arrays.fill(payload, (byte) 0x5A);
    payload[0] = 0x78;
    BigEndian.putInt64(payload, 1, captureNanos);
    return payload;
  }

  /**
   * Redundant audio (RFC 2198 §3): the last packet's encoding, if there is one, and this one's.
   *
   * @param payloadType of Opus
   */
  public static byte[] red(int payloadType, byte[] redundant, byte[] primary) {
    int headers = redundant.length == 0 ? 1 : 5;
    byte[] payload = new byte[headers + redundant.length + primary.length];
    if (redundant.length > 0) {
      payload[0] = (byte) (0x80 | payloadType);
      int offsetAndLength = 960 << 10 | redundant.length;
      payload[1] = (byte) (offsetAndLength >> 16);
      payload[2] = (byte) (offsetAndLength >> 8);
      payload[3] = (byte) offsetAndLength;
    }
    payload[headers - 1] = (byte) payloadType;
    System.arraycopy(redundant, 0, payload, headers, redundant.length);
    System.arraycopy(primary, 0, payload, headers + redundant.length, primary.length);
    return payload;
  }

  /** Whether a VP8 packet begins a picture. */
  static boolean startsPicture(byte[] packet, int payload) {
    return (packet[payload] & 0x10) != 0;
  }

  static boolean keyframe(byte[] packet, int payload) {
    return startsPicture(packet, payload) && (packet[payload + VP8_DESCRIPTOR] & 1) == 0;
  }

  static int pictureId(byte[] packet, int payload) {
    return BigEndian.uint16(packet, payload + 2) & 0x7FFF;
  }

  static int tl0PicIdx(byte[] packet, int payload) {
    return BigEndian.uint8(packet, payload + 4);
  }

  static int temporalId(byte[] packet, int payload) {
    return BigEndian.uint8(packet, payload + 5) >> 6;
  }

  /** Width of the picture that a keyframe's first packet begins. */
  static int width(byte[] packet, int payload) {
    return (packet[payload + 12] & 0xFF) | (packet[payload + 13] & 0x3F) << 8;
  }

  /** The instant of capture of a VP8 packet. */
  static long vp8CaptureNanos(byte[] packet, int payload) {
    int header = 0;
    if (startsPicture(packet, payload)) {
      header = keyframe(packet, payload) ? VP8_KEYFRAME_HEADER : VP8_FRAME_TAG;
    }
    return BigEndian.int64(packet, payload + VP8_DESCRIPTOR + header);
  }

  static long opusCaptureNanos(byte[] packet, int payload) {
    return BigEndian.int64(packet, payload + 1);
  }
}
