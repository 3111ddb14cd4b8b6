package dev.sluice.core.srtp;

import dev.sluice.core.srtp.SrtpCiphers.AeadCipher;

/**
 * AES-GCM for SRTP and SRTCP (RFC 7714). The RTP header is the associated data of an RTP packet; of
 * an RTCP packet it is the first 8 octets and the index word (§9.2), or, when the packet is not
 * encrypted, the whole packet and the index word (§9.3).
 *
 * <pre>
 * SRTP    header | ciphertext | tag (16)
 * SRTCP   header (8) | ciphertext | tag (16) | E + index (4)
 * </pre>
 */
final class GcmTransform implements SrtpTransform {
  private static final int TAG_LENGTH = 16;
  private static final int INDEX_LENGTH = 4;
  private static final int VECTOR_LENGTH = 12;
  private static final int SSRC_AT = 2;

  private final AeadCipher rtp;
  private final AeadCipher rtcp;
  private final byte[] rtpSalt;
  private final byte[] rtcpSalt;
  private final byte[] vector = new byte[VECTOR_LENGTH];

  GcmTransform(SessionKeys keys, AeadCipher rtp, AeadCipher rtcp) {
    this.rtp = rtp;
    this.rtcp = rtcp;
    this.rtpSalt = keys.rtpSalt();
    this.rtcpSalt = keys.rtcpSalt();
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
    SrtpWire.writeVector(vector, rtpSalt, SSRC_AT, SrtpWire.rtpSsrc(out, outOffset), index);
    rtp.begin(vector);
    rtp.authenticate(out, outOffset, headerLength);
    rtp.finishBehind(
        prefixLength, payload, payloadOffset, payloadLength, out, outOffset + headerLength);
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
    SrtpWire.writeVector(vector, rtpSalt, SSRC_AT, SrtpWire.rtpSsrc(packet, offset), index);
    rtp.begin(vector);
    rtp.authenticate(packet, offset, headerLength);
    int written =
        rtp.finish(
            packet, offset + headerLength, length - headerLength, out, outOffset + headerLength);
    if (written == AeadCipher.WRONG_TAG) {
      return false;
    }
    System.arraycopy(packet, offset, out, outOffset, headerLength);
    return true;
  }

  @Override
  public void sealRtcp(byte[] packet, int offset, int length, int index) {
    // The index word is associated data: it is written first and read from its place.
    int indexAt = offset + length + TAG_LENGTH;
    SrtpWire.writeInt(packet, indexAt, SrtpWire.encryptedIndexWord(index));
    SrtpWire.writeVector(vector, rtcpSalt, SSRC_AT, SrtpWire.rtcpSsrc(packet, offset), index);
    rtcp.begin(vector);
    rtcp.authenticate(packet, offset, SrtpWire.RTCP_CLEAR_LENGTH);
    rtcp.authenticate(packet, indexAt, INDEX_LENGTH);
    int bodyAt = offset + SrtpWire.RTCP_CLEAR_LENGTH;
    rtcp.finish(packet, bodyAt, length - SrtpWire.RTCP_CLEAR_LENGTH, packet, bodyAt);
  }

  @Override
  public boolean openRtcp(byte[] packet, int offset, int length, byte[] out, int outOffset) {
    int indexAt = offset + length - INDEX_LENGTH;
    int tagAt = indexAt - TAG_LENGTH;
    int word = SrtpWire.readInt(packet, indexAt);
    // Without the E flag nothing is ciphertext: all is associated data, and clear up to the tag.
    int clearLength = SrtpWire.isEncrypted(word) ? SrtpWire.RTCP_CLEAR_LENGTH : tagAt - offset;
    SrtpWire.writeVector(
        vector, rtcpSalt, SSRC_AT, SrtpWire.rtcpSsrc(packet, offset), SrtpWire.rtcpIndex(word));
    rtcp.begin(vector);
    rtcp.authenticate(packet, offset, clearLength);
    rtcp.authenticate(packet, indexAt, INDEX_LENGTH);
    int sealedAt = offset + clearLength;
    int written = rtcp.finish(packet, sealedAt, indexAt - sealedAt, out, outOffset + clearLength);
    if (written == AeadCipher.WRONG_TAG) {
      return false;
    }
    System.arraycopy(packet, offset, out, outOffset, clearLength);
    return true;
  }
}
