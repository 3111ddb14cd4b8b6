package dev.sluice.core.rtp;

/**
 * Gives the 32-bit timestamps of one stream their place on a line that does not wrap, as {@link
 * SequenceUnwrapper} does for sequence numbers: the first timestamp {@code t} becomes {@code 2^32 +
 * t}, no result is negative, and the low 32 bits are those of the wire. Unit: ticks of the stream's
 * clock. Owned by the thread that owns the stream.
 */
public final class TimestampUnwrapper {

  private long highest = -1;

  /** The unwrapped timestamp of {@code timestamp32}, of which only the low 32 bits count. */
  public long unwrap(long timestamp32) {
    if (highest < 0) {
      highest = 0x1_0000_0000L + (timestamp32 & 0xFFFF_FFFFL);
      return highest;
    }
    long unwrapped = peek(timestamp32);
    if (unwrapped > highest) {
      highest = unwrapped;
    }
    return unwrapped;
  }

  /** Where {@link #unwrap} would put the timestamp, without moving; -1 before the first. */
  public long peek(long timestamp32) {
    return highest < 0 ? -1 : highest + (int) (timestamp32 - highest);
  }

  /** The highest timestamp so far, or -1 before the first. */
  public long last() {
    return highest;
  }

  /** Forgets everything, as for a new stream. */
  public void reset() {
    highest = -1;
  }
}
