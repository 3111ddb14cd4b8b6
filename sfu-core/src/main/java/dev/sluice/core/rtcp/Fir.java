package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Full intra request (RFC 5104 §4.3.1): entries of an SSRC and the number of the command, which
 * tells a repeated request from a new one. The media SSRC of the header is unused.
 *
 * <pre>
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                              SSRC                             |
 * | Seq nr.       |    Reserved                                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Stateless; the accessors expect a packet of kind {@link RtcpKind#FIR}.
 */
public final class Fir {

  static final int FORMAT = 4;
  static final int ENTRY_LENGTH = 8;

  /** Bytes of a packet with one entry, the only one that Sluice writes. */
  static final int LENGTH = RtcpHeader.FEEDBACK_LENGTH + ENTRY_LENGTH;

  private Fir() {}

  static boolean isValid(int length) {
    return length >= LENGTH;
  }

  /** The SSRC of who asks. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** Number of entries in a packet of {@code length} bytes. */
  public static int entryCount(int length) {
    return (length - RtcpHeader.FEEDBACK_LENGTH) / ENTRY_LENGTH;
  }

  /** The SSRC that should send a keyframe, of the entry at {@code index}. */
  public static int ssrc(byte[] buffer, int offset, int index) {
    return BigEndian.int32(buffer, entry(offset, index));
  }

  /** The number of the command, 0..255, of the entry at {@code index}. */
  public static int commandSequence(byte[] buffer, int offset, int index) {
    return BigEndian.uint8(buffer, entry(offset, index) + 4);
  }

  private static int entry(int offset, int index) {
    return offset + RtcpHeader.FEEDBACK_LENGTH + ENTRY_LENGTH * index;
  }

  static void write(byte[] out, int offset, int senderSsrc, int ssrc, int commandSequence) {
    RtcpHeader.write(out, offset, FORMAT, RtcpHeader.PAYLOAD_SPECIFIC_FEEDBACK, LENGTH);
    RtcpHeader.writeFeedbackSsrcs(out, offset, senderSsrc, 0);
    BigEndian.putInt32(out, offset + 12, ssrc);
    BigEndian.putInt32(out, offset + 16, commandSequence << 24);
  }
}
