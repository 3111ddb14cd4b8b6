package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Picture loss indication (RFC 4585 §6.3.1): the receiver needs a keyframe of the media SSRC.
 * Stateless; the accessors expect a packet of kind {@link RtcpKind#PLI}.
 */
public final class Pli {

  static final int FORMAT = 1;
  static final int LENGTH = RtcpHeader.FEEDBACK_LENGTH;

  private Pli() {}

  /** The SSRC of who asks. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** The SSRC that should send a keyframe. */
  public static int mediaSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 8);
  }

  static void write(byte[] out, int offset, int senderSsrc, int mediaSsrc) {
    RtcpHeader.write(out, offset, FORMAT, RtcpHeader.PAYLOAD_SPECIFIC_FEEDBACK, LENGTH);
    RtcpHeader.writeFeedbackSsrcs(out, offset, senderSsrc, mediaSsrc);
  }
}
