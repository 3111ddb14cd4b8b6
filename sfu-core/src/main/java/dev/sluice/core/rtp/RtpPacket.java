package dev.sluice.core.rtp;

/**
 * An RTP packet as a flyweight over a byte array (RFC 3550 §5.1, header extensions RFC 8285 §4).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            contributing source (CSRC) identifiers             |
 * |                             ....                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      defined by profile       |     length in 32-bit words    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        header extension                       |
 * |                             ....                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Every accessor but {@link #isValid} and {@link #hasValidHeader} expects a packet that one of
 * the two has accepted; then none of them reads outside of the packet. Stateless; any thread.
 */
public final class RtpPacket {

  /** Length in bytes of the header without CSRCs and extensions. */
  public static final int FIXED_HEADER_LENGTH = 12;

  /** The result of {@link #findExtension} when there is no such element. */
  public static final long NO_EXTENSION = -1;

  /** "Defined by profile" of the one-byte form (RFC 8285 §4.2). */
  static final int ONE_BYTE_PROFILE = 0xBEDE;

  /** The same of the two-byte form, whose low four bits are the application's (RFC 8285 §4.3). */
  static final int TWO_BYTE_PROFILE = 0x1000;

  static final int TWO_BYTE_PROFILE_MASK = 0xFFF0;

  static final int VERSION_BITS = 2 << 6;
  static final int PADDING_BIT = 0x20;
  static final int EXTENSION_BIT = 0x10;

  private static final int VERSION_MASK = 0xC0;
  private static final int CSRC_COUNT_MASK = 0x0F;
  private static final int MARKER_BIT = 0x80;
  private static final int PAYLOAD_TYPE_MASK = 0x7F;

  /** In the one-byte form, id 15 ends the parsing of the whole block (RFC 8285 §4.2). */
  private static final int ONE_BYTE_STOP_ID = 15;

  private RtpPacket() {}

  /**
   * Whether the bytes are an RTP packet whose header, extensions and padding fit into {@code
   * length}. Only for plain packets: before decryption the padding count is not readable.
   */
  public static boolean isValid(byte[] buffer, int offset, int length) {
    if (!hasValidHeader(buffer, offset, length)) {
      return false;
    }
    if (!hasPadding(buffer, offset)) {
      return true;
    }
    int padding = BigEndian.uint8(buffer, offset + length - 1);
    return padding > 0 && headerLength(buffer, offset) + padding <= length;
  }

  /**
   * Whether version, CSRCs and extension block fit into {@code length}. It looks at nothing behind
   * the header, so it also serves for packets that are still encrypted.
   */
  public static boolean hasValidHeader(byte[] buffer, int offset, int length) {
    if (length < FIXED_HEADER_LENGTH) {
      return false;
    }
    int first = BigEndian.uint8(buffer, offset);
    if ((first & VERSION_MASK) != VERSION_BITS) {
      return false;
    }
    int end = FIXED_HEADER_LENGTH + 4 * (first & CSRC_COUNT_MASK);
    if ((first & EXTENSION_BIT) != 0) {
      if (end + 4 > length) {
        return false;
      }
      end += 4 + 4 * BigEndian.uint16(buffer, offset + end + 2);
    }
    return end <= length;
  }

  /** Payload type, 0..127. */
  public static int payloadType(byte[] buffer, int offset) {
    return buffer[offset + 1] & PAYLOAD_TYPE_MASK;
  }

  /** The marker bit; for video it ends a frame. */
  public static boolean marker(byte[] buffer, int offset) {
    return (buffer[offset + 1] & MARKER_BIT) != 0;
  }

  /** Sequence number, 0..65535. */
  public static int sequence(byte[] buffer, int offset) {
    return BigEndian.uint16(buffer, offset + 2);
  }

