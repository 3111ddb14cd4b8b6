package dev.sluice.core.codec;

/**
 * Redundant audio, RFC 2198 §3: a header per block, then the blocks, the primary encoding last.
 *
 * <pre>
 *   0                   1                    2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3  4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |1|   block PT  |  timestamp offset         |   block length    |  redundant
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |0|   block PT  |                                                  primary
 *  +-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class RedPayload {
  /**
   * How many redundant blocks a packet may have: browsers send one or two. It bounds what is copied
   * per packet and receiver.
   */
  public static final int MAX_REDUNDANT_BLOCKS = 15;

  private static final int REDUNDANT_HEADER_LENGTH = 4;

  private RedPayload() {}

  /**
   * Where the primary encoding begins; it reaches to the payload's end.
   *
   * @return an offset into {@code bytes}, or -1 if the payload is malformed or has no primary data
   */
  public static int primaryOffset(byte[] bytes, int payloadOffset, int payloadLength) {
    int header = primaryHeader(bytes, payloadOffset, payloadLength);
    if (header < 0) {
      return -1;
    }
    int end = payloadOffset + payloadLength;
    int at = header + 1;
    for (int block = payloadOffset; block < header; block += REDUNDANT_HEADER_LENGTH) {
      at += (bytes[block + 2] & 0x03) << 8 | (bytes[block + 3] & 0xFF);
    }
    return at < end ? at : -1;
  }

  /** The payload type of the primary encoding, or -1 if the payload is malformed. */
  public static int primaryPayloadType(byte[] bytes, int payloadOffset, int payloadLength) {
    int header = primaryHeader(bytes, payloadOffset, payloadLength);
    return header < 0 ? -1 : bytes[header] & 0x7F;
  }

  /**
   * Length of all block headers of a payload whose blocks are all of one payload type and end where
   * the payload does, so that it can be forwarded as it is but for that payload type.
   *
   * @return bytes, or -1 for a payload that can only be stripped, or not even that
   */
  public static int headersLength(byte[] bytes, int payloadOffset, int payloadLength) {
    int header = primaryHeader(bytes, payloadOffset, payloadLength);
    if (header < 0
        || header - payloadOffset > MAX_REDUNDANT_BLOCKS * REDUNDANT_HEADER_LENGTH
        || primaryOffset(bytes, payloadOffset, payloadLength) < 0) {
      return -1;
    }
    for (int block = payloadOffset; block < header; block += REDUNDANT_HEADER_LENGTH) {
      if ((bytes[block] & 0x7F) != bytes[header]) {
        return -1;
      }
    }
    return header + 1 - payloadOffset;
  }

  /**
   * Copies block headers, with another payload type in each.
   *
   * @param length what {@link #headersLength} said
   */
  public static void writeHeaders(
      byte[] bytes, int payloadOffset, int length, int payloadType, byte[] out, int outOffset) {
    System.arraycopy(bytes, payloadOffset, out, outOffset, length);
    for (int block = 0; block < length; block += REDUNDANT_HEADER_LENGTH) {
      out[outOffset + block] = (byte) ((out[outOffset + block] & 0x80) | payloadType);
    }
  }

  private static int primaryHeader(byte[] bytes, int payloadOffset, int payloadLength) {
    int end = payloadOffset + payloadLength;
    int at = payloadOffset;
    while (at < end && bytes[at] < 0) {
      at += REDUNDANT_HEADER_LENGTH;
    }
    return at < end ? at : -1;
  }
}
