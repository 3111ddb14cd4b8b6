package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * The first 32 bits of every RTCP packet (RFC 3550 §6.4.1, RFC 4585 §6.1), and the two SSRCs that
 * follow in feedback.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P| RC/FMT  |      PT       |  length in 32-bit words - 1   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class RtcpHeader {

  static final int LENGTH = 4;

  /** Header, sender SSRC and media SSRC of a feedback packet. */
  static final int FEEDBACK_LENGTH = 12;

  static final int SENDER_REPORT = 200;
  static final int RECEIVER_REPORT = 201;
  static final int SDES = 202;
  static final int BYE = 203;
  static final int TRANSPORT_LAYER_FEEDBACK = 205;
  static final int PAYLOAD_SPECIFIC_FEEDBACK = 206;

  /** The largest count that the five bits hold. */
  static final int MAX_COUNT = 31;

  private static final int VERSION_BITS = 2 << 6;
  private static final int VERSION_MASK = 0xC0;
  private static final int PADDING_BIT = 0x20;
  private static final int COUNT_MASK = 0x1F;

  private RtcpHeader() {}

  static boolean hasVersion2(byte[] buffer, int offset) {
    return (buffer[offset] & VERSION_MASK) == VERSION_BITS;
  }

  static boolean hasPadding(byte[] buffer, int offset) {
    return (buffer[offset] & PADDING_BIT) != 0;
  }

  static int count(byte[] buffer, int offset) {
    return buffer[offset] & COUNT_MASK;
  }

  static int packetType(byte[] buffer, int offset) {
    return BigEndian.uint8(buffer, offset + 1);
  }

  /** Bytes of the packet as its header says, with the header. */
  static int length(byte[] buffer, int offset) {
    return 4 + 4 * BigEndian.uint16(buffer, offset + 2);
  }

  /** Writes a header for a packet of {@code length} bytes, a multiple of four. */
  static void write(byte[] out, int offset, int count, int packetType, int length) {
    BigEndian.putInt8(out, offset, VERSION_BITS | count);
    BigEndian.putInt8(out, offset + 1, packetType);
    BigEndian.putInt16(out, offset + 2, (length >> 2) - 1);
  }

  static void writeFeedbackSsrcs(byte[] out, int offset, int senderSsrc, int mediaSsrc) {
    BigEndian.putInt32(out, offset + 4, senderSsrc);
    BigEndian.putInt32(out, offset + 8, mediaSsrc);
  }
}
