package dev.sluice.core.srtp;

/**
 * The session keys of one direction, derived from its master key (RFC 3711 §4.3). AEAD profiles
 * have no use for the two authentication keys.
 */
@SuppressWarnings("ArrayRecordComponent") // read by the ciphers, never compared
record SessionKeys(
    byte[] rtpKey,
    byte[] rtpAuthenticationKey,
    byte[] rtpSalt,
    byte[] rtcpKey,
    byte[] rtcpAuthenticationKey,
    byte[] rtcpSalt) {

  /** HMAC-SHA1 keys have 160 bits whatever the length of the tag (RFC 3711 §8.2). */
  private static final int AUTHENTICATION_KEY_LENGTH = 20;

  private static final int RTP_ENCRYPTION = 0;
  private static final int RTP_AUTHENTICATION = 1;
  private static final int RTP_SALT = 2;
  private static final int RTCP_ENCRYPTION = 3;
  private static final int RTCP_AUTHENTICATION = 4;
  private static final int RTCP_SALT = 5;

  /** Octet of the 112-bit {@code x} that the label is added to: {@code label * 2^48}. */
  private static final int LABEL_OCTET = 7;

  private static final int BLOCK_LENGTH = 16;

  static SessionKeys derive(
      SrtpProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCiphers ciphers) {
    if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
      throw new IllegalArgumentException("master key or salt is not of " + profile);
    }
    SrtpCiphers.CounterCipher prf = ciphers.counterMode(masterKey);
    int keyLength = profile.keyLength();
    int saltLength = profile.saltLength();
    return new SessionKeys(
        derive(prf, masterSalt, RTP_ENCRYPTION, keyLength),
        derive(prf, masterSalt, RTP_AUTHENTICATION, AUTHENTICATION_KEY_LENGTH),
        derive(prf, masterSalt, RTP_SALT, saltLength),
        derive(prf, masterSalt, RTCP_ENCRYPTION, keyLength),
        derive(prf, masterSalt, RTCP_AUTHENTICATION, AUTHENTICATION_KEY_LENGTH),
        derive(prf, masterSalt, RTCP_SALT, saltLength));
  }

  /**
   * The AES-CM pseudo-random function (RFC 3711 §4.3.3; RFC 6188 §3 with a key of 256 bits) with a
   * key derivation rate of zero, so that the key id is the label alone. The 96-bit salt of the GCM
   * profiles counts as 112 bits with 16 zero bits behind (RFC 7714 §11).
   */
  static byte[] derive(SrtpCiphers.CounterCipher prf, byte[] masterSalt, int label, int length) {
    byte[] counterBlock = new byte[BLOCK_LENGTH];
    System.arraycopy(masterSalt, 0, counterBlock, 0, masterSalt.length);
    counterBlock[LABEL_OCTET] ^= (byte) label;
    byte[] derived = new byte[length];
    prf.apply(counterBlock, derived, 0, length, derived, 0);
    return derived;
  }
}
