package dev.sluice.transport.dtls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Judges DTLS datagrams before they reach the protocol (RFC 6347 §4.1, §4.2.2). The handshake
 * reassembler of bctls 1.84 allocates whatever length a fragment declares, up to 16 MiB for each of
 * 16 messages (CVE-2026-59646), and its work grows with the square of the number of fragments; so
 * both are limited here.
 *
 * <pre>
 * record:    type (8) | version (16) | epoch (16) | sequence (48) | length (16) | fragment
 * handshake: type (8) | length (24) | message sequence (16) | fragment offset (24) |
 *            fragment length (24) | body
 * </pre>
 */
final class DtlsRecordFilter {
  /** The largest datagram the protocol is given; larger ones are dropped. */
  static final int MAX_DATAGRAM_LENGTH = 1_500;

  /** Ten times the largest message of a browser, a post-quantum ClientHello. */
  static final int MAX_HANDSHAKE_LENGTH = 1 << 14;

  static final int CHANGE_CIPHER_SPEC = 20;
  static final int HANDSHAKE = 22;
  static final int APPLICATION_DATA = 23;

  private static final int MAX_FRAGMENTS = 16;

  static final int RECORD_HEADER_LENGTH = 13;
  static final int HANDSHAKE_HEADER_LENGTH = 12;

  private static final int DTLS_MAJOR_VERSION = 0xFE;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private DtlsRecordFilter() {}

  /** Whether a datagram consists of whole records, and what is readable of them is harmless. */
  static boolean accepts(byte[] b, int offset, int length) {
    if (length < RECORD_HEADER_LENGTH || length > MAX_DATAGRAM_LENGTH) {
      return false;
    }
    int end = offset + length;
    int fragments = 0;
    int record = offset;
    while (record < end) {
      if (end - record < RECORD_HEADER_LENGTH || !isKnown(b, record)) {
        return false;
      }
      int body = record + RECORD_HEADER_LENGTH;
      int bodyLength = bodyLength(b, record);
      if (bodyLength > end - body) {
        return false;
      }
      if (contentType(b, record) == HANDSHAKE && epoch(b, record) == 0) {
        int count = handshakeFragments(b, body, bodyLength);
        fragments += count;
        if (count < 0 || fragments > MAX_FRAGMENTS) {
          return false;
        }
      }
      record = nextRecord(b, record);
    }
    return true;
  }

  /**
   * How many handshake fragments a record's plaintext holds, or -1 if one of them declares more
   * than is allowed or than is there.
   */
  static int handshakeFragments(byte[] b, int offset, int length) {
    int end = offset + length;
    int count = 0;
    int position = offset;
    while (position < end) {
      if (end - position < HANDSHAKE_HEADER_LENGTH) {
        return -1;
      }
      int messageLength = unsigned24(b, position + 1);
      int fragmentOffset = unsigned24(b, position + 6);
      int fragmentLength = unsigned24(b, position + 9);
      position += HANDSHAKE_HEADER_LENGTH;
      if (messageLength > MAX_HANDSHAKE_LENGTH
          || fragmentOffset + fragmentLength > messageLength
          || fragmentLength > end - position) {
        return -1;
      }
      position += fragmentLength;
      count++;
    }
    return count;
  }

  static int contentType(byte[] b, int record) {
    return b[record];
  }

  static int epoch(byte[] b, int record) {
    return unsignedShort(b, record + 3);
  }

  static int nextRecord(byte[] b, int record) {
    return record + RECORD_HEADER_LENGTH + bodyLength(b, record);
  }

  /** Whether an accepted plaintext record holds the last octets of a handshake message. */
  static boolean endsMessage(byte[] b, int record, int handshakeType) {
    int end = nextRecord(b, record);
    int position = record + RECORD_HEADER_LENGTH;
    while (position < end) {
      int fragmentLength = unsigned24(b, position + 9);
      if (b[position] == handshakeType
          && unsigned24(b, position + 6) + fragmentLength == unsigned24(b, position + 1)) {
        return true;
      }
      position += HANDSHAKE_HEADER_LENGTH + fragmentLength;
    }
    return false;
  }

  private static int bodyLength(byte[] b, int record) {
    return unsignedShort(b, record + 11);
  }

  private static boolean isKnown(byte[] b, int record) {
    return b[record] >= CHANGE_CIPHER_SPEC
        && b[record] <= APPLICATION_DATA
        && (b[record + 1] & 0xFF) == DTLS_MAJOR_VERSION;
  }

  private static int unsignedShort(byte[] b, int offset) {
    return (short) SHORT.get(b, offset) & 0xFFFF;
  }

  private static int unsigned24(byte[] b, int offset) {
    return (b[offset] & 0xFF) << 16 | unsignedShort(b, offset + 1);
  }
}
