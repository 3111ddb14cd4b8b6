package dev.sluice.core.bandwidth;

/**
 * Packets at a constant rate over a path that is said in two numbers, with feedback every 50 ms.
 */
final class PathSimulation {
  static final int SIZE_BYTES = 1_000;
  private static final long FEEDBACK_NANOS = 50_000_000;
  private static final long DELAY_NANOS = 30_000_000;

  final BandwidthEstimator estimator;
  long nowNanos = 1_000_000_000;
  long nextSequence = 0x1_0000;
  private long reported = 0x1_0000;
  private long busyUntilNanos;
  private final long[] arrivals = new long[1 << 16];

  PathSimulation() {
    this(new BandwidthEstimator());
  }

  /** The path of an estimator that is somebody else's. */
  PathSimulation(BandwidthEstimator estimator) {
    this.estimator = estimator;
  }

  /** Sends for a while over a link of that capacity whose queue is endless. */
  void run(double seconds, double rateBps, double capacityBps) {
    long end = nowNanos + (long) (seconds * 1e9);
    long interval = (long) (SIZE_BYTES * 8e9 / rateBps);
    long nextFeedback = nowNanos + FEEDBACK_NANOS;
    long nextSend = nowNanos;
    while (nowNanos < end) {
      if (nextSend <= nextFeedback) {
        nowNanos = nextSend;
        send(0, capacityBps);
        nextSend += interval;
      } else {
        nowNanos = nextFeedback;
        feedback();
        nextFeedback += FEEDBACK_NANOS;
      }
    }
  }

  /** Sends one packet. */
  void send(int probeClusterId, double capacityBps) {
    busyUntilNanos = Math.max(busyUntilNanos, nowNanos) + (long) (SIZE_BYTES * 8e9 / capacityBps);
    arrivals[(int) (nextSequence & 0xFFFF)] = busyUntilNanos + DELAY_NANOS;
    estimator.handleSent(nextSequence++, SIZE_BYTES, probeClusterId, nowNanos);
  }

  /** Reports everything that has arrived. */
  void feedback() {
    boolean any = false;
    while (reported < nextSequence && arrivals[(int) (reported & 0xFFFF)] <= nowNanos) {
      int number = (int) (reported++ & 0xFFFF);
      estimator.handleStatus(number, true, arrivals[number], nowNanos);
      any = true;
    }
    if (any) {
      estimator.handleStatusesEnd(nowNanos);
    }
  }

  long estimateBps() {
    return estimator.estimateBps(nowNanos);
  }
}
