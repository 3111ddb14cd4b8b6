package dev.sluice.core.codec;

/**
 * Keeps a small wrapping index (TL0PICIDX: 8 bits, KEYIDX: 5 bits) continuous over changes of
 * source: the first value of a source follows the highest one sent before.
 */
final class RunningIndex {
  private final int bits;
  private final int mask;
  private boolean started;
  private boolean inSource;
  private boolean madeUp;
  private int offset;
  private int highest;

  RunningIndex(int bits) {
    this.bits = bits;
    this.mask = (1 << bits) - 1;
  }

  /** Whether any value has been sent. */
  boolean started() {
    return started;
  }

  /** The next value begins another source. */
  void sourceChanged() {
    inSource = false;
  }

  /**
   * The outgoing value for one of the current source.
   *
   * @param isMadeUp whether the value stands in for one that the source does not give; values of
   *     the two kinds have nothing to do with each other
   */
  int map(int value, boolean isMadeUp) {
    if (!inSource || madeUp != isMadeUp) {
      // The very first source keeps its own values.
      offset = started ? highest + 1 - value : 0;
      highest = value + offset & mask;
      started = true;
      inSource = true;
      madeUp = isMadeUp;
      return highest;
    }
    int mapped = value + offset & mask;
    int unused = Integer.SIZE - bits;
    if ((mapped - highest) << unused > 0) {
      highest = mapped;
    }
    return mapped;
  }
}
