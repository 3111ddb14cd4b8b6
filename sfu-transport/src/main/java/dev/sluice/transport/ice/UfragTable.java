package dev.sluice.transport.ice;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Ufrag number to entry: open addressing with linear probing. Lookups come from all media workers;
 * they take no lock and allocate nothing. Changes are rare and serialised by the caller's lock.
 *
 * <p>The keys are random numbers of the server, so their low bits are hash enough: a sender can
 * choose what to look up, but not what is in the table.
 *
 * @param <E> what is stored, each with a key of its own
 */
final class UfragTable<E extends UfragTable.Keyed> {
  private static final int INITIAL_CAPACITY = 64;

  /** An entry that knows its key, so that the table is one array and a slot changes atomically. */
  interface Keyed {
    long key();
  }

  /** Keeps the probe sequences that run through a removed entry whole. */
  private static final Keyed REMOVED = () -> Ufrag.NONE;

  private volatile AtomicReferenceArray<@Nullable Keyed> slots =
      new AtomicReferenceArray<>(INITIAL_CAPACITY);
  private int live;
  private int used;

  @SuppressWarnings("unchecked") // every entry but REMOVED is an E, and REMOVED has no key
  @Nullable E get(long key) {
    if (key == Ufrag.NONE) {
      return null;
    }
    AtomicReferenceArray<@Nullable Keyed> array = slots;
    int mask = array.length() - 1;
    for (int i = (int) key & mask; ; i = (i + 1) & mask) {
      Keyed entry = array.get(i);
      if (entry == null) {
        return null;
      }
      if (entry.key() == key) {
        return (E) entry;
      }
    }
  }

  /** For a key that is not in the table. */
  void put(E entry) {
    if ((used + 1) * 2 > slots.length()) {
      rebuild();
    }
    insert(slots, entry);
    live++;
    used++;
  }

  void remove(E entry) {
    AtomicReferenceArray<@Nullable Keyed> array = slots;
    int mask = array.length() - 1;
    for (int i = (int) entry.key() & mask; ; i = (i + 1) & mask) {
      Keyed found = array.get(i);
      if (found == null) {
        return;
      }
      if (found.key() == entry.key()) {
        array.set(i, REMOVED);
        live--;
        return;
      }
    }
  }

  int size() {
    return live;
  }

  /** A fresh array without the removed entries; lookups see the old one or the new one, whole. */
  private void rebuild() {
    int capacity = INITIAL_CAPACITY;
    while (capacity < (live + 1) * 4) {
      capacity *= 2;
    }
    AtomicReferenceArray<@Nullable Keyed> old = slots;
    AtomicReferenceArray<@Nullable Keyed> fresh = new AtomicReferenceArray<>(capacity);
    for (int i = 0; i < old.length(); i++) {
      Keyed entry = old.get(i);
      if (entry != null && entry.key() != Ufrag.NONE) {
        insert(fresh, entry);
      }
    }
    used = live;
    slots = fresh;
  }

  private static void insert(AtomicReferenceArray<@Nullable Keyed> array, Keyed entry) {
    int mask = array.length() - 1;
    int i = (int) entry.key() & mask;
    while (array.get(i) != null) {
      i = (i + 1) & mask;
    }
    array.set(i, entry);
  }
}
