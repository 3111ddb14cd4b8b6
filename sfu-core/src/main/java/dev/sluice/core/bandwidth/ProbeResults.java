package dev.sluice.core.bandwidth;

/**
 * Measures probes: the rate at which the packets of one cluster arrived, against the rate at which
 * they were sent. Arrived slower than sent, they found the capacity; else it is at least that.
 * Knows as well when a queue is only the probe's own.
 *
 * <p>Owner: the room's worker. Allocates nothing per packet.
 */
final class ProbeResults {
  private static final int CLUSTERS = 8;
  private static final double NEEDED_SHARE = 0.8;
  private static final long MAX_INTERVAL_NANOS = 1_000_000_000L;

  /** A faster arrival than this was a burst somewhere, not a rate. */
  private static final double MAX_RATIO = 2;

  private static final double UNSATURATED_RATIO = 0.9;

  /** Of a capacity that was found, so much is used. */
  private static final double UTILIZATION = 0.95;

  /**
   * A probe has come and gone, with the queue that it made, a round trip and this after it began.
   */
  private static final long OWN_QUEUE_NANOS = 500_000_000;

  private final int[] ids = new int[CLUSTERS];
  private final int[] neededBytes = new int[CLUSTERS];
  private final int[] neededPackets = new int[CLUSTERS];
  private final int[] packets = new int[CLUSTERS];
  private final long[] bytes = new long[CLUSTERS];
  private final long[] firstSent = new long[CLUSTERS];
  private final long[] lastSent = new long[CLUSTERS];
  private final long[] firstArrival = new long[CLUSTERS];
  private final long[] lastArrival = new long[CLUSTERS];
  private final int[] firstArrivalBytes = new int[CLUSTERS];
  private final int[] lastSentBytes = new int[CLUSTERS];
  private int next;

  private double resultBps;
  private boolean saturated;
  private boolean hasNew;
  private long taken;
  private boolean alone;
  private long ownQueueUntilNanos;

  /**
   * A cluster is about to be sent.
   *
   * @param besideLittle whether the rest of the traffic is far from filling the path
   * @param arrivesNanos when its first packet is answered for, if it waits nowhere
   */
  void handleStarted(ProbeCluster cluster, boolean besideLittle, long arrivesNanos) {
    alone = besideLittle;
    ownQueueUntilNanos = arrivesNanos + OWN_QUEUE_NANOS;
    ids[next] = cluster.id();
    neededBytes[next] = (int) (NEEDED_SHARE * cluster.minBytes());
    neededPackets[next] = (int) (NEEDED_SHARE * cluster.minPackets());
    packets[next] = 0;
    bytes[next] = 0;
    firstSent[next] = Long.MAX_VALUE;
    lastSent[next] = Long.MIN_VALUE;
    firstArrival[next] = Long.MAX_VALUE;
    lastArrival[next] = Long.MIN_VALUE;
    next = (next + 1) % CLUSTERS;
  }

  /** Takes a received packet of a cluster in. */
  void handleArrival(int clusterId, long sentNanos, long arrivalNanos, int sizeBytes) {
    for (int i = 0; i < CLUSTERS; i++) {
      if (ids[i] == clusterId) {
        add(i, sentNanos, arrivalNanos, sizeBytes);
        hasNew |= packets[i] >= neededPackets[i] && bytes[i] >= neededBytes[i] && measure(i);
        return;
      }
    }
  }

  /** What is new in a feedback has been taken, or is of no use. */
  void handleFeedbackEnd() {
    hasNew = false;
  }

  /** Whether the feedback that is being taken in has brought a result. */
  boolean hasNew() {
    return hasNew;
  }

  /** The estimate has heard of the new result. */
  void take() {
    taken++;
  }

  /** How many results have been taken. */
  long taken() {
    return taken;
  }

  /**
   * Whether what fills the path is a probe, beside traffic that is far from filling it: then the
   * queue says that the probe was too much, and what arrives says nothing of the path.
   */
  boolean fillsPath(long nowNanos) {
    alone = alone && ownQueueUntilNanos - nowNanos > 0;
    return alone;
  }

  /** The rate that the last result allows. */
  double resultBps() {
    return resultBps;
  }

  /** Whether the last result found the path full. */
  boolean saturated() {
    return saturated;
  }

  private void add(int i, long sentNanos, long arrivalNanos, int sizeBytes) {
    packets[i]++;
    bytes[i] += sizeBytes;
    firstSent[i] = Math.min(firstSent[i], sentNanos);
    if (sentNanos > lastSent[i]) {
      lastSent[i] = sentNanos;
      lastSentBytes[i] = sizeBytes;
    }
    if (arrivalNanos < firstArrival[i]) {
      firstArrival[i] = arrivalNanos;
      firstArrivalBytes[i] = sizeBytes;
    }
    lastArrival[i] = Math.max(lastArrival[i], arrivalNanos);
  }

  private boolean measure(int i) {
    long sendSpan = lastSent[i] - firstSent[i];
    long arrivalSpan = lastArrival[i] - firstArrival[i];
    if (sendSpan <= 0
        || arrivalSpan <= 0
        || sendSpan > MAX_INTERVAL_NANOS
        || arrivalSpan > MAX_INTERVAL_NANOS) {
      return false;
    }
    // The last packet was still being sent when its span ended, the first had been received.
    double sentBps = (bytes[i] - lastSentBytes[i]) * 8e9 / sendSpan;
    double receivedBps = (bytes[i] - firstArrivalBytes[i]) * 8e9 / arrivalSpan;
    if (receivedBps > MAX_RATIO * sentBps) {
      return false;
    }
    saturated = receivedBps < UNSATURATED_RATIO * sentBps;
    resultBps = saturated ? UTILIZATION * receivedBps : Math.min(sentBps, receivedBps);
    return true;
  }
}
