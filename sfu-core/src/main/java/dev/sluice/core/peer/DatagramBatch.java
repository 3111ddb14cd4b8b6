package dev.sluice.core.peer;

/**
 * The datagrams of one peer that leave together, back to back in one array, so that equal-sized
 * neighbours can go out in one segmented send. Owner: the room's worker.
 */
public final class DatagramBatch {
  /**
   * The largest datagram; it fits every path whose MTU is 1500 with IPv6 and some tunnel overhead
   * in the publishers' own limits.
   */
  public static final int MAX_DATAGRAM_BYTES = 1500;

  private static final int MAX_DATAGRAMS = 32;

  private final byte[] buffer = new byte[MAX_DATAGRAMS * MAX_DATAGRAM_BYTES];
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private int count;
  private int bytes;

  /** Whether another datagram of any size fits. */
  public boolean hasRoom() {
    return count < MAX_DATAGRAMS && bytes + MAX_DATAGRAM_BYTES <= buffer.length;
  }

  /** Where the next datagram is to be written. Only while {@link #hasRoom()}. */
  public int nextOffset() {
    return bytes;
  }

  /** Keeps the datagram that was written at {@link #nextOffset()}. */
  public void commit(int length) {
    lengths[count++] = length;
    bytes += length;
  }

  public byte[] buffer() {
    return buffer;
  }

  /** How many datagrams wait. */
  public int count() {
    return count;
  }

  /** Length of the n-th datagram; it follows the one before it without a gap. */
  public int length(int index) {
    return lengths[index];
  }

  /** Bytes of all datagrams. */
  public int bytes() {
    return bytes;
  }

  public void clear() {
    count = 0;
    bytes = 0;
  }
}
