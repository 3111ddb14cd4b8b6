package dev.sluice.core.bandwidth;

import dev.sluice.core.rtcp.TransportFeedbackReader;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's estimator, probes and pacer, joined: the estimate sets the pace, the demand sets
 * the probes, and what leaves is remembered for the feedback to come.
 *
 * <p>Use: {@link #setDemand} after each allocation; {@link #handleTransportFeedback} and the other
 * reports as they come; {@link #handleTime} at {@link #nextDeadlineNanos}; drain {@link #pacer()}
 * and tell {@link #handleSent} of each packet. Owner: the room's worker. Nothing is allocated per
 * packet.
 */
public final class CongestionController {
  /**
   * The queue in the server drains faster than the estimate, so that frames, which come in lumps,
   * do not wait for each other; slow enough that a frame is spread over most of its interval.
   */
  private static final double PACING_FACTOR = 1.5;

  private final BandwidthEstimator estimator = new BandwidthEstimator();
  private final ProbeController probes = new ProbeController();
  private final Pacer pacer = new Pacer();
  private @Nullable ProbePlan lastProbe;
  private long probesSent;
  private long sentBytes;
  private long paddingBytes;

  /** See {@link ProbeController#setDemand}. */
  public void setDemand(long wantedBps, long upgradeBps) {
    probes.setDemand(wantedBps, upgradeBps);
  }

  /** Takes a feedback packet in; the reader stands before its first status. */
  public void handleTransportFeedback(TransportFeedbackReader reader, long nowNanos) {
    estimator.handleTransportFeedback(reader, nowNanos);
    handleTime(nowNanos);
  }

  /** A packet that the pacer let go leaves under this number; see {@link Pacer#next}. */
  public void handleSent(long transportSequence, int sizeBytes, long nowNanos) {
    estimator.handleSent(transportSequence, sizeBytes, pacer.probeClusterId(), nowNanos);
    sentBytes += sizeBytes;
    paddingBytes += pacer.kind() == TrafficKind.PADDING ? sizeBytes : 0;
  }

  /** Does what is due. */
  public void handleTime(long nowNanos) {
    estimator.handleTimeout(nowNanos);
    long estimate = estimator.estimateBps(nowNanos);
    pacer.setRate(estimate < 0 ? 0 : (long) (PACING_FACTOR * estimate));
    if (pacer.probing()) {
      return;
    }
    ProbePlan plan = probes.poll(estimator, nowNanos);
    if (plan != null) {
      lastProbe = plan;
      probesSent++;
      estimator.handleProbeStarted(plan.cluster());
      pacer.startProbe(plan.cluster());
    }
  }

  /** When {@link #handleTime} or the pacer is due. */
  public long nextDeadlineNanos(long nowNanos) {
    long time = Math.min(estimator.nextDeadlineNanos(), probes.nextDeadlineNanos());
    return Math.min(Math.max(time, nowNanos), pacer.nextDeadlineNanos(nowNanos));
  }

  /** For reports other than transport-wide feedback, and for what is known. */
  public BandwidthEstimator estimator() {
    return estimator;
  }

  /** For queueing and draining. */
  public Pacer pacer() {
    return pacer;
  }

  /** The last probe planned, or null. */
  public @Nullable ProbePlan lastProbe() {
    return lastProbe;
  }

  /** Probes planned so far. */
  public long probesSent() {
    return probesSent;
  }

  /** All bytes sent so far. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Those of them that were padding. */
  public long paddingBytes() {
    return paddingBytes;
  }
}
