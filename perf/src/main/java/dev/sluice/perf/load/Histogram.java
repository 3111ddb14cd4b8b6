package dev.sluice.perf.load;

/**
 * Durations in buckets that are 1/32 of their value wide, from 1 µs to beyond an hour. Not thread
 * safe.
 */
final class Histogram {
  private static final int SUB_BITS = 5;
  private static final int SUB = 1 << SUB_BITS;
  private static final int UNIT_NANOS = 1_000;

  private final long[] counts = new long[64 * SUB];
  private long count;
  private long maxNanos;

  void record(long nanos) {
    long units = Math.max(0, nanos) / UNIT_NANOS;
    counts[index(units)]++;
    count++;
    maxNanos = Math.max(maxNanos, nanos);
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    count += other.count;
    maxNanos = Math.max(maxNanos, other.maxNanos);
  }

  void reset() {
    java.util.Arrays.fill(counts, 0);
    count = 0;
    maxNanos = 0;
  }

  long count() {
    return count;
  }

  /** In milliseconds, the upper end of the bucket in which that share of all lies. */
  double millis(double quantile) {
    long rank = (long) Math.ceil(quantile * count);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Math.min(upper(i) * UNIT_NANOS, maxNanos) / 1e6;
      }
    }
    return 0;
  }

  double maxMillis() {
    return maxNanos / 1e6;
  }

  /** Exact below 32, then 32 buckets for each power of two. */
  private static int index(long units) {
    if (units < SUB) {
      return (int) units;
    }
    int shift = 63 - Long.numberOfLeadingZeros(units) - SUB_BITS;
    return (shift + 1) * SUB + (int) (units >>> shift) - SUB;
  }

  private static long upper(int index) {
    if (index < SUB) {
      return index + 1L;
    }
    int shift = index / SUB - 1;
    return (long) (index % SUB + SUB + 1) << shift;
  }
}
