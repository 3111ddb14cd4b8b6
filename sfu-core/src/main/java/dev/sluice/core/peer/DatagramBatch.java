package dev.sluice.core.peer;

import java.util.Arrays;

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

  /** The most that leave together. */
  static final int MAX_DATAGRAMS = 32;

  private static final int INITIAL_DATAGRAMS = 4;

  private byte[] buffer = new byte[0];
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private int count;
  private int bytes;

  /**
   * Makes room for another datagram of any size; false when the batch is full. The array grows with
   * need, so that a peer that receives little holds little; it is never given back.
   */
  public boolean makeRoom() {
    if (count == MAX_DATAGRAMS) {
      return false;
    }
    if (bytes + MAX_DATAGRAM_BYTES > buffer.length) {
      int doubled = Math.max(INITIAL_DATAGRAMS * MAX_DATAGRAM_BYTES, 2 * buffer.length);
      buffer = Arrays.copyOf(buffer, Math.min(doubled, MAX_DATAGRAMS * MAX_DATAGRAM_BYTES));
    }
    return true;
  }

  /** Where the next datagram is to be written. Only after {@link #makeRoom()} said true. */
  public int nextOffset() {
    return bytes;
  }

  /** Keeps the datagram that was written at {@link #nextOffset()}. */
  public void commit(int length) {
    lengths[count++] = length;
    bytes += length;
  }

  /** The bytes of all datagrams; another array after {@link #makeRoom()} had to grow. */
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
