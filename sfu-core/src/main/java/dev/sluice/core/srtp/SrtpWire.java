package dev.sluice.core.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What SRTP has to read of a packet: as far as the RTP header tells where it ends, and the fields
 * that make the packet's index.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |           synchronization source (SSRC) identifier            |
 * |            contributing source (CSRC) identifiers ...         |
 * |   defined by profile (if X)   |     length in 32-bit words    |
 * |                        header extension ...                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * |V=2|P|   RC    |   packet type |             length            |
 * |                         SSRC of sender                        |
 * |                 encrypted RTCP, further packets ...           |
 * |E|                        SRTCP index                          |
 * </pre>
 *
 * The first is RFC 3550 §5.1, the second RFC 3711 §3.4, where the tag stands behind the index word;
 * in RFC 7714 it stands before it.
 */
final class SrtpWire {
  static final int RTP_FIXED_HEADER_LENGTH = 12;

  /** The part of a compound RTCP packet that SRTCP leaves in the clear. */
  static final int RTCP_CLEAR_LENGTH = 8;

  static final int MALFORMED = -1;

  private static final int EXTENSION_BIT = 0x10;
  private static final int CSRC_COUNT_MASK = 0x0F;
  private static final int ENCRYPTED_FLAG = 0x8000_0000;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private SrtpWire() {}

  /** Version 2 is 10 in the two top bits, of RTP as of RTCP. */
  static boolean isVersion2(byte[] packet, int offset) {
    return (packet[offset] & 0xC0) == 0x80;
  }

  /**
   * The length of the RTP header with its CSRCs and its extension, or {@link #MALFORMED} if it is
   * not version 2 or would not fit into {@code length}.
   */
  static int rtpHeaderLength(byte[] packet, int offset, int length) {
    if (length < RTP_FIXED_HEADER_LENGTH || !isVersion2(packet, offset)) {
      return MALFORMED;
    }
    int headerLength = RTP_FIXED_HEADER_LENGTH + 4 * (packet[offset] & CSRC_COUNT_MASK);
    if ((packet[offset] & EXTENSION_BIT) != 0) {
      if (headerLength + 4 > length) {
        return MALFORMED;
      }
      headerLength += 4 + 4 * readUnsignedShort(packet, offset + headerLength + 2);
    }
    return headerLength <= length ? headerLength : MALFORMED;
  }

  static int rtpSequence(byte[] packet, int offset) {
    return readUnsignedShort(packet, offset + 2);
  }

  static int rtpSsrc(byte[] packet, int offset) {
    return readInt(packet, offset + 8);
  }

  static int rtcpSsrc(byte[] packet, int offset) {
    return readInt(packet, offset + 4);
  }

  static boolean isEncrypted(int indexWord) {
    return (indexWord & ENCRYPTED_FLAG) != 0;
  }

  static int rtcpIndex(int indexWord) {
    return indexWord & ~ENCRYPTED_FLAG;
  }

  static int encryptedIndexWord(int rtcpIndex) {
    return rtcpIndex | ENCRYPTED_FLAG;
  }

  static int readInt(byte[] buffer, int offset) {
    return (int) INT.get(buffer, offset);
  }

  static void writeInt(byte[] buffer, int offset, int value) {
    INT.set(buffer, offset, value);
  }

  private static int readUnsignedShort(byte[] buffer, int offset) {
    return (short) SHORT.get(buffer, offset) & 0xFFFF;
  }

  /**
   * Writes the initialization vector of a packet: the session salt, with the SSRC and, right behind
   * it, the 48-bit index added. All four vectors have this one form: the RTP index is 48 bits wide,
   * and an SRTCP index of 31 bits fills up with zeros exactly where the RFCs put zeros.
   *
   * <pre>
   * octet              0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
   * GCM (RFC 7714)     0  0 | SSRC    | ROC     | SEQ |                 ssrcAt = 2
   * CM (RFC 3711)      0  0  0  0 | SSRC    | ROC     | SEQ | 0  0      ssrcAt = 4
   * </pre>
   *
   * @param vector 12 octets (RFC 7714 §8.1, §9.1) or 16 octets (RFC 3711 §4.1.1)
   */
  static void writeVector(byte[] vector, byte[] salt, int ssrcAt, int ssrc, long index) {
    System.arraycopy(salt, 0, vector, 0, salt.length);
    writeInt(vector, ssrcAt, readInt(vector, ssrcAt) ^ ssrc);
    int upperAt = ssrcAt + 4;
    writeInt(vector, upperAt, readInt(vector, upperAt) ^ (int) (index >>> 16));
    vector[upperAt + 4] ^= (byte) (index >>> 8);
    vector[upperAt + 5] ^= (byte) index;
  }
}