  /** Timestamp in ticks of the payload's clock, 0..2^32-1. */
  public static long timestamp(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 4);
  }

  /** SSRC as raw bits: an identifier, of which only equality matters. */
  public static int ssrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 8);
  }

  /** SSRC as SDP and people write it. */
  public static long ssrcUnsigned(byte[] buffer, int offset) {
    return BigEndian.uint32(buffer, offset + 8);
  }

  /** Number of CSRCs, 0..15. */
  public static int csrcCount(byte[] buffer, int offset) {
    return buffer[offset] & CSRC_COUNT_MASK;
  }

  /** The CSRC at {@code index}, which is below {@link #csrcCount}. */
  public static int csrc(byte[] buffer, int offset, int index) {
    return BigEndian.int32(buffer, offset + FIXED_HEADER_LENGTH + 4 * index);
  }

  /** Whether the last byte of the packet counts padding. */
  public static boolean hasPadding(byte[] buffer, int offset) {
    return (buffer[offset] & PADDING_BIT) != 0;
  }

  /** Whether a header extension block follows the CSRCs. */
  public static boolean hasExtension(byte[] buffer, int offset) {
    return (buffer[offset] & EXTENSION_BIT) != 0;
  }

  /** Length in bytes of the fixed header, the CSRCs and the extension block together. */
  public static int headerLength(byte[] buffer, int offset) {
    int length = FIXED_HEADER_LENGTH + 4 * csrcCount(buffer, offset);
    if (hasExtension(buffer, offset)) {
      length += 4 + 4 * BigEndian.uint16(buffer, offset + length + 2);
    }
    return length;
  }

  /** Bytes of padding at the end, with the byte that counts them; 0 when there is none. */
  public static int paddingLength(byte[] buffer, int offset, int length) {
    return hasPadding(buffer, offset) ? BigEndian.uint8(buffer, offset + length - 1) : 0;
  }

  /** Bytes between header and padding; 0 for a packet that only probes or keeps alive. */
  public static int payloadLength(byte[] buffer, int offset, int length) {
    return length - headerLength(buffer, offset) - paddingLength(buffer, offset, length);
  }

  /**
   * Finds the element of header extension {@code id}, in the one-byte or the two-byte form. The
   * result holds two numbers, so that nothing is allocated: take it apart with {@link
   * #extensionOffset} and {@link #extensionLength}. An element that overruns its block ends the
   * search.
   *
   * @return the place of the element, or {@link #NO_EXTENSION}, which is the only negative result
   */
  public static long findExtension(byte[] buffer, int offset, int id) {
    if (!hasExtension(buffer, offset) || id <= 0) {
      return NO_EXTENSION;
    }
    int block = offset + FIXED_HEADER_LENGTH + 4 * csrcCount(buffer, offset);
    int profile = BigEndian.uint16(buffer, block);
    int start = block + 4;
    int end = start + 4 * BigEndian.uint16(buffer, block + 2);
    if (profile == ONE_BYTE_PROFILE) {
      return findOneByteForm(buffer, start, end, id);
    }
    if ((profile & TWO_BYTE_PROFILE_MASK) == TWO_BYTE_PROFILE) {
      return findTwoByteForm(buffer, start, end, id);
    }
    return NO_EXTENSION;
  }

  private static long findOneByteForm(byte[] buffer, int start, int end, int id) {
    int position = start;
    while (position < end) {
      int elementId = BigEndian.uint8(buffer, position) >>> 4;
      if (elementId == 0) {
        // Padding. RFC 8285 §4.2: a length other than 0 with id 0 is to be skipped as one byte too.
        position++;
        continue;
      }
      int elementLength = (buffer[position] & 0x0F) + 1;
      if (elementId == ONE_BYTE_STOP_ID || position + 1 + elementLength > end) {
        return NO_EXTENSION;
      }
      if (elementId == id) {
        return place(position + 1, elementLength);
      }
      position += 1 + elementLength;
    }
    return NO_EXTENSION;
  }

  private static long findTwoByteForm(byte[] buffer, int start, int end, int id) {
    int position = start;
    while (position < end) {
      int elementId = BigEndian.uint8(buffer, position);
      if (elementId == 0) {
        position++;
        continue;
      }
      if (position + 2 > end) {
        return NO_EXTENSION;
      }
      int elementLength = BigEndian.uint8(buffer, position + 1);
      if (position + 2 + elementLength > end) {
        return NO_EXTENSION;
      }
      if (elementId == id) {
        return place(position + 2, elementLength);
      }
      position += 2 + elementLength;
    }
    return NO_EXTENSION;
  }

  private static long place(int dataOffset, int dataLength) {
    return (long) dataOffset << 32 | dataLength;
  }

  /** The index in the array, not in the packet, where the found element's data starts. */
  public static int extensionOffset(long place) {
    return (int) (place >>> 32);
  }

  /** Bytes of data of the found element, 0..255; 0 is possible in the two-byte form alone. */
  public static int extensionLength(long place) {
    return (int) place;
  }

  /** Replaces the payload type and leaves the marker bit. */
  public static void setPayloadType(byte[] buffer, int offset, int payloadType) {
    buffer[offset + 1] =
        (byte) ((buffer[offset + 1] & MARKER_BIT) | (payloadType & PAYLOAD_TYPE_MASK));
  }

  /** Replaces the marker bit. */
  public static void setMarker(byte[] buffer, int offset, boolean marker) {
    buffer[offset + 1] =
        (byte) ((buffer[offset + 1] & PAYLOAD_TYPE_MASK) | (marker ? MARKER_BIT : 0));
  }

  /** Replaces the sequence number by the low 16 bits of {@code sequence}. */
  public static void setSequence(byte[] buffer, int offset, int sequence) {
    BigEndian.putInt16(buffer, offset + 2, sequence);
  }

  /** Replaces the timestamp by the low 32 bits of {@code timestamp}. */
  public static void setTimestamp(byte[] buffer, int offset, long timestamp) {
    BigEndian.putInt32(buffer, offset + 4, (int) timestamp);
  }

  /** Replaces the SSRC. */
  public static void setSsrc(byte[] buffer, int offset, int ssrc) {
    BigEndian.putInt32(buffer, offset + 8, ssrc);
  }
}
