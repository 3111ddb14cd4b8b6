package dev.sluice.core.codec;

/**
 * AV1, "RTP Payload Format For AV1" §4.4 (aggregation header) and the AV1 bitstream specification
 * §5.3 (OBU header) and §5.5 (sequence header). Where the sender gives a dependency descriptor, its
 * facts are the better ones: see {@link DependencyDescriptorReader}.
 *
 * <pre>
 *   0 1 2 3 4 5 6 7          0 1 2 3 4 5 6 7
 *  +-+-+-+-+-+-+-+-+        +-+-+-+-+-+-+-+-+
 *  |Z|Y| W |N|-|-|-|        |F| type  |X|S|-|   then, if X: TID(3) SID(2)
 *  +-+-+-+-+-+-+-+-+        +-+-+-+-+-+-+-+-+
 *  aggregation header       OBU header
 * </pre>
 */
final class Av1PayloadReader implements PayloadReader {
  private static final int Z = 0x80;
  private static final int N = 0x08;
  private static final int SEQUENCE_HEADER = 1;
  private static final int TEMPORAL_DELIMITER = 2;
  private static final int FRAME_HEADER = 3;
  private static final int METADATA = 5;
  private static final int FRAME = 6;
  private static final int MAX_OBUS = 32;

  private final BitReader bits = new BitReader();

  @Override
  public boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out) {
    out.reset();
    out.frameEnd = marker;
    if (payloadLength < 2) {
      return false;
    }
    int end = payloadOffset + payloadLength;
    int aggregation = bytes[payloadOffset];
    boolean continued = (aggregation & Z) != 0;
    boolean newSequence = (aggregation & N) != 0;
    // A packet that begins a coded video sequence cannot continue an OBU of the previous one.
    if (continued && newSequence) {
      return false;
    }
    out.keyframe = newSequence;
    out.spatialSwitchUp = newSequence;
    if (newSequence) {
      out.allowSwitchUp(0, PayloadFacts.MAX_LAYER_ID);
    }
    return readElements(bytes, payloadOffset + 1, end, aggregation >> 4 & 3, continued, out);
  }

  /** Walks the OBU elements; the last of {@code count} has no length in front, 0 is "all have". */
  private boolean readElements(
      byte[] bytes, int offset, int end, int count, boolean continued, PayloadFacts out) {
    int at = offset;
    int element = 1;
    for (; at < end; element++) {
      if (element > MAX_OBUS || (count != 0 && element > count)) {
        return false;
      }
      int size;
      if (element == count) {
        size = end - at;
      } else {
        int lengthBytes = leb128Length(bytes, at, end);
        if (lengthBytes == 0) {
          return false;
        }
        size = leb128(bytes, at, lengthBytes);
        at += lengthBytes;
      }
      if (size < 0 || size > end - at) {
        return false;
      }
      if (size > 0 && !(element == 1 && continued)) {
        readObu(bytes, at, at + size, out);
      }
      at += size;
    }
    return count == 0 || element > count;
  }

  private void readObu(byte[] bytes, int offset, int end, PayloadFacts out) {
    int header = bytes[offset];
    int type = header >> 3 & 0x0F;
    boolean extended = (header & 0x04) != 0;
    boolean sized = (header & 0x02) != 0;
    int at = offset + 1;
    if (extended && at < end) {
      out.temporalId = bytes[at] >> 5 & 0x07;
      out.spatialId = bytes[at] >> 3 & 0x03;
      at++;
    }
    if (sized) {
      at += leb128Length(bytes, at, end);
    }
    switch (type) {
      case SEQUENCE_HEADER -> {
        out.frameStart = true;
        out.parameterSets = true;
        bits.reset(bytes, at, end - at);
        Av1SequenceHeader.readSize(bits, out);
      }
      case TEMPORAL_DELIMITER, FRAME_HEADER, METADATA, FRAME -> out.frameStart = true;
      default -> {
        // Tile groups, redundant headers and padding begin nothing.
      }
    }
  }

  /** How many bytes the leb128 number takes (AV1 §4.10.5), 0 if it is cut off or over 4 bytes. */
  private static int leb128Length(byte[] bytes, int at, int end) {
    for (int i = 0; i < 4 && at + i < end; i++) {
      if (bytes[at + i] >= 0) {
        return i + 1;
      }
    }
    return 0;
  }

  private static int leb128(byte[] bytes, int at, int length) {
    int value = 0;
    for (int i = 0; i < length; i++) {
      value |= (bytes[at + i] & 0x7F) << (7 * i);
    }
    return value;
  }
}
