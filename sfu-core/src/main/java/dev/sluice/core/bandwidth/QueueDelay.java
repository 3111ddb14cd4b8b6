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

  /** A queue that some packet of the last slices of time found shorter than this does not stand. */
  private static final long STANDING_NANOS = 4_000_000;

  private static final int SLICES = 7;
  private static final long SLICE_NANOS = 50_000_000;
  private static final long NO_PACKET = Long.MAX_VALUE;

  private long windowStartNanos;
  private long currentMinNanos = NO_PACKET;
  private long previousMinNanos = NO_PACKET;
  private long sumNanos;
  private int count;
  private double smoothedNanos;

  /** The shortest one-way delay of what arrived in each of the last slices of time. */
  private final long[] sliceMinNanos = new long[SLICES];

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
    double delay = (double) (sumNanos / count - baseNanos());
    smoothedNanos += SMOOTHING * (delay - smoothedNanos);
    sumNanos = 0;
    count = 0;
    if (nowNanos - windowStartNanos > WINDOW_NANOS) {
      windowStartNanos = nowNanos;
      previousMinNanos = currentMinNanos;
      currentMinNanos = NO_PACKET;
    }
  }

  /** Smoothed over some feedbacks; 0 before the first. */
  long nanos() {
    return (long) smoothedNanos;
  }

  /**
   * Whether all that arrived in the last 350 ms had to wait: a full path delays every packet, a
   * receiver that reads its socket late only those that come meanwhile.
   */
  boolean stands() {
    long shortest = NO_PACKET;
    for (long each : sliceMinNanos) {
      shortest = Math.min(shortest, each);
    }
    return shortest != NO_PACKET && shortest - baseNanos() >= STANDING_NANOS;
  }

  /** The lowest one-way delay of the last half minute. */
  private long baseNanos() {
    return Math.min(currentMinNanos, previousMinNanos);
  }

  private void handleSlice(long newSlice, long oneWayNanos) {
    if (newSlice <= slice - SLICES) {
      return;
    }
    long passed = Math.min(newSlice - slice, SLICES);
    for (int i = 0; i < passed; i++) {
      sliceMinNanos[Math.floorMod(newSlice - i, SLICES)] = NO_PACKET;
    }
    slice = Math.max(slice, newSlice);
    int index = Math.floorMod(newSlice, SLICES);
    sliceMinNanos[index] = Math.min(sliceMinNanos[index], oneWayNanos);
  }
}
