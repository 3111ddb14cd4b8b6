package dev.sluice.core.bandwidth;

import dev.sluice.core.control.EstimateReason;
import dev.sluice.core.rtcp.TransportFeedbackReader;

/**
 * How much the path to one subscriber carries, from what its receiver reports: from transport-wide
 * feedback by the trend of the delay ({@code RateController}) and by loss ({@code LossEstimator}),
 * the lower of the two; from probes; and, where the client sends no such feedback, from its own
 * estimate (REMB) and its receiver reports.
 *
 * <p>There may be no estimate. That is no reason to send less: whoever asks must treat it as no
 * limit, and may take video away only when {@link #congestionSeen} says that the path, not a lack
 * of traffic, speaks for it.
 *
 * <p>Owner: the room's worker. Rates in bit/s, of all that is numbered transport-wide, in the sizes
 * given to {@link #handleSent}. Nothing is allocated per packet or feedback.
 */
public final class BandwidthEstimator {
  /** There is no estimate. */
  public static final long UNKNOWN = -1;

  /** Feedback is missed when nothing has come for so long while packets left. */
  private static final long FEEDBACK_TIMEOUT_NANOS = 2_000_000_000L;

  private static final long TIMEOUT_STEP_NANOS = 500_000_000L;
  private static final double TIMEOUT_FACTOR = 0.8;
  private static final double TIMEOUT_FLOOR_BPS = 100_000;

  /** From then on the receiver's own estimate counts again. */
  private static final long FEEDBACK_GONE_NANOS = 10_000_000_000L;

  private static final long DEFAULT_ROUND_TRIP_NANOS = 200_000_000L;

  /** Growth this far beyond the rate at congestion shows that it is over. */
  private static final double CONGESTION_OVER = 1.25;

  /** A saturated probe lowers an estimate that it contradicts so clearly. */
  private static final double CONTRADICTION = 0.7;

  /** What arrives is so much above the estimate that the estimate is not what it follows. */
  private static final double FAR_ABOVE = 1.3;

  /** With a shorter queue than this nothing waits in the path. */
  private static final long CALM_QUEUE_NANOS = 25_000_000;

  /**
   * Packets arrive over so much longer than they were sent in: the path is full even for the little
   * that is sent.
   */
  private static final double STRETCHED = 1.25;

  /** A plan that takes less of the estimate than this does not fill the path. */
  private static final double FILLS_SHARE = 0.85;

  /** A receiver that is busy otherwise reads its socket later, by some tens of milliseconds. */
  private static final long LONG_QUEUE_NANOS = 100_000_000;

  private static final double FELT_LOSS = 0.02;

  private final SentPackets sentPackets = new SentPackets();
  private PathSignals path = new PathSignals(false);
  private final RateController delayBased = new RateController();
  private final ProbeResults probes = new ProbeResults();
  private final ApplicationLimit applicationLimit = new ApplicationLimit();
  private final ReceiverEstimate receiverEstimate = new ReceiverEstimate();

  private EstimateReason reason = EstimateReason.NO_FEEDBACK;
  private boolean feedbackSeen;
  private long lastFeedbackNanos;
  private long lastSentNanos;
  private long nextTimeoutStepNanos;
  private long reportedRoundTripNanos = -1;
  private long feedbackRoundTripNanos = -1;
  private double congestionBps = Double.NaN;
  private boolean everCongested;
  private long plannedBps = UNKNOWN;

  /**
   * The estimate by feedback as packets that leave find it, or not a number: kept here because each
   * packet asks for it, and few change it.
   */
  private double sendingBps = Double.NaN;

  /**
   * A packet leaves.
   *
   * @param transportSequence unwrapped, larger than every one before
   * @param sizeBytes as the path sees it, with the headers below RTP
   * @param probeClusterId the {@link ProbeCluster#id} that it belongs to, or 0
   */
  public void handleSent(long transportSequence, int sizeBytes, int probeClusterId, long nowNanos) {
    sentPackets.record(transportSequence, sizeBytes, probeClusterId, nowNanos);
    lastSentNanos = nowNanos;
    if (!Double.isNaN(sendingBps)) {
      applicationLimit.handleSent(sizeBytes, sendingBps, nowNanos);
    }
    // What it knows counts only where such feedback has long been missing.
    if (!feedbackSeen || nowNanos - lastFeedbackNanos > FEEDBACK_TIMEOUT_NANOS) {
      receiverEstimate.handleSent(sizeBytes, nowNanos);
    }
  }

  /**
   * What is sent comes in steps of layers, and takes so much of the path from now on.
   *
   * @param newPlannedBps 0 if nothing is planned that could fill it; {@link #UNKNOWN}, as at first,
   *     if what is sent follows the estimate by itself
   */
  public void setPlanned(long newPlannedBps) {
    plannedBps = newPlannedBps;
  }

