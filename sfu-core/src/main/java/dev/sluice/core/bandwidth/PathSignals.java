package dev.sluice.core.bandwidth;

/**
 * What the packets of one path tell of it: the trend of their delay, how long they wait, the rate
 * at which they arrive, the share that is lost, and whether other traffic keeps the queue full.
 * When a client moves, its new path begins with signals of its own.
 *
 * <p>Owner: the room's worker. Allocates nothing per packet.
 */
final class PathSignals {
  private final PacketGroups groups = new PacketGroups();
  private final DelayTrend trend = new DelayTrend();
  private final QueueDelay queueDelay = new QueueDelay();
  private final AcknowledgedRate acknowledged = new AcknowledgedRate();
  private final LossEstimator loss = new LossEstimator();
  private final CompetingTraffic competing = new CompetingTraffic();
  private final boolean reliable;
  private long acknowledgedBps = AcknowledgedRate.UNKNOWN;
  private boolean lossInFeedback;
  private boolean lossSeen;

  /**
   * @param reliable whether the path is a TCP connection: what waits there for a repair arrives
   *     late and all at once, so nothing is concluded from delays
   */
  PathSignals(boolean reliable) {
    this.reliable = reliable;
  }

  /** A packet has arrived; {@code late} if it had been reported lost. */
  void handleArrival(long sentNanos, long arrivalNanos, int sizeBytes, boolean late) {
    if (late) {
      loss.handleLateArrival();
    } else {
      loss.handlePacket(sentNanos, sizeBytes, false);
    }
    acknowledged.handleArrival(sentNanos, arrivalNanos, sizeBytes);
    queueDelay.handleArrival(sentNanos, arrivalNanos);
    if (groups.handleArrival(sentNanos, arrivalNanos)) {
      trend.handleGroup(
          groups.sendDeltaNanos(), groups.arrivalDeltaNanos(), groups.groupArrivalNanos());
    }
  }

  /** A packet is reported lost. */
  void handleLoss(long sentNanos, int sizeBytes) {
    lossInFeedback = true;
    loss.handlePacket(sentNanos, sizeBytes, true);
  }

  /** All packets of one feedback have been taken in. */
  void handleFeedbackEnd(long nowNanos) {
    queueDelay.handleFeedbackEnd(nowNanos);
    competing.handleQueue(queueDelay.nanos(), nowNanos);
    acknowledgedBps = acknowledged.bitrateBps();
    lossSeen = lossInFeedback;
    lossInFeedback = false;
  }

  /** Whether the last feedback told of lost packets. */
  boolean lossSeen() {
    return lossSeen;
  }

  /**
   * What the delays say. They grow in a full path, but also while a busy receiver reads its socket
   * late; so that only a queue that no packet escapes is one.
   */
  EstimateState verdict() {
    if (reliable) {
      return EstimateState.NORMAL;
    }
    EstimateState state = trend.state();
    return state == EstimateState.OVERUSE && !queueDelay.stands() ? EstimateState.NORMAL : state;
  }

  boolean reliable() {
    return reliable;
  }

  long queueNanos() {
    return queueDelay.nanos();
  }

  /** What arrives in bit/s as of the last feedback, or {@link AcknowledgedRate#UNKNOWN}. */
  long acknowledgedBps() {
    return acknowledgedBps;
  }

  /** See {@link AcknowledgedRate#stretch}. */
  double stretch() {
    return acknowledged.stretch();
  }

  LossEstimator loss() {
    return loss;
  }

  CompetingTraffic competing() {
    return competing;
  }
}
