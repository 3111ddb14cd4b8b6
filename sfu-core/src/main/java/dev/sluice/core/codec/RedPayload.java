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

  private static int primaryHeader(byte[] bytes, int payloadOffset, int payloadLength) {
    int end = payloadOffset + payloadLength;
    int at = payloadOffset;
    while (at < end && bytes[at] < 0) {
      at += REDUNDANT_HEADER_LENGTH;
    }
    return at < end ? at : -1;
  }
}
