package dev.sluice.core.rtp;

/**
 * What a datagram on a WebRTC port holds, told by its first two bytes (RFC 7983 §7 as updated by
 * RFC 9443 §3; RTP against RTCP by RFC 5761 §4).
 *
 * <pre>
 *   first byte      0..3  STUN          16..19  ZRTP           20..63  DTLS
 *                 64..79  TURN channel  80..127 QUIC         128..191  RTP or RTCP
 *               192..255  QUIC
 *   second byte 192..223  RTCP, if the first says RTP or RTCP
 * </pre>
 */
public enum PacketKind {
  STUN,
  DTLS,
  RTP,
  RTCP,
  /** A protocol that Sluice does not speak, or nothing at all. */
  UNKNOWN;

  /** The kind of a datagram that starts with these two bytes, each 0..255. */
  public static PacketKind classify(int firstByte, int secondByte) {
    if (firstByte >= 128 && firstByte <= 191) {
      return secondByte >= 192 && secondByte <= 223 ? RTCP : RTP;
    }
    if (firstByte >= 0 && firstByte <= 3) {
      return STUN;
    }
    if (firstByte >= 20 && firstByte <= 63) {
      return DTLS;
    }
    return UNKNOWN;
  }

  /** The kind of a datagram; {@link #UNKNOWN} if it is shorter than two bytes. */
  public static PacketKind classify(byte[] buffer, int offset, int length) {
    return length < 2
        ? UNKNOWN
        : classify(BigEndian.uint8(buffer, offset), BigEndian.uint8(buffer, offset + 1));
  }
}
