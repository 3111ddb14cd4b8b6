package dev.sluice.core.srtp;

import dev.sluice.core.srtp.SrtpCiphers.CounterCipher;
import dev.sluice.core.srtp.SrtpCiphers.MessageAuthenticator;

/**
 * AES counter mode with HMAC-SHA1 for SRTP and SRTCP (RFC 3711 §4.1.1, §4.2.1): encrypt, then
 * authenticate. The code covers the packet and, for RTP, the rollover counter, which is not sent.
 *
 * <pre>
 * SRTP    header | ciphertext | tag (10)
 * SRTCP   header (8) | ciphertext | E + index (4) | tag (10)
 * </pre>
 */
final class CounterModeTransform implements SrtpTransform {
  private static final int INDEX_LENGTH = 4;
  private static final int COUNTER_BLOCK_LENGTH = 16;
  private static final int CODE_LENGTH = 20;
  private static final int SSRC_AT = 4;

  private final int tagLength;
  private final CounterCipher rtp;
  private final CounterCipher rtcp;
  private final MessageAuthenticator rtpAuthenticator;
  private final MessageAuthenticator rtcpAuthenticator;
  private final byte[] rtpSalt;
  private final byte[] rtcpSalt;
  private final byte[] counterBlock = new byte[COUNTER_BLOCK_LENGTH];
  private final byte[] rolloverCounter = new byte[4];
  private final byte[] code = new byte[CODE_LENGTH];

  CounterModeTransform(int tagLength, SessionKeys keys, SrtpCiphers ciphers) {
    this.tagLength = tagLength;
    rtp = ciphers.counterMode(keys.rtpKey());
    rtcp = ciphers.counterMode(keys.rtcpKey());
    rtpAuthenticator = ciphers.hmacSha1(keys.rtpAuthenticationKey());
    rtcpAuthenticator = ciphers.hmacSha1(keys.rtcpAuthenticationKey());
    rtpSalt = keys.rtpSalt();
    rtcpSalt = keys.rtcpSalt();
    // The counter block is salt, SSRC and index in its first 14 octets, and zero, where the blocks
    // of a packet are counted, in the last two.
  }

  @Override
  public void sealRtp(
      byte[] out,
      int outOffset,
      int headerLength,
      int prefixLength,
      byte[] payload,
      int payloadOffset,
      int payloadLength,
      long index) {
    SrtpWire.writeVector(counterBlock, rtpSalt, SSRC_AT, SrtpWire.rtpSsrc(out, outOffset), index);
    int bodyAt = outOffset + headerLength;
    int bodyLength = prefixLength + payloadLength;
    if (prefixLength == 0) {
      rtp.apply(counterBlock, payload, payloadOffset, payloadLength, out, bodyAt);
    } else {
      System.arraycopy(payload, payloadOffset, out, bodyAt + prefixLength, payloadLength);
      rtp.apply(counterBlock, out, bodyAt, bodyLength, out, bodyAt);
    }
    int authenticated = headerLength + bodyLength;
    authenticateRtp(out, outOffset, authenticated, index);
    System.arraycopy(code, 0, out, outOffset + authenticated, tagLength);
  }

  @Override
  public boolean openRtp(
      byte[] packet,
      int offset,
      int length,
      int headerLength,
      byte[] out,
      int outOffset,
      long index) {
    int authenticated = length - tagLength;
    authenticateRtp(packet, offset, authenticated, index);
    if (!tagMatches(packet, offset + authenticated)) {
      return false;
    }
    SrtpWire.writeVector(counterBlock, rtpSalt, SSRC_AT, SrtpWire.rtpSsrc(packet, offset), index);
    rtp.apply(
        counterBlock,
        packet,
        offset + headerLength,
        authenticated - headerLength,
        out,
        outOffset + headerLength);
    System.arraycopy(packet, offset, out, outOffset, headerLength);
    return true;
  }

  @Override
  public void sealRtcp(byte[] packet, int offset, int length, int index) {
    applyToRtcp(packet, offset, length, packet, offset, index);
    SrtpWire.writeInt(packet, offset + length, SrtpWire.encryptedIndexWord(index));
    int authenticated = length + INDEX_LENGTH;
    authenticateRtcp(packet, offset, authenticated);
    System.arraycopy(code, 0, packet, offset + authenticated, tagLength);
  }

  @Override
  public boolean openRtcp(byte[] packet, int offset, int length, byte[] out, int outOffset) {
    int authenticated = length - tagLength;
    authenticateRtcp(packet, offset, authenticated);
    if (!tagMatches(packet, offset + authenticated)) {
      return false;
    }
    int plainLength = authenticated - INDEX_LENGTH;
    int word = SrtpWire.readInt(packet, offset + plainLength);
    if (SrtpWire.isEncrypted(word)) {
      applyToRtcp(packet, offset, plainLength, out, outOffset, SrtpWire.rtcpIndex(word));
      System.arraycopy(packet, offset, out, outOffset, SrtpWire.RTCP_CLEAR_LENGTH);
    } else {
      System.arraycopy(packet, offset, out, outOffset, plainLength);
    }
    return true;
  }

  private void applyToRtcp(
      byte[] packet, int offset, int length, byte[] out, int outOffset, int index) {
    SrtpWire.writeVector(counterBlock, rtcpSalt, SSRC_AT, SrtpWire.rtcpSsrc(packet, offset), index);
    rtcp.apply(
        counterBlock,
        packet,
        offset + SrtpWire.RTCP_CLEAR_LENGTH,
        length - SrtpWire.RTCP_CLEAR_LENGTH,
        out,
        outOffset + SrtpWire.RTCP_CLEAR_LENGTH);
  }

  private void authenticateRtp(byte[] packet, int offset, int length, long index) {
    SrtpWire.writeInt(rolloverCounter, 0, (int) (index >>> 16));
    rtpAuthenticator.update(packet, offset, length);
    rtpAuthenticator.update(rolloverCounter, 0, rolloverCounter.length);
    rtpAuthenticator.finish(code);
  }

  private void authenticateRtcp(byte[] packet, int offset, int length) {
    rtcpAuthenticator.update(packet, offset, length);
    rtcpAuthenticator.finish(code);
  }

  /** Compares all octets always, so that the time tells nothing about where they differ. */
  private boolean tagMatches(byte[] packet, int tagAt) {
    int difference = 0;
    for (int i = 0; i < tagLength; i++) {
      difference |= packet[tagAt + i] ^ code[i];
    }
    return difference == 0;
  }
}
