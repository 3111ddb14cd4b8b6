package dev.sluice.core.rtp;

import org.jspecify.annotations.Nullable;

/**
 * A bounded map from a 32-bit number (an SSRC, a stream id) to a value: open addressing with linear
 * probing, at most half full, so that a look-up touches one or two entries and boxes nothing. Any
 * number is a key, zero too. It grows up to its bound; numbers that are chosen to collide cost at
 * most that. Owned by one thread.
 *
 * @param <V> what a number stands for
 */
public final class IntMap<V> {
  private static final int GOLDEN_RATIO = 0x9E37_79B9;
  private static final int MAX_CAPACITY = 1 << 16;
  private static final int INITIAL_BITS = 4;

  private final int maxEntries;
  private int mask;
  private int shift;
  private int[] keys;
  private @Nullable Object[] values;
  private int size;

  /** An empty map that takes at most {@code maxEntries} numbers. */
  public IntMap(int maxEntries) {
    if (maxEntries < 1 || maxEntries > MAX_CAPACITY / 2) {
      throw new IllegalArgumentException("maxEntries " + maxEntries);
    }
    this.maxEntries = maxEntries;
    mask = (1 << INITIAL_BITS) - 1;
    shift = Integer.SIZE - INITIAL_BITS;
    keys = new int[1 << INITIAL_BITS];
    values = new Object[1 << INITIAL_BITS];
  }

  /** The value of a number, or null. */
  @SuppressWarnings("unchecked")
  public @Nullable V find(int key) {
    return (V) values[entryOf(key)];
  }

  /** Whether there is no place for another number. */
  public boolean isFull() {
    return size == maxEntries;
  }

  public int size() {
    return size;
  }

  /** Sets the value of a number; false when it is new and the map is full. */
  public boolean put(int key, V value) {
    int entry = entryOf(key);
    if (values[entry] == null) {
      if (isFull()) {
        return false;
      }
      if (2 * (size + 1) > keys.length) {
        grow();
        entry = entryOf(key);
      }
      size++;
    }
    keys[entry] = key;
    values[entry] = value;
    return true;
  }

  /** Removes a number, if it is there, and closes the gap so that no probe ends too early. */
  public void remove(int key) {
    int gap = entryOf(key);
    if (values[gap] == null) {
      return;
    }
    int entry = (gap + 1) & mask;
    while (values[entry] != null) {
      int distanceFromHome = (entry - home(keys[entry])) & mask;
      int distanceFromGap = (entry - gap) & mask;
      if (distanceFromHome >= distanceFromGap) {
        keys[gap] = keys[entry];
        values[gap] = values[entry];
        gap = entry;
      }
      entry = (entry + 1) & mask;
    }
    values[gap] = null;
    size--;
  }

  private void grow() {
    int[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    keys = new int[2 * oldKeys.length];
    values = new Object[2 * oldKeys.length];
    mask = keys.length - 1;
    shift--;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != null) {
        int entry = entryOf(oldKeys[i]);
        keys[entry] = oldKeys[i];
        values[entry] = oldValues[i];
      }
    }
  }

  private int entryOf(int key) {
    int entry = home(key);
    while (values[entry] != null && keys[entry] != key) {
      entry = (entry + 1) & mask;
    }
    return entry;
  }

  private int home(int key) {
    return (key * GOLDEN_RATIO) >>> shift;
  }
}
