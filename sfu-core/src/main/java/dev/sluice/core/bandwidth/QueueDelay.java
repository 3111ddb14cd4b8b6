package dev.sluice.core.bandwidth;

/**
 * How long packets wait in the path's queues: their one-way delay above the lowest seen lately. The
 * clocks of the two ends need not agree; only their drift over the memory of half a minute counts.
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class QueueDelay {
  private static final long WINDOW_NANOS = 15_000_000_000L;
  private static final double SMOOTHING = 0.3;

  private long windowStartNanos;
  private long currentMinNanos = Long.MAX_VALUE;
  private long previousMinNanos = Long.MAX_VALUE;
  private long sumNanos;
  private int count;
  private double smoothedNanos;

  /** Takes a packet in; the two times may be of different clocks. */
  void handleArrival(long sentNanos, long arrivalNanos) {
    long oneWay = arrivalNanos - sentNanos;
    currentMinNanos = Math.min(currentMinNanos, oneWay);
    sumNanos += oneWay;
    count++;
  }

  /** All packets of one feedback have been taken in. */
  void handleFeedbackEnd(long nowNanos) {
    if (count == 0) {
      return;
    }
    long base = Math.min(currentMinNanos, previousMinNanos);
    double delay = (double) (sumNanos / count - base);
    smoothedNanos += SMOOTHING * (delay - smoothedNanos);
    sumNanos = 0;
    count = 0;
    if (nowNanos - windowStartNanos > WINDOW_NANOS) {
      windowStartNanos = nowNanos;
      previousMinNanos = currentMinNanos;
      currentMinNanos = Long.MAX_VALUE;
    }
  }

  /** Smoothed over some feedbacks; 0 before the first. */
  long nanos() {
    return (long) smoothedNanos;
  }
}
