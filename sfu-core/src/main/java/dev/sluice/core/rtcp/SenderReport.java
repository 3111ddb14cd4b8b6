package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * A sender report (RFC 3550 §6.4.1): ties the sender's media clock to its wall clock.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|   RC    |   PT=SR=200   |             length            |
 * |                         SSRC of sender                        |
 * |              NTP timestamp, most significant word             |
 * |             NTP timestamp, least significant word             |
 * |                         RTP timestamp                         |
 * |                     sender's packet count                     |
 * |                      sender's octet count                     |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |                     RC report blocks ...                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Stateless; the accessors expect a packet of kind {@link RtcpKind#SENDER_REPORT}.
 */
public final class SenderReport {

  /** Bytes before the report blocks. */
  static final int FIXED_LENGTH = 28;

  private SenderReport() {}

  static boolean isValid(byte[] buffer, int offset, int length) {
    return length >= FIXED_LENGTH + ReportBlock.LENGTH * RtcpHeader.count(buffer, offset);
  }

  /** The SSRC whose media this report describes. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** The sender's NTP time, Q32.32. */
  public static long ntpTime(byte[] buffer, int offset) {
    return BigEndian.int64(buffer, offset + 8);
  }

  /** The media timestamp of the same instant, 0..2^32-1. */
  public static long rtpTimestamp(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 16);
  }

  /** RTP packets sent so far, modulo 2^32. */
  public static long packetCount(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 20);
  }

  /** Payload bytes sent so far, without headers and padding, modulo 2^32. */
  public static long octetCount(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 24);
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
