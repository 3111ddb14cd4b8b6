package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 §2).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P| FMT=15  |   PT=206      |             length            |
 * |                  SSRC of packet sender                        |
 * |                  SSRC of media source = 0                     |
 * |  Unique identifier 'R' 'E' 'M' 'B'                            |
 * |  Num SSRC     | BR Exp    |  BR Mantissa                      |
 * |   SSRC feedback ...                                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Worked example: 2,500,000 bit/s does not fit 18 bits; 156,250 with exponent 4 is the same.
 * Stateless; the accessors expect a packet of kind {@link RtcpKind#REMB}.
 */
public final class Remb {

  static final int FORMAT = 15;
  static final int FIXED_LENGTH = 20;
  static final int MAX_SSRCS = 255;

  private static final int IDENTIFIER = 0x52454D42;
  private static final int MANTISSA_BITS = 18;
  private static final int MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;

  private Remb() {}

  static boolean isValid(byte[] buffer, int offset, int length) {
    return length >= FIXED_LENGTH
        && BigEndian.int32(buffer, offset + 12) == IDENTIFIER
        && length >= FIXED_LENGTH + 4 * ssrcCount(buffer, offset);
  }

  /** The SSRC of who estimates. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** The estimate in bit/s; {@link Long#MAX_VALUE} if it does not fit a long. */
  public static long bitrateBps(byte[] buffer, int offset) {
    int word = BigEndian.int32(buffer, offset + 16);
    int exponent = (word >>> MANTISSA_BITS) & 0x3F;
    long mantissa = word & MANTISSA_MASK;
    boolean overflows = mantissa != 0 && exponent >= Long.numberOfLeadingZeros(mantissa);
    return overflows ? Long.MAX_VALUE : mantissa << exponent;
  }

  /** Number of media SSRCs that the estimate covers together. */
  public static int ssrcCount(byte[] buffer, int offset) {
    return BigEndian.uint8(buffer, offset + 16);
  }

  /** The media SSRC at {@code index}, which is below {@link #ssrcCount}. */
  public static int ssrc(byte[] buffer, int offset, int index) {
    return BigEndian.int32(buffer, offset + FIXED_LENGTH + 4 * index);
  }

  /** Writes the packet; the bitrate is rounded down to what 18 significant bits can say. */
  static void write(
      byte[] out, int offset, int senderSsrc, long bitrateBps, int[] ssrcs, int ssrcCount) {
    int length = FIXED_LENGTH + 4 * ssrcCount;
    RtcpHeader.write(out, offset, FORMAT, RtcpHeader.PAYLOAD_SPECIFIC_FEEDBACK, length);
    RtcpHeader.writeFeedbackSsrcs(out, offset, senderSsrc, 0);
    BigEndian.putInt32(out, offset + 12, IDENTIFIER);
    int significantBits = Long.SIZE - Long.numberOfLeadingZeros(bitrateBps);
    int exponent = Math.max(0, significantBits - MANTISSA_BITS);
    int mantissa = (int) (bitrateBps >>> exponent);
    BigEndian.putInt32(out, offset + 16, ssrcCount << 24 | exponent << MANTISSA_BITS | mantissa);
    for (int i = 0; i < ssrcCount; i++) {
      BigEndian.putInt32(out, offset + FIXED_LENGTH + 4 * i, ssrcs[i]);
    }
  }
}
