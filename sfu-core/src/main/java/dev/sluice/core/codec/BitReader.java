package dev.sluice.core.codec;

/**
 * Reads bit fields, most significant bit first, from a range of a byte array. Reading past the end
 * gives zeros and is remembered: callers check {@link #overrun()} once after a run of fields.
 * Reusable, so that parsing allocates nothing.
 */
final class BitReader {
  private static final byte[] NOTHING = new byte[0];

  private byte[] bytes = NOTHING;
  private int begin;
  private int bit;
  private int endBit;
  private boolean escaped;
  private boolean overrun;

  /** Reads plain bytes. */
  void reset(byte[] source, int offset, int length) {
    bytes = source;
    begin = offset;
    bit = offset * 8;
    endBit = (offset + Math.max(0, length)) * 8;
    escaped = false;
    overrun = false;
  }

  /** Reads a NAL unit, leaving out emulation prevention bytes (H.264 §7.4.1, H.265 §7.4.2). */
  void resetEscaped(byte[] source, int offset, int length) {
    reset(source, offset, length);
    escaped = true;
  }

  /** Whether a field was asked for that lies past the end, or had no valid form. */
  boolean overrun() {
    return overrun;
  }

  /** The next bit as a flag. */
  boolean flag() {
    return bit() != 0;
  }

  /** The next {@code count} bits as an unsigned number, at most 31. */
  int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  /** Passes over {@code count} bits. */
  void skip(int count) {
    for (int i = 0; i < count && !overrun; i++) {
      bit();
    }
  }

  /** An unsigned Exp-Golomb number, {@code ue(v)} (H.264 §9.1), at most 2^31 - 2. */
  int unsignedGolomb() {
    int zeros = 0;
    while (!overrun && bit() == 0) {
      zeros++;
    }
    if (zeros > 30) {
      overrun = true;
    }
    return overrun ? 0 : (1 << zeros) - 1 + bits(zeros);
  }

  /** A signed Exp-Golomb number, {@code se(v)} (H.264 §9.1.1). */
  int signedGolomb() {
    int code = unsignedGolomb();
    return (code & 1) == 0 ? -(code >> 1) : (code >> 1) + 1;
  }

  /** Goes on at the next byte, unless it stands at the beginning of one. */
  void alignToByte() {
    bit = (bit + 7) & ~7;
  }

  /** How many bits behind the byte at {@code offset} it stands. */
  int position(int offset) {
    return bit - offset * 8;
  }

  /** A number in groups of seven bits, the lowest first, at most four of them (AV1 §4.10.5). */
  int leb128() {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      boolean more = flag();
      value |= bits(7) << shift;
      if (!more) {
        return value;
      }
    }
    overrun = true;
    return 0;
  }

  /** A number below {@code limit} in the non-symmetric form {@code ns(n)} (AV1 §4.10.7). */
  int nonSymmetric(int limit) {
    int width = 32 - Integer.numberOfLeadingZeros(limit);
    int shorter = (1 << width) - limit;
    int value = bits(width - 1);
    return value < shorter ? value : (value << 1) - shorter + bit();
  }

  private int bit() {
    if (escaped && (bit & 7) == 0) {
      skipEmulationPrevention();
    }
    if (bit >= endBit) {
      overrun = true;
      return 0;
    }
    int value = bytes[bit >> 3] >> (7 - (bit & 7)) & 1;
    bit++;
    return value;
  }

  private void skipEmulationPrevention() {
    int at = bit >> 3;
    if (bit < endBit
        && at - begin >= 2
        && bytes[at] == 3
        && bytes[at - 1] == 0
        && bytes[at - 2] == 0) {
      bit += 8;
    }
  }
}
