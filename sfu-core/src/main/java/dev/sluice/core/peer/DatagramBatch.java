package dev.sluice.core.peer;

/**
 * The datagrams of one peer that leave together, back to back in one array, so that equal-sized
 * neighbours can go out in one segmented send. Holds an array only while something waits. Owner:
 * the room's worker.
 */
public final class DatagramBatch {
  /**
   * The largest datagram; it fits every path whose MTU is 1500 with IPv6 and some tunnel overhead
   * in the publishers' own limits.
   */
  public static final int MAX_DATAGRAM_BYTES = 1500;

  /** As many as leave as one message. */
  static final int MAX_DATAGRAMS = 16;

  private static final byte[] NONE = {};

  private DatagramBuffers buffers;
  private byte[] buffer = NONE;
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private int count;
  private int bytes;
  private int expected;

  /** An empty batch, which takes its array from there. */
  public DatagramBatch(DatagramBuffers buffers) {
    this.buffers = buffers;
  }

  /** Another worker owns this from now on. */
  void moveTo(DatagramBuffers others) {
    buffers = others;
  }

  /**
   * So many datagrams come next, at most: an array is taken that has a place for all, so that none
   * is copied from a smaller one.
   */
  public void expect(int datagrams) {
    expected = datagrams;
  }

  /** Makes room for another datagram of any size; false when the batch is full. */
  public boolean makeRoom() {
    if (count == MAX_DATAGRAMS) {
      return false;
    }
    if (bytes + MAX_DATAGRAM_BYTES > buffer.length) {
      grow();
    }
    return true;
  }

  private void grow() {
    byte[] old = buffer;
    boolean small = old.length == 0 && expected <= DatagramBuffers.SMALL_DATAGRAMS;
    buffer = small ? buffers.takeSmall() : buffers.takeLarge();
    if (old.length > 0) {
      System.arraycopy(old, 0, buffer, 0, bytes);
      buffers.giveBack(old);
    }
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

  /** The bytes of all datagrams; another array after {@link #makeRoom()}. */
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

  /** They have left: the array is the next one's. */
  public void clear() {
    count = 0;
    bytes = 0;
    expected = 0;
    if (buffer.length > 0) {
      buffers.giveBack(buffer);
      buffer = NONE;
    }
  }
}