  /** A probe's first packet is about to leave. */
  public void handleProbeStarted(ProbeCluster cluster, long nowNanos) {
    boolean alone = leavesRoom() || applicationLimited(nowNanos);
    probes.handleStarted(cluster, alone, nowNanos + roundTripNanos());
  }

  /** Takes a feedback packet in; the reader stands before its first status. */
  public void handleTransportFeedback(TransportFeedbackReader reader, long nowNanos) {
    while (reader.next()) {
      handleStatus(
          reader.sequence(),
          reader.received(),
          reader.received() ? reader.arrivalNanos() : 0,
          nowNanos);
    }
    handleStatusesEnd(nowNanos);
  }

  /**
   * Takes in what a receiver says of one packet, in the order of sending: for feedback formats
   * other than the transport-wide one, whose reader finds the transport sequence itself. After the
   * last status of a feedback comes {@link #handleStatusesEnd}.
   *
   * @param sequence16 the transport sequence number, of which the low 16 bits count
   * @param arrivalNanos when it arrived, on the receiver's clock; only if it was received
   */
  public void handleStatus(int sequence16, boolean received, long arrivalNanos, long nowNanos) {
    int entry = sentPackets.find(sequence16);
    if (entry == SentPackets.UNKNOWN) {
      return;
    }
    long sent = sentPackets.sentNanos(entry);
    int size = sentPackets.sizeBytes(entry);
    if (!received) {
      if (sentPackets.markLost(entry)) {
        path.handleLoss(sent, size);
      }
      return;
    }
    boolean late = sentPackets.isLost(entry);
    if (!sentPackets.markReceived(entry)) {
      return;
    }
    feedbackRoundTripNanos = nowNanos - sent;
    path.handleArrival(sent, arrivalNanos, size, late);
    int cluster = sentPackets.probeClusterId(entry);
    if (cluster != 0) {
      probes.handleArrival(cluster, sent, arrivalNanos, size);
    }
  }

  /** All statuses of one feedback have been taken in: the estimate follows. */
  public void handleStatusesEnd(long nowNanos) {
    feedbackSeen = true;
    lastFeedbackNanos = nowNanos;
    nextTimeoutStepNanos = nowNanos + FEEDBACK_TIMEOUT_NANOS;
    path.handleFeedbackEnd(nowNanos);
    long acknowledgedBps = path.acknowledgedBps();
    LossEstimator loss = path.loss();
    boolean limited = delayBased.known() && applicationLimited(nowNanos);
    boolean overuse = path.verdict() == EstimateState.OVERUSE;
    if (!delayBased.known() && acknowledgedBps > 0 && !overuse) {
      // A voice alone says little of what else would arrive.
      delayBased.set((double) Math.max(acknowledgedBps, ProbeController.START_BPS), nowNanos);
      reason = EstimateReason.FIRST_ARRIVALS;
    }
    if (overuse && probes.fillsPath(nowNanos)) {
      handleOwnQueue(nowNanos);
    } else if (probes.hasNew() && !overuse) {
      // The probe itself is no traffic that fills the path.
      handleProbeResult(limited || probes.fillsPath(nowNanos), nowNanos);
    } else {
      handleVerdict(limited, nowNanos);
    }
    probes.handleFeedbackEnd();
    believeWhatArrives();
    if (delayBased.known()) {
      loss.handleFeedbackEnd(
          delayBased.estimateBps(), limited ? UNKNOWN : acknowledgedBps, nowNanos);
      if (loss.limited()) {
        reason = EstimateReason.LOSS;
        congestionBps = loss.limitBps();
      } else if (reason == EstimateReason.LOSS && !path.competing().present()) {
        reason = EstimateReason.GROWTH;
      }
      if (currentBps() > CONGESTION_OVER * congestionBps && shownBps() > congestionBps) {
        congestionBps = Double.NaN;
      }
    }
    noteEstimate();
  }

  /** The receiver's own estimate of what it can take. */
  public void handleRemb(long bitrateBps, long nowNanos) {
    receiverEstimate.handleRemb(bitrateBps, nowNanos);
  }

  /**
   * A receiver report's loss, of a stream to this subscriber. Counts only while there is no
   * transport-wide feedback, which says the same better.
   */
  public void handleReceiverLoss(int fractionLost256, long nowNanos) {
    receiverEstimate.handleLoss(fractionLost256, nowNanos);
  }

  /** A measured round trip, as from a report block. */
  public void handleRoundTrip(long newRoundTripNanos) {
    reportedRoundTripNanos = newRoundTripNanos;
  }

