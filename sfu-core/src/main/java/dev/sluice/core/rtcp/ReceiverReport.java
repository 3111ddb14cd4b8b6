package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * A receiver report (RFC 3550 §6.4.2): an SSRC of the receiver and up to 31 report blocks.
 * Stateless; the accessors expect a packet of kind {@link RtcpKind#RECEIVER_REPORT}.
 */
public final class ReceiverReport {

  /** Bytes before the report blocks. */
  static final int FIXED_LENGTH = 8;

  private ReceiverReport() {}

  static boolean isValid(byte[] buffer, int offset, int length) {
    return length >= FIXED_LENGTH + ReportBlock.LENGTH * RtcpHeader.count(buffer, offset);
  }

  /** The SSRC of who reports. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** Number of report blocks, 0..31. */
  public static int reportBlockCount(byte[] buffer, int offset) {
    return RtcpHeader.count(buffer, offset);
  }

  /** Where the {@link ReportBlock} at {@code index} starts. */
  public static int reportBlockOffset(int offset, int index) {
    return offset + FIXED_LENGTH + ReportBlock.LENGTH * index;
  }
}
