package dev.sluice.core.srtp;

import org.jspecify.annotations.Nullable;

/**
 * The index windows of a bounded number of SSRCs: open addressing with linear probing, at most half
 * full, so a lookup touches one or two entries and boxes nothing. Any 32-bit value is an SSRC, zero
 * too, so an entry is taken when it has a window. SSRCs chosen to collide cost at most the bound.
 */
final class SsrcTable {
  private static final int GOLDEN_RATIO = 0x9E37_79B9;
  private static final int MAX_CAPACITY = 1 << 16;

  private final int maxStreams;
  private final int mask;
  private final int shift;
  private final int[] ssrcs;
  private final @Nullable IndexWindow[] windows;
  private int size;

  SsrcTable(int maxStreams) {
    if (maxStreams < 1 || maxStreams > MAX_CAPACITY / 2) {
      throw new IllegalArgumentException("maxStreams " + maxStreams);
    }
    this.maxStreams = maxStreams;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(2 * maxStreams - 1);
    mask = (1 << bits) - 1;
    shift = Integer.SIZE - bits;
    ssrcs = new int[1 << bits];
    windows = new IndexWindow[1 << bits];
  }

  @Nullable IndexWindow find(int ssrc) {
    return windows[entryOf(ssrc)];
  }

  boolean isFull() {
    return size == maxStreams;
  }

  int size() {
    return size;
  }

  /** Adds an SSRC that is not in the table, which must not be full. */
  IndexWindow add(int ssrc) {
    int entry = entryOf(ssrc);
    if (isFull() || windows[entry] != null) {
      throw new IllegalStateException("the table is full or knows the SSRC");
    }
    IndexWindow window = new IndexWindow();
    ssrcs[entry] = ssrc;
    windows[entry] = window;
    size++;
    return window;
  }

  /** Removes an SSRC, if it is in the table, and closes the gap so that no probe ends too early. */
  void remove(int ssrc) {
    int gap = entryOf(ssrc);
    if (windows[gap] == null) {
      return;
    }
    int entry = (gap + 1) & mask;
    while (windows[entry] != null) {
      int distanceFromHome = (entry - home(ssrcs[entry])) & mask;
      int distanceFromGap = (entry - gap) & mask;
      if (distanceFromHome >= distanceFromGap) {
        ssrcs[gap] = ssrcs[entry];
        windows[gap] = windows[entry];
        gap = entry;
      }
      entry = (entry + 1) & mask;
    }
    windows[gap] = null;
    size--;
  }

  /** The entry of an SSRC, or the free one where it would go. */
  private int entryOf(int ssrc) {
    int entry = home(ssrc);
    while (windows[entry] != null && ssrcs[entry] != ssrc) {
      entry = (entry + 1) & mask;
    }
    return entry;
  }

  private int home(int ssrc) {
    return (ssrc * GOLDEN_RATIO) >>> shift;
  }
}
