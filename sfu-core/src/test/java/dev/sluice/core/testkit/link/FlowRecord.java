package dev.sluice.core.testkit.link;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What became of one flow: bytes sent and received over time, loss, and time in the queue. */
public final class FlowRecord {
  private static final long BUCKET_NANOS = 100 * VirtualTime.MILLISECOND;

  private final List<long[]> buckets = new ArrayList<>();
  private final List<Queued> queued = new ArrayList<>();
  private final List<Queued> paced = new ArrayList<>();
  private long maxEstimateBps;

  private static final int SENT_BYTES = 0;
  private static final int RECEIVED_BYTES = 1;
  private static final int SENT_PACKETS = 2;
  private static final int LOST_PACKETS = 3;
  private static final int PADDING_BYTES = 4;
  private static final int ESTIMATE_BPS = 5;
  private static final int FIELDS = 6;

  private record Queued(long nanos, long queueNanos) {}

  void handleSent(int sizeBytes, boolean padding, boolean lost, long nowNanos) {
    long[] bucket = bucket(nowNanos);
    bucket[SENT_BYTES] += sizeBytes;
    bucket[SENT_PACKETS]++;
    bucket[LOST_PACKETS] += lost ? 1 : 0;
    bucket[PADDING_BYTES] += padding ? sizeBytes : 0;
  }

  void handleReceived(int sizeBytes, long queueNanos, long nowNanos) {
    bucket(nowNanos)[RECEIVED_BYTES] += sizeBytes;
    queued.add(new Queued(nowNanos, queueNanos));
  }

  void handlePaced(long waitedNanos, long nowNanos) {
    paced.add(new Queued(nowNanos, waitedNanos));
  }

  void handleEstimate(long estimateBps, long nowNanos) {
    bucket(nowNanos)[ESTIMATE_BPS] = estimateBps;
    maxEstimateBps = Math.max(maxEstimateBps, estimateBps);
  }

  /** The highest estimate of all. */
  public long maxEstimateBps() {
    return maxEstimateBps;
  }

  /** The last estimate of the tenth of a second that begins then; 0 where there was none. */
  public long estimateBps(double seconds) {
    int index = (int) Math.round(seconds * VirtualTime.SECOND / BUCKET_NANOS);
    return index < buckets.size() ? Math.max(0, buckets.get(index)[ESTIMATE_BPS]) : 0;
  }

  /** The mean rate sent between two moments, in bit/s. */
  public double sentBps(double fromSeconds, double toSeconds) {
    return sum(SENT_BYTES, fromSeconds, toSeconds) * 8 / (toSeconds - fromSeconds);
  }

  /** The mean rate that arrived. */
  public double receivedBps(double fromSeconds, double toSeconds) {
    return sum(RECEIVED_BYTES, fromSeconds, toSeconds) * 8 / (toSeconds - fromSeconds);
  }

  /** Share of packets lost. */
  public double lossShare(double fromSeconds, double toSeconds) {
    return sum(LOST_PACKETS, fromSeconds, toSeconds)
        / Math.max(1, sum(SENT_PACKETS, fromSeconds, toSeconds));
  }

  /** Share of bytes that were padding. */
  public double paddingShare(double fromSeconds, double toSeconds) {
    return sum(PADDING_BYTES, fromSeconds, toSeconds)
        / Math.max(1, sum(SENT_BYTES, fromSeconds, toSeconds));
  }

  /** A percentile of the time that received packets spent in the bottleneck's queue, in ms. */
  public double queueMillis(double percentile, double fromSeconds, double toSeconds) {
    return millis(queued, percentile, fromSeconds, toSeconds);
  }

  /** A percentile of the time that received packets had spent in the sender's pacer, in ms. */
  public double pacedMillis(double percentile, double fromSeconds, double toSeconds) {
    return millis(paced, percentile, fromSeconds, toSeconds);
  }

  private static double millis(
      List<Queued> all, double percentile, double fromSeconds, double toSeconds) {
    double[] sorted =
        all.stream()
            .filter(
                q ->
                    q.nanos() >= fromSeconds * VirtualTime.SECOND
                        && q.nanos() < toSeconds * VirtualTime.SECOND)
            .mapToDouble(q -> q.queueNanos() / 1e6)
            .sorted()
            .toArray();
    return sorted.length == 0 ? 0 : sorted[(int) (percentile / 100 * (sorted.length - 1))];
  }

  /**
   * How long after a change the rate sent over one second is first between two bounds, in seconds;
   * infinite if it never is before the end.
   */
  public double secondsUntilBetween(
      double lowBps, double highBps, double changeSeconds, double endSeconds) {
    for (double start = changeSeconds; start + 1 <= endSeconds + 1e-9; start += 0.1) {
      double rate = sentBps(start, start + 1);
      if (rate >= lowBps && rate <= highBps) {
        return start - changeSeconds;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Jain's fairness index of some rates: 1 when all are equal, 1/n when one has everything. */
  public static double jain(double... rates) {
    double sum = Arrays.stream(rates).sum();
    double squares = Arrays.stream(rates).map(rate -> rate * rate).sum();
    return squares == 0 ? 0 : sum * sum / (rates.length * squares);
  }

  private double sum(int field, double fromSeconds, double toSeconds) {
    int from = (int) Math.round(fromSeconds * VirtualTime.SECOND / BUCKET_NANOS);
    int to = (int) Math.round(toSeconds * VirtualTime.SECOND / BUCKET_NANOS);
    double sum = 0;
    for (int i = from; i < Math.min(to, buckets.size()); i++) {
      sum += buckets.get(i)[field];
    }
    return sum;
  }

  private long[] bucket(long nowNanos) {
    int index = (int) (nowNanos / BUCKET_NANOS);
    while (buckets.size() <= index) {
      buckets.add(new long[FIELDS]);
    }
    return buckets.get(index);
  }
}
