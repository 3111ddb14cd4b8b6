package dev.sluice.transport.pipeline;

import java.util.Arrays;

/**
 * Durations in buckets of at most a sixteenth of their value, from 1 µs to a minute. Fixed memory,
 * no allocation. Owner: one worker.
 */
final class LatencyHistogram {
  private static final int UNIT_NANOS = 1_000;
  private static final int SUB_BITS = 4;
  private static final int SUB = 1 << SUB_BITS;
  private static final int MAX_INDEX = 24 * SUB - 1;

  private final int[] counts = new int[MAX_INDEX + 1];
  private int total;

  void record(long nanos) {
    counts[index(Math.max(0, nanos) / UNIT_NANOS)]++;
    total++;
  }

  /** The upper end of the bucket in which that share of all lies; 0 when there is nothing. */
  long nanos(double quantile) {
    long rank = (long) Math.ceil(quantile * total);
    long seen = 0;
    for (int i = 0; i <= MAX_INDEX && rank > 0; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return upper(i) * UNIT_NANOS;
      }
    }
    return 0;
  }

  void clear() {
    Arrays.fill(counts, 0);
    total = 0;
  }

  /** Exact below 16 µs, then 16 buckets for each power of two. */
  private static int index(long units) {
    if (units < SUB) {
      return (int) units;
    }
    int shift = 63 - Long.numberOfLeadingZeros(units) - SUB_BITS;
    return Math.min(MAX_INDEX, (shift + 1) * SUB + (int) (units >>> shift) - SUB);
  }

  private static long upper(int index) {
    int shift = index / SUB - 1;
    return shift < 0 ? index + 1L : (long) (index % SUB + SUB + 1) << shift;
  }
}
