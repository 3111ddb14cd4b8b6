package dev.sluice.core.rtp;

/**
 * Gives the 16-bit sequence numbers of one stream their place on a line that does not wrap. Each
 * number is taken as the one nearest to the highest so far, so packets out of order around the wrap
 * land on the right side of it: after 65534, 0 comes 65535 two numbers lower.
 *
 * <p>The first number {@code s} becomes {@code 65536 + s}. As nothing lands more than 32768 below
 * the highest, no result is ever negative, whatever the network sends. The low 16 bits of a result
 * are always the number on the wire. Owned by the thread that owns the stream.
 */
public final class SequenceUnwrapper {

  private long highest = -1;

  /** The unwrapped number of {@code sequence16}, of which only the low 16 bits count. */
  public long unwrap(int sequence16) {
    if (highest < 0) {
      highest = 0x1_0000L + (sequence16 & 0xFFFF);
      return highest;
    }
    // The distance as a signed 16-bit number is the shorter way round; exactly half is backwards.
    long unwrapped = highest + (short) (sequence16 - (int) highest);
    if (unwrapped > highest) {
      highest = unwrapped;
    }
    return unwrapped;
  }

  /** Where {@link #unwrap} would put the number, without moving; -1 before the first number. */
  public long peek(int sequence16) {
    return highest < 0 ? -1 : highest + (short) (sequence16 - (int) highest);
  }

  /** The highest number so far, or -1 before the first. */
  public long last() {
    return highest;
  }

  /** Forgets everything, as for a new stream. */
  public void reset() {
    highest = -1;
  }
}