  /**
   * What leaves from now on takes another path, as after a client has moved to another network.
   * What was lost on the way before says nothing of it; the estimate stays as a first guess,
   * without evidence.
   *
   * @param reliable whether it is a TCP connection: it repairs and orders by itself, and what waits
   *     for that arrives late and all at once. Of such delays nothing is concluded; what does not
   *     fit is lost before the connection, and counts as loss
   */
  public void handlePathChange(boolean reliable, long nowNanos) {
    sentPackets.forget();
    path = new PathSignals(reliable);
    congestionBps = Double.NaN;
    everCongested = false;
    lastFeedbackNanos = nowNanos;
    nextTimeoutStepNanos = nowNanos + FEEDBACK_TIMEOUT_NANOS;
    noteEstimate();
  }

  /** Lowers the estimate while feedback that used to come does not. */
  public void handleTimeout(long nowNanos) {
    if (nextDeadlineNanos() - nowNanos > 0) {
      return;
    }
    nextTimeoutStepNanos = nowNanos + TIMEOUT_STEP_NANOS;
    if (lastSentNanos - lastFeedbackNanos > 0) {
      delayBased.reduce(TIMEOUT_FACTOR, TIMEOUT_FLOOR_BPS, nowNanos);
      reason = EstimateReason.FEEDBACK_LOST;
      noteEstimate();
    }
  }

  /** When {@link #handleTimeout} is due; {@link Long#MAX_VALUE} for not at all. */
  public long nextDeadlineNanos() {
    return feedbackSeen && delayBased.known() ? nextTimeoutStepNanos : Long.MAX_VALUE;
  }

  /** The estimate in bit/s, or {@link #UNKNOWN}: then nothing is known that limits. */
  public long estimateBps(long nowNanos) {
    if (usesReceiverEstimate(nowNanos)) {
      return receiverEstimate.estimateBps();
    }
    return delayBased.known() ? (long) currentBps() : UNKNOWN;
  }

  /** What the path is taken to be in. */
  public EstimateState state(long nowNanos) {
    if (usesReceiverEstimate(nowNanos)) {
      return receiverEstimate.congestionSeen() ? EstimateState.LOSS_LIMITED : EstimateState.NORMAL;
    }
    if (!delayBased.known()) {
      return EstimateState.UNKNOWN;
    }
    if (path.competing().present()) {
      return EstimateState.LOSS_LIMITED;
    }
    EstimateState verdict = path.verdict();
    return verdict == EstimateState.NORMAL && path.loss().limited()
        ? EstimateState.LOSS_LIMITED
        : verdict;
  }

  /** What made the estimate what it is. */
  public EstimateReason reason(long nowNanos) {
    return usesReceiverEstimate(nowNanos) ? EstimateReason.RECEIVER : reason;
  }

  /**
   * Whether the estimate rests on congestion: queues that grew or packets that were lost at about
   * this rate. Only then is it a reason to pause video.
   */
  public boolean congestionSeen(long nowNanos) {
    return usesReceiverEstimate(nowNanos)
        ? receiverEstimate.congestionSeen()
        : !Double.isNaN(congestionBps);
  }

  /** The same with how much speaks for it now. */
  public CongestionEvidence evidence(long nowNanos) {
    if (!congestionSeen(nowNanos)) {
      return CongestionEvidence.NONE;
    }
    boolean felt =
        usesReceiverEstimate(nowNanos)
            || reason == EstimateReason.FEEDBACK_LOST
            || path.queueNanos() >= LONG_QUEUE_NANOS
            || path.loss().averageLoss() >= FELT_LOSS;
    return felt ? CongestionEvidence.FELT : CongestionEvidence.SEEN;
  }

  /** Whether less is sent than the estimate allows. */
  public boolean applicationLimited(long nowNanos) {
    return delayBased.known() && applicationLimit.limited(currentBps(), nowNanos);
  }

  /** What arrives at the receiver, or {@link #UNKNOWN}. */
  public long acknowledgedBps() {
    return path.acknowledgedBps();
  }

  /** Share of packets lost lately, 0 to 1. */
  public double lossShare() {
    return feedbackSeen ? path.loss().averageLoss() : receiverEstimate.lossShare();
  }

  /** How long packets wait in the path's queues. */
  public long queueDelayNanos() {
    return path.queueNanos();
  }

  /** The round trip, as reported or else as feedback shows it. */
  public long roundTripNanos() {
    if (reportedRoundTripNanos >= 0) {
      return reportedRoundTripNanos;
    }
    return feedbackRoundTripNanos >= 0 ? feedbackRoundTripNanos : DEFAULT_ROUND_TRIP_NANOS;
  }

