package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Goodbye (RFC 3550 §6.6): the listed sources have ended. The reason text is not read. Stateless;
 * the accessors expect a packet of kind {@link RtcpKind#BYE}.
 */
public final class Bye {

  private Bye() {}

  static boolean isValid(byte[] buffer, int offset, int length) {
    return length >= RtcpHeader.LENGTH + 4 * RtcpHeader.count(buffer, offset);
  }

  /** Number of sources, 0..31. */
  public static int ssrcCount(byte[] buffer, int offset) {
    return RtcpHeader.count(buffer, offset);
  }

  /** The source at {@code index}, which is below {@link #ssrcCount}. */
  public static int ssrc(byte[] buffer, int offset, int index) {
    return BigEndian.int32(buffer, offset + RtcpHeader.LENGTH + 4 * index);
  }
}
