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

  /** On a full path more would only wait there, and be lost. */
  private static final double FULL_PATH_PACING_FACTOR = 1.1;

  /**
   * As long as nothing shows that the path is full, packets leave at least at this pace: the first
   * keyframe of a call comes before any estimate could know what the path carries.
   */
  private static final long UNPROVEN_PACING_BPS = 5_000_000;

  private static final double REPAIR_SHARE = 0.15;
  private static final double REPAIR_BURST_NANOS = 200e6;

  /** An estimate may be so much too low before what was allocated to a path is looked at anew. */
  private static final double OVERSPENT_FACTOR = 1.05;

  private final BandwidthEstimator estimator = new BandwidthEstimator();
  private final ProbeController probes = new ProbeController();
  private final Pacer pacer = new Pacer();
  private @Nullable ProbePlan lastProbe;
  private boolean enabled = true;
  private double repairBytes;
  private long repairNanos;
  private long allocatedBps;
  private long probesSent;
  private long sentBytes;
  private long paddingBytes;

  /** Neither estimates nor paces nor probes, from before the first packet on. */
  public void disable() {
    enabled = false;
  }

  /**
   * What the allocation takes of the path, and would do with more.
   *
   * @param allocated what can be taken back of what is sent, with all that goes before it; 0 when
   *     nothing can; {@link BandwidthEstimator#UNKNOWN} if what is sent follows the estimate by
   *     itself
   * @param wanted see {@link ProbeController#setDemand}, as for {@code upgrade}
   */
  public void setDemand(long allocated, long wanted, long upgrade) {
    allocatedBps = allocated;
    estimator.setPlanned(allocated);
    probes.setDemand(wanted, upgrade, allocated == 0);
  }

  /**
   * Whether so many bytes may be spent on repair now. A path that is known to be full loses what
   * does not fit; to send that again at once, and again as often as it is asked for, would keep it
   * full. So there repair gets a share of the estimate, or all that was not allocated.
   */
  public boolean tryRepair(int bytes, long nowNanos) {
    if (!enabled || !estimator.congestionSeen(nowNanos)) {
      return true;
    }
    long estimate = estimator.estimateBps(nowNanos);
    long left = allocatedBps > 0 ? estimate - allocatedBps : 0;
    double bytesPerNano = Math.max(REPAIR_SHARE * estimate, (double) left) / 8e9;
    double earned = (nowNanos - repairNanos) * bytesPerNano;
    repairBytes = Math.min(repairBytes + earned, REPAIR_BURST_NANOS * bytesPerNano);
    repairNanos = nowNanos;
    if (repairBytes <= 0) {
      return false;
    }
    repairBytes -= bytes;
    return true;
  }

  /** Whether the path is known to be full. */
  public boolean congested(long nowNanos) {
    return enabled && estimator.congestionSeen(nowNanos);
  }

  /** Whether the path is full and no longer carries what was allocated. */
  public boolean overspent(long nowNanos) {
    return allocatedBps > 0
        && estimator.congestionSeen(nowNanos)
        && allocatedBps > OVERSPENT_FACTOR * estimator.estimateBps(nowNanos);
  }

  /** Takes a feedback packet in; the reader stands before its first status. */
  public void handleTransportFeedback(TransportFeedbackReader reader, long nowNanos) {
    estimator.handleTransportFeedback(reader, nowNanos);
    handleTime(nowNanos);
  }

  /** A packet that the pacer let go leaves under this number; see {@link Pacer#next}. */
  public void handleSent(long transportSequence, int sizeBytes, long nowNanos) {
    if (!enabled) {
      return;
    }
    estimator.handleSent(transportSequence, sizeBytes, pacer.probeClusterId(), nowNanos);
    sentBytes += sizeBytes;
    paddingBytes += pacer.kind() == TrafficKind.PADDING ? sizeBytes : 0;
  }

  /** A packet that the pacer let pass leaves under this number. */
  public void handlePassed(TrafficKind kind, long transportSequence, int sizeBytes, long nowNanos) {
    if (!enabled) {
      return;
    }
    pacer.handlePassed(kind, sizeBytes, nowNanos);
    handleSent(transportSequence, sizeBytes, nowNanos);
  }

  /** Does what is due. */
  public void handleTime(long nowNanos) {
    if (!enabled) {
      return;
    }
    estimator.handleTimeout(nowNanos);
    long estimate = estimator.estimateBps(nowNanos);
    boolean full = estimator.congestionSeen(nowNanos);
    pacer.setRate(estimate < 0 ? 0 : pacingBps(estimate, full), full);
    if (pacer.probing()) {
      probes.handleProbing(nowNanos);
      return;
    }
    ProbePlan plan = probes.poll(estimator, nowNanos);
    if (plan != null) {
      lastProbe = plan;
      probesSent++;
      estimator.handleProbeStarted(plan.cluster(), nowNanos);
      pacer.startProbe(plan.cluster());
    }
  }

  private long pacingBps(long estimate, boolean full) {
    if (!full) {
      return Math.max((long) (PACING_FACTOR * estimate), UNPROVEN_PACING_BPS);
    }
    // What is allocated flows: whether it is too much shows in the path's queue, not here. At its
    // mean rate it would not flow, for it comes in frames.
    return allocatedBps > estimate
        ? (long) (PACING_FACTOR * allocatedBps)
        : (long) (FULL_PATH_PACING_FACTOR * estimate);
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
