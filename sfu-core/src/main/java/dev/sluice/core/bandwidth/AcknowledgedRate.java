package dev.sluice.core.bandwidth;

/**
 * The rate at which packets arrived lately: the received packets of about the last half second,
 * over the time in which they were sent or arrived, whichever is longer. The longest silence
 * between two arrivals is taken to be as long as the second longest, so that one hiccup of the
 * path, after which everything arrives at once, neither lowers nor raises the rate.
 *
 * <p>Owner: the room's worker. Allocates nothing per packet.
 */
final class AcknowledgedRate {
  /** No rate is known. */
  static final long UNKNOWN = -1;

  private static final int CAPACITY = 1024;
  private static final int MIN_PACKETS = 10;
  private static final long WINDOW_NANOS = 500_000_000;

  private final long[] sentNanos = new long[CAPACITY];
  private final long[] arrivalNanos = new long[CAPACITY];
  private final int[] sizeBytes = new int[CAPACITY];
  private int oldest;
  private int size;
  private double stretch = 1;

  /** Whether a whole window has passed; before, a burst would be taken for a rate. */
  private boolean filled;

  /** Takes a received packet in. */
  void handleArrival(long sent, long arrival, int bytes) {
    if (size == CAPACITY) {
      drop();
    }
    int index = (oldest + size) % CAPACITY;
    sentNanos[index] = sent;
    arrivalNanos[index] = arrival;
    sizeBytes[index] = bytes;
    size++;
    while (size > MIN_PACKETS && arrival - arrivalNanos[oldest] > WINDOW_NANOS) {
      drop();
      filled = true;
    }
    // After a pause the few packets before it say nothing of the rate now.
    while (size > 1 && sent - sentNanos[oldest] > 4 * WINDOW_NANOS) {
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
    long previous = arrivalNanos[oldest];
    for (int i = 0; i < size; i++) {
      int index = (oldest + i) % CAPACITY;
      firstSent = Math.min(firstSent, sentNanos[index]);
      lastSent = Math.max(lastSent, sentNanos[index]);
      firstArrival = Math.min(firstArrival, arrivalNanos[index]);
      lastArrival = Math.max(lastArrival, arrivalNanos[index]);
      bytes += sizeBytes[index];
      long gap = arrivalNanos[index] - previous;
      previous = arrivalNanos[index];
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
    return (bytes - sizeBytes[oldest]) * 8_000_000_000L / span;
  }

  private void drop() {
    oldest = (oldest + 1) % CAPACITY;
    size--;
  }
}
