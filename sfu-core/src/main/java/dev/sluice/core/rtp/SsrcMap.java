package dev.sluice.core.rtp;

import org.jspecify.annotations.Nullable;

/**
 * A bounded map from SSRC to value: open addressing with linear probing, at most half full, so that a look-up touches one or two
 * entries and boxes nothing. Any 32-bit value is an SSRC, zero too. SSRCs that are chosen to collide cost at most the bound. Owned
 * by the thread that owns the peer.
 *
 * @param <V> what an SSRC stands for
 */
public final class SsrcMap<V> {
  private static final int GOLDEN_RATIO = 0x9E37_79B9;
  private static final int MAX_CAPACITY = 1 << 16;

  private final int maxEntries;
  private final int mask;
  private final int shift;
  private final int[] ssrcs;
  private final @Nullable Object[] values;
  private int size;

  /** An empty map. */
  public SsrcMap(int maxEntries) {
    if (maxEntries < 1 || maxEntries > MAX_CAPACITY / 2) {
      throw new IllegalArgumentException("maxEntries " + maxEntries);
    }
    this.maxEntries = maxEntries;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(2 * maxEntries - 1);
    mask = (1 << bits) - 1;
    shift = Integer.SIZE - bits;
    ssrcs = new int[1 << bits];
    values = new Object[1 << bits];
  }

  /** The value of an SSRC, or null. */
  @SuppressWarnings("unchecked")
  public @Nullable V find(int ssrc) {
    return (V) values[entryOf(ssrc)];
  }

  /** Whether there is no place for another SSRC. */
  public boolean isFull() {
    return size == maxEntries;
  }

  public int size() {
    return size;
  }

  /** Sets the value of an SSRC; false when it is new and the map is full. */
  public boolean put(int ssrc, V value) {
    int entry = entryOf(ssrc);
    if (values[entry] == null) {
      if (isFull()) {
        return false;
      }
      size++;
    }
    ssrcs[entry] = ssrc;
    values[entry] = value;
    return true;
  }

  /** Removes an SSRC, if it is there, and closes the gap so that no probe ends too early. */
  public void remove(int ssrc) {
    int gap = entryOf(ssrc);
    if (values[gap] == null) {
      return;
    }
    int entry = (gap + 1) & mask;
    while (values[entry] != null) {
      int distanceFromHome = (entry - home(ssrcs[entry])) & mask;
      int distanceFromGap = (entry - gap) & mask;
      if (distanceFromHome >= distanceFromGap) {
        ssrcs[gap] = ssrcs[entry];
        values[gap] = values[entry];
        gap = entry;
      }
      entry = (entry + 1) & mask;
    }
    values[gap] = null;
    size--;
  }

  private int entryOf(int ssrc) {
    int entry = home(ssrc);
    while (values[entry] != null && ssrcs[entry] != ssrc) {
      entry = (entry + 1) & mask;
    }
    return entry;
  }

  private int home(int ssrc) {
    return (ssrc * GOLDEN_RATIO) >>> shift;
  }
}