  /** Probes measured so far; each step is a result that the estimate has taken in. */
  public long probesMeasured() {
    return probes.taken();
  }

  /** Whether the last probe measured found the path full. */
  public boolean probeSaturated() {
    return probes.saturated();
  }

  /**
   * A path on which nothing has ever been seen to go wrong carries at least what arrives by it.
   * Else an estimate that began with a voice alone would take minutes to reach what is sent in any
   * case.
   */
  private void believeWhatArrives() {
    everCongested |= !Double.isNaN(congestionBps);
    if (!everCongested
        && path.verdict() == EstimateState.NORMAL
        && path.queueNanos() < CALM_QUEUE_NANOS
        && delayBased.known()
        && path.acknowledgedBps() > FAR_ABOVE * delayBased.estimateBps()) {
      delayBased.raiseTo((double) path.acknowledgedBps());
      reason = EstimateReason.GROWTH;
    }
  }

  private void handleVerdict(boolean limited, long nowNanos) {
    if (path.competing().present()) {
      if (delayBased.compete(
          path.lossSeen(), path.acknowledgedBps(), limited, roundTripNanos(), nowNanos)) {
        reason = EstimateReason.LOSS;
        congestionBps = delayBased.estimateBps();
      }
      return;
    }
    double before = delayBased.known() ? delayBased.estimateBps() : 0;
    EstimateState verdict = path.verdict();
    // What is planned is not used up; yet when queues grow, what arrives may be all there is.
    boolean unused = limited || (verdict != EstimateState.OVERUSE && leavesRoom());
    boolean lowered =
        delayBased.update(
            verdict,
            path.acknowledgedBps(),
            unused && path.stretch() < STRETCHED,
            roundTripNanos(),
            path.queueNanos(),
            nowNanos);
    if (lowered) {
      path.competing().handleCut(nowNanos);
    }
    // An estimate that is below what arrives is not lowered; the path is full all the same.
    boolean full = verdict == EstimateState.OVERUSE && delayBased.known() && !limited;
    if (lowered || full) {
      reason = EstimateReason.OVERUSE;
      congestionBps = Math.max(delayBased.estimateBps(), (double) path.acknowledgedBps());
    } else if (delayBased.known() && delayBased.estimateBps() > before) {
      reason = before == 0 ? EstimateReason.FIRST_ARRIVALS : EstimateReason.GROWTH;
    }
  }

  private void handleOwnQueue(long nowNanos) {
    if (!probes.hasNew()) {
      return;
    }
    probes.take();
    if (probes.saturated()) {
      delayBased.set(Math.max(probes.resultBps(), (double) path.acknowledgedBps()), nowNanos);
      congestionBps = delayBased.estimateBps();
      reason = EstimateReason.PROBE;
    }
  }

  private void handleProbeResult(boolean limited, long nowNanos) {
    probes.take();
    double result = probes.resultBps();
    double current = delayBased.estimateBps();
    // A probe that fills a path shared with others measures more than its share of it.
    boolean pushed = probes.saturated() && delayBased.nearCapacity() && !limited;
    boolean higher = !delayBased.known() || (result > current && !pushed);
    boolean contradicts =
        limited && !path.reliable() && probes.saturated() && result < CONTRADICTION * current;
    if (higher) {
      delayBased.set(result, nowNanos);
      reason = EstimateReason.PROBE;
    } else if (contradicts) {
      delayBased.set(Math.max(result, (double) path.acknowledgedBps()), nowNanos);
      congestionBps = delayBased.estimateBps();
      reason = EstimateReason.PROBE;
    }
  }

  private boolean usesReceiverEstimate(long nowNanos) {
    boolean noFeedback = !feedbackSeen || nowNanos - lastFeedbackNanos > FEEDBACK_GONE_NANOS;
    return noFeedback && receiverEstimate.known(nowNanos);
  }

  /** Whether the plan cannot use all of the estimate. */
  private boolean leavesRoom() {
    return plannedBps >= 0 && delayBased.known() && plannedBps < FILLS_SHARE * currentBps();
  }

  /** What has really arrived; that the estimate has grown proves nothing. */
  private double shownBps() {
    double arrives = (double) path.acknowledgedBps();
    return probes.taken() > 0 && !probes.saturated()
        ? Math.max(arrives, probes.resultBps())
        : arrives;
  }

  private void noteEstimate() {
    sendingBps = delayBased.known() ? currentBps() : Double.NaN;
  }

  private double currentBps() {
    return path.loss().limited()
        ? Math.min(delayBased.estimateBps(), path.loss().limitBps())
        : delayBased.estimateBps();
  }
}
