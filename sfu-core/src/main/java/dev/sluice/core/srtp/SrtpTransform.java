package dev.sluice.core.srtp;

/**
 * The cryptographic transform of one direction: packets under known indexes, without any memory of
 * which indexes were used. That memory is {@link SrtpSender}'s and {@link SrtpReceiver}'s, which
 * check all lengths as well before they call.
 */
sealed interface SrtpTransform permits GcmTransform, CounterModeTransform {

  static SrtpTransform sending(SrtpProfile profile, SessionKeys keys, SrtpCiphers ciphers) {
    return profile.isAead()
        ? new GcmTransform(
            keys, ciphers.gcmEncryption(keys.rtpKey()), ciphers.gcmEncryption(keys.rtcpKey()))
        : new CounterModeTransform(profile.rtpTagLength(), keys, ciphers);
  }

  static SrtpTransform receiving(SrtpProfile profile, SessionKeys keys, SrtpCiphers ciphers) {
    return profile.isAead()
        ? new GcmTransform(
            keys, ciphers.gcmDecryption(keys.rtpKey()), ciphers.gcmDecryption(keys.rtcpKey()))
        : new CounterModeTransform(profile.rtpTagLength(), keys, ciphers);
  }

  /**
   * Encrypts what follows the RTP header that is in {@code out} and appends the tag: {@code
   * prefixLength} octets that are in their place already, and a payload that is elsewhere.
   */
  void sealRtp(
      byte[] out,
      int outOffset,
      int headerLength,
      int prefixLength,
      byte[] payload,
      int payloadOffset,
      int payloadLength,
      long index);

  /** Writes the RTP packet, header and plaintext; false if the tag is wrong. */
  boolean openRtp(
      byte[] packet,
      int offset,
      int length,
      int headerLength,
      byte[] out,
      int outOffset,
      long index);

  /** Encrypts a compound RTCP packet in place and appends tag and index word. */
  void sealRtcp(byte[] packet, int offset, int length, int index);

  /** Writes the compound RTCP packet; false if the tag is wrong. */
  boolean openRtcp(byte[] packet, int offset, int length, byte[] out, int outOffset);
}
