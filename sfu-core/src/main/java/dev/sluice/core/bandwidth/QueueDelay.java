package dev.sluice.core.bandwidth;

import java.util.Arrays;

/**
 * How long packets wait in the path's queues: their one-way delay above the lowest seen lately. The
 * clocks of the two ends need not agree; only their drift over the memory of half a minute counts.
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class QueueDelay {
  private static final long WINDOW_NANOS = 15_000_000_000L;
  private static final double SMOOTHING = 0.3;

  private static final int STANDING_SLICES = 7;
  private static final long SLICE_NANOS = 50_000_000;
  private static final long NO_PACKET = Long.MAX_VALUE;

  private long windowStartNanos;
  private long currentMinNanos = Long.MAX_VALUE;
  private long previousMinNanos = Long.MAX_VALUE;
  private long sumNanos;
  private int count;
  private double smoothedNanos;

  /** The shortest one-way delay of what arrived in each of the last slices of time. */
  private final long[] sliceMinNanos = new long[STANDING_SLICES];

  private long slice = Long.MIN_VALUE / 2;

  QueueDelay() {
    Arrays.fill(sliceMinNanos, NO_PACKET);
  }

  /** Takes a packet in; the two times may be of different clocks. */
  void handleArrival(long sentNanos, long arrivalNanos) {
    long oneWay = arrivalNanos - sentNanos;
    currentMinNanos = Math.min(currentMinNanos, oneWay);
    sumNanos += oneWay;
    count++;
    handleSlice(Math.floorDiv(arrivalNanos, SLICE_NANOS), oneWay);
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

  /**
   * The shortest that any packet waited of those that arrived in the last 350 ms: a full path
   * delays them all, a receiver that reads its socket late only those that come meanwhile. 0 before
   * the first.
   */
  long standingNanos() {
    long shortest = NO_PACKET;
    for (long each : sliceMinNanos) {
      shortest = Math.min(shortest, each);
    }
    return shortest == NO_PACKET ? 0 : shortest - Math.min(currentMinNanos, previousMinNanos);
  }

  private void handleSlice(long newSlice, long oneWayNanos) {
    if (newSlice <= slice - STANDING_SLICES) {
      return;
    }
    long passed = Math.min(newSlice - slice, STANDING_SLICES);
    for (int i = 0; i < passed; i++) {
      sliceMinNanos[Math.floorMod(newSlice - i, STANDING_SLICES)] = NO_PACKET;
    }
    slice = Math.max(slice, newSlice);
    int index = Math.floorMod(newSlice, STANDING_SLICES);
    sliceMinNanos[index] = Math.min(sliceMinNanos[index], oneWayNanos);
  }
}
