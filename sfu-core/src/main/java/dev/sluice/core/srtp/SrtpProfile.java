package dev.sluice.core.srtp;

import org.jspecify.annotations.Nullable;

/**
 * The SRTP protection profiles that Sluice negotiates in DTLS (RFC 5764 §4.1.2, RFC 7714 §14.2), in
 * the server's order of preference: GCM encrypts and authenticates in one pass and costs half of
 * counter mode with HMAC-SHA1, which stays for old peers. Lengths are in octets.
 */
public enum SrtpProfile {
  AEAD_AES_128_GCM(0x0007, 16, 12, 16),
  AEAD_AES_256_GCM(0x0008, 32, 12, 16),
  AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10);

  /** The word with the E flag and the SRTCP index. */
  private static final int RTCP_INDEX_LENGTH = 4;

  private final int id;
  private final int keyLength;
  private final int saltLength;
  private final int tagLength;

  SrtpProfile(int id, int keyLength, int saltLength, int tagLength) {
    this.id = id;
    this.keyLength = keyLength;
    this.saltLength = saltLength;
    this.tagLength = tagLength;
  }

  /**
   * The profile of a two-octet id of the {@code use_srtp} extension, or null for an unknown one.
   */
  public static @Nullable SrtpProfile byId(int id) {
    for (SrtpProfile profile : values()) {
      if (profile.id == id) {
        return profile;
      }
    }
    return null;
  }

  /** The id in the DTLS {@code use_srtp} extension. */
  public int id() {
    return id;
  }

  /** Length of a master key, and of each session encryption key derived from it. */
  public int keyLength() {
    return keyLength;
  }

  /** Length of a master salt, and of each session salt derived from it. */
  public int saltLength() {
    return saltLength;
  }

  /** What SRTP adds to an RTP packet: the authentication tag. */
  public int rtpTagLength() {
    return tagLength;
  }

  /** What SRTCP adds to a compound RTCP packet: the authentication tag and the index word. */
  public int rtcpOverhead() {
    return tagLength + RTCP_INDEX_LENGTH;
  }

  /**
   * How far before the end of an SRTCP packet its index word starts: GCM puts the word last (RFC
   * 7714 §9.3), counter mode puts the tag behind it (RFC 3711 §3.4).
   */
  int rtcpIndexFromEnd() {
    return isAead() ? RTCP_INDEX_LENGTH : RTCP_INDEX_LENGTH + tagLength;
  }

  boolean isAead() {
    return this != AES128_CM_HMAC_SHA1_80;
  }
}
