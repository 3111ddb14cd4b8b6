package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * A report block inside a sender or receiver report (RFC 3550 §6.4.1).
 *
 * <pre>
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      SSRC of the source                       |
 * | fraction lost |       cumulative number of packets lost       |
 * |           extended highest sequence number received           |
 * |                      interarrival jitter                      |
 * |                         last SR (LSR)                         |
 * |                   delay since last SR (DLSR)                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Stateless; {@code offset} is that of the block.
 */
public final class ReportBlock {

  /** Bytes of a block. */
  public static final int LENGTH = 24;

  /** The largest loss that 24 signed bits hold. */
  static final int MAX_CUMULATIVE_LOST = 0x7F_FFFF;

  static final int MIN_CUMULATIVE_LOST = -0x80_0000;

  private ReportBlock() {}

  /** The SSRC that the block reports about. */
  public static int ssrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset);
  }

  /** Share of packets lost since the last report, in 1/256. */
  public static int fractionLost256(byte[] buffer, int offset) {
    return BigEndian.uint8(buffer, offset + 4);
  }

  /** Packets lost since the start; negative when duplicates outnumber losses. */
  public static int cumulativeLost(byte[] buffer, int offset) {
    return BigEndian.uint24(buffer, offset + 5) << 8 >> 8;
  }

  /** Sequence number in the low 16 bits, how often it wrapped in the high ones; 0..2^32-1. */
  public static long extendedHighestSequence(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 8);
  }

  /** Interarrival jitter in ticks of the source's media clock. */
  public static long jitterTicks(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 12);
  }

  /** The compact NTP time of the last sender report received, 0 if there was none. */
  public static int lastSr(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 16);
  }

  /** The time since then in 1/65536 s. */
  public static int delaySinceLastSr(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 20);
  }

  /** Writes what is known of the reception of {@code ssrc}: all but the last two words. */
  static void writeReception(
      byte[] out,
      int offset,
      int ssrc,
      int fractionLost256,
      int cumulativeLost,
      int extendedHighestSequence,
      int jitterTicks) {
    BigEndian.putInt32(out, offset, ssrc);
    BigEndian.putInt8(out, offset + 4, fractionLost256);
    BigEndian.putInt24(out, offset + 5, cumulativeLost);
    BigEndian.putInt32(out, offset + 8, extendedHighestSequence);
    BigEndian.putInt32(out, offset + 12, jitterTicks);
  }

  /** Writes the last two words, from which the source computes the round trip. */
  static void writeTiming(byte[] out, int offset, int lastSr, int delaySinceLastSr) {
    BigEndian.putInt32(out, offset + 16, lastSr);
    BigEndian.putInt32(out, offset + 20, delaySinceLastSr);
  }
}
