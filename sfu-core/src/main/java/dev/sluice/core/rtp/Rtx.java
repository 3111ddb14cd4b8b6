package dev.sluice.core.rtp;

/**
 * Retransmission packets (RFC 4588 §4): an RTP packet with its own SSRC, payload type and sequence
 * numbers, whose payload is the original sequence number (OSN) and then the original payload.
 *
 * <pre>
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         RTP header                            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            OSN                |                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+   original RTP packet payload |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Expects packets that {@link RtpPacket#isValid} accepted. Stateless.
 */
public final class Rtx {

  /** Bytes that an RTX packet is longer than its original. */
  public static final int OVERHEAD = 2;

  private Rtx() {}

  /**
   * Whether the packet carries nothing but padding: a bandwidth probe, which counts for transport
   * feedback but repairs nothing.
   */
  public static boolean isPaddingOnly(byte[] buffer, int offset, int length) {
    return RtpPacket.payloadLength(buffer, offset, length) <= 0;
  }

  /** The sequence number of the original, or -1 if the payload is too short to hold one. */
  public static int originalSequence(byte[] buffer, int offset, int length) {
    if (RtpPacket.payloadLength(buffer, offset, length) < OVERHEAD) {
      return -1;
    }
    return BigEndian.uint16(buffer, offset + RtpPacket.headerLength(buffer, offset));
  }

  /** Writes the OSN at the start of the payload of an outgoing packet. */
  public static void writeOriginalSequence(byte[] buffer, int payloadOffset, int sequence) {
    BigEndian.putInt16(buffer, payloadOffset, sequence);
  }

  /**
   * Turns an RTX packet into its original, in place: the header moves two bytes forward over the
   * OSN and takes the original's sequence number, payload type and SSRC. The result starts at
   * {@code offset + OVERHEAD} and is {@code OVERHEAD} bytes shorter.
   *
   * @return false, and nothing has changed, if there is no original sequence number
   */
  public static boolean restoreOriginal(
      byte[] buffer, int offset, int length, int originalPayloadType, int originalSsrc) {
    int sequence = originalSequence(buffer, offset, length);
    if (sequence < 0) {
      return false;
    }
    int moved = offset + OVERHEAD;
    System.arraycopy(buffer, offset, buffer, moved, RtpPacket.headerLength(buffer, offset));
    RtpPacket.setSequence(buffer, moved, sequence);
    RtpPacket.setPayloadType(buffer, moved, originalPayloadType);
    RtpPacket.setSsrc(buffer, moved, originalSsrc);
    return true;
  }
}
