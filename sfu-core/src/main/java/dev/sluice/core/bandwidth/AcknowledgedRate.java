package dev.sluice.core.bandwidth;

/**
 * The rate at which packets arrived lately: the received packets of about the last half second,
 * over the time in which they were sent or arrived, whichever is longer. The longest silence
 * between two arrivals is taken to be as long as the second longest, so that one hiccup of the
 * path, after which everything arrives at once, neither lowers nor raises the rate.
 *
 * <p>Owner: the room's worker. Allocates only to grow: what comes in half a second is a few dozen
 * packets for most.
 */
final class AcknowledgedRate {
  /** No rate is known. */
  static final long UNKNOWN = -1;

  /** Arrivals that are remembered at most. A power of two, as the first capacity. */
  private static final int CAPACITY = 1024;

  private static final int FIRST_CAPACITY = 64;

  // What an arrival's record holds, in longs.
  private static final int SENT = 0;
  private static final int ARRIVED = 1;
  private static final int BYTES = 2;
  private static final int RECORD_LONGS = 3;

  private static final int MIN_PACKETS = 10;
  private static final long WINDOW_NANOS = 500_000_000;

  private long[] records = {};
  private int capacity;
  private int oldest;
  private int size;
  private double stretch = 1;

  /** Whether a whole window has passed; before, a burst would be taken for a rate. */
  private boolean filled;

  /** Takes a received packet in. */
  void handleArrival(long sent, long arrival, int bytes) {
    if (size == CAPACITY) {
      drop();
    } else if (size == capacity) {
      grow();
    }
    int added = record(size);
    records[added + SENT] = sent;
    records[added + ARRIVED] = arrival;
    records[added + BYTES] = bytes;
    size++;
    while (size > MIN_PACKETS && arrival - records[record(0) + ARRIVED] > WINDOW_NANOS) {
      drop();
      filled = true;
    }
    // After a pause the few packets before it say nothing of the rate now.
    while (size > 1 && sent - records[record(0) + SENT] > 4 * WINDOW_NANOS) {
      drop();
    }
  }

  /** The time in which the packets of {@link #bitrateBps} arrived, over that in which they left. */
  double stretch() {
    return stretch;
  }

  /** In bit/s, or {@link #UNKNOWN} while too few packets have come. */
  long bitrateBps() {
    stretch = 1;
    if (size < MIN_PACKETS) {
      return UNKNOWN;
    }
    long firstSent = Long.MAX_VALUE;
    long lastSent = Long.MIN_VALUE;
    long firstArrival = Long.MAX_VALUE;
    long lastArrival = Long.MIN_VALUE;
    long longestGap = 0;
    long secondGap = 0;
    long bytes = 0;
    long previous = records[record(0) + ARRIVED];
    for (int i = 0; i < size; i++) {
      int record = record(i);
      long sent = records[record + SENT];
      long arrived = records[record + ARRIVED];
      firstSent = Math.min(firstSent, sent);
      lastSent = Math.max(lastSent, sent);
      firstArrival = Math.min(firstArrival, arrived);
      lastArrival = Math.max(lastArrival, arrived);
      bytes += records[record + BYTES];
      long gap = arrived - previous;
      previous = arrived;
      if (gap > longestGap) {
        secondGap = longestGap;
        longestGap = gap;
      } else if (gap > secondGap) {
        secondGap = gap;
      }
    }
    long arrivalSpan = lastArrival - firstArrival - longestGap + secondGap;
    long sendSpan = lastSent - firstSent;
    long span = Math.max(arrivalSpan, sendSpan);
    if (sendSpan > WINDOW_NANOS / 2) {
      stretch = (double) arrivalSpan / sendSpan;
    }
    span = filled ? span : Math.max(span, WINDOW_NANOS / 2);
    if (span <= 0) {
      return UNKNOWN;
    }
    // The first packet's bytes arrived before the span began.
    return (bytes - records[record(0) + BYTES]) * 8_000_000_000L / span;
  }

  /** Where the record of the n-th arrival begins, from the oldest one on. */
  private int record(int index) {
    return (oldest + index & capacity - 1) * RECORD_LONGS;
  }

  private void drop() {
    oldest = oldest + 1 & capacity - 1;
    size--;
  }

  private void grow() {
    int first = oldest * RECORD_LONGS;
    int grown = Math.max(FIRST_CAPACITY, 2 * capacity);
    long[] all = new long[grown * RECORD_LONGS];
    System.arraycopy(records, first, all, 0, records.length - first);
    System.arraycopy(records, 0, all, records.length - first, first);
    records = all;
    capacity = grown;
    oldest = 0;
  }
}
