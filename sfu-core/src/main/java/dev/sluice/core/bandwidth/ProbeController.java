package dev.sluice.core.bandwidth;

import org.jspecify.annotations.Nullable;

/**
 * Decides when to probe, and how fast. A probe is planned only if more than the estimate is wanted
 * and nothing speaks against it: no queue, no loss at this rate, none under way. It never asks for
 * more than a little above what is wanted.
 *
 * <p>Owner: the room's worker. Rates in bit/s. Allocates only when it plans.
 */
public final class ProbeController {
  /** Where a path of which nothing is known is expected to be. */
  public static final long START_BPS = 300_000;

  private static final double JOIN_FACTOR = 3;
  private static final double FURTHER_FACTOR = 2;
  private static final double FURTHER_ABOVE = 0.7;
  private static final double APPLICATION_LIMITED_FACTOR = 2;
  private static final double GROWTH_FACTOR = 1.5;
  private static final double UPGRADE_HEADROOM = 1.15;

  /**
   * Measured layers are never twice the same; an upgrade that costs so much more is another one.
   */
  private static final double OTHER_UPGRADE = 1.25;

  private static final double MAX_UPGRADE_FACTOR = 2;
  private static final double AFTER_CONGESTION_FACTOR = 1.5;
  private static final double LARGE_DROP = 0.66;
  private static final double RECOVERY_SHARE = 0.85;

  private static final long RESULT_TIMEOUT_NANOS = 1_000_000_000L;
  private static final long PERIOD_NANOS = 4_000_000_000L;
  private static final long MIN_UPGRADE_INTERVAL_NANOS = 1_000_000_000L;
  private static final long MAX_UPGRADE_INTERVAL_NANOS = 16_000_000_000L;

  /** While all pictures are paused, for want of a path that carries one, it is asked more often. */
  private static final long MAX_PAUSED_INTERVAL_NANOS = 2_000_000_000L;

  private static final long RECOVERY_AFTER_NANOS = 1_000_000_000L;
  private static final long RECOVERY_WITHIN_NANOS = 5_000_000_000L;

  /** With such a queue in the path a probe would only make it longer. */
  private static final long MAX_QUEUE_NANOS = 60_000_000;

  private static final double PROBE_SECONDS = 0.08;
  private static final int MIN_PACKETS = 5;
  private static final int MIN_BYTES = 1_000;

  private long wantedBps;
  private long upgradeBps;
  private double triedUpgradeBps;
  private boolean started;
  private boolean waiting;
  private int nextId = 1;
  private long lastProbeNanos;
  private double lastRateBps;
  private long measuredBefore;
  private long upgradeIntervalNanos = MIN_UPGRADE_INTERVAL_NANOS;
  private long lastUpgradeNanos;
  private long polledNanos;
  private double highBps;
  private double beforeDropBps;
  private long dropNanos;
  private boolean recoveryDue;

  /**
   * What the allocation would do with more.
   *
   * @param wanted the most that would be sent if the path carried anything; 0 for nothing
   * @param upgrade what the next better plan needs, or 0 if there is none
   * @param allPaused whether nothing of what is wanted is sent
   */
  public void setDemand(long wanted, long upgrade, boolean allPaused) {
    boolean sameUpgrade =
        upgrade <= OTHER_UPGRADE * triedUpgradeBps && OTHER_UPGRADE * upgrade >= triedUpgradeBps;
    if (!sameUpgrade) {
      triedUpgradeBps = (double) upgrade;
      upgradeIntervalNanos = MIN_UPGRADE_INTERVAL_NANOS;
    }
    if (allPaused) {
      upgradeIntervalNanos = Math.min(upgradeIntervalNanos, MAX_PAUSED_INTERVAL_NANOS);
    }
    wantedBps = wanted;
    upgradeBps = upgrade;
  }

  /** The probe to send now, or null: the usual answer. */
  public @Nullable ProbePlan poll(BandwidthEstimator estimator, long nowNanos) {
    long estimate = estimator.estimateBps(nowNanos);
    EstimateState state = estimator.state(nowNanos);
    polledNanos = nowNanos;
    noticeDrop(estimate, state, nowNanos);
    boolean joins = !started && wantedBps > 0;
    started |= joins;
    if (wantedBps <= 0 || estimate >= wantedBps) {
      waiting = false;
      return null;
    }
    if (joins) {
      return plan(ProbeReason.JOIN, JOIN_FACTOR * START_BPS, estimator, nowNanos);
    }
    if (waiting && nowNanos - lastProbeNanos > RESULT_TIMEOUT_NANOS) {
      waiting = false;
    }
    boolean free = state == EstimateState.NORMAL && estimator.queueDelayNanos() < MAX_QUEUE_NANOS;
    if (!free || estimate < 0) {
      return null;
    }
    if (waiting) {
      return further(estimate, estimator, nowNanos);
    }
    return periodic(estimate, estimator, nowNanos);
  }

  /**
   * A probe is on its way, so that no other is planned now: what was due by now is so no longer.
   */
  void handleProbing(long nowNanos) {
    polledNanos = nowNanos;
  }

  /**
   * The next moment at which {@link #poll} may answer although nothing has happened since it was
   * last asked; {@link Long#MAX_VALUE} for none.
   */
  public long nextDeadlineNanos() {
    if (wantedBps <= 0 || !started) {
      return Long.MAX_VALUE;
    }
    long next = ahead(lastProbeNanos + RESULT_TIMEOUT_NANOS);
    next = Math.min(next, ahead(lastProbeNanos + PERIOD_NANOS));
    if (upgradeBps > 0) {
      long due =
          Math.max(
              lastUpgradeNanos + upgradeIntervalNanos, lastProbeNanos + MIN_UPGRADE_INTERVAL_NANOS);
      next = Math.min(next, ahead(due));
    }
    return recoveryDue ? Math.min(next, ahead(dropNanos + RECOVERY_AFTER_NANOS)) : next;
  }

  private long ahead(long timeNanos) {
    return timeNanos - polledNanos >= 0 ? timeNanos + 1 : Long.MAX_VALUE;
  }

  /**
   * A path that was full a moment ago is asked for a little more first: what it carries is about
   * known, and a probe far above that is only a queue. If it passes, the next one follows at once.
   */
  private static double bounded(
      double rateBps, long estimate, BandwidthEstimator estimator, long nowNanos) {
    return estimator.congestionSeen(nowNanos)
        ? Math.min(rateBps, AFTER_CONGESTION_FACTOR * estimate)
        : rateBps;
  }

  private @Nullable ProbePlan further(long estimate, BandwidthEstimator estimator, long nowNanos) {
    if (estimator.probesMeasured() == measuredBefore) {
      return null;
    }
    waiting = false;
    return estimate > FURTHER_ABOVE * lastRateBps && !estimator.probeSaturated()
        ? plan(
            ProbeReason.FURTHER,
            bounded(FURTHER_FACTOR * estimate, estimate, estimator, nowNanos),
            estimator,
            nowNanos)
        : null;
  }

  private @Nullable ProbePlan periodic(long estimate, BandwidthEstimator estimator, long nowNanos) {
    if (recoveryDue && nowNanos - dropNanos > RECOVERY_AFTER_NANOS) {
      recoveryDue = false;
      double rate = RECOVERY_SHARE * beforeDropBps;
      if (nowNanos - dropNanos < RECOVERY_WITHIN_NANOS && rate > estimate) {
        return plan(
            ProbeReason.RECOVERY,
            bounded(rate, estimate, estimator, nowNanos),
            estimator,
            nowNanos);
      }
    }
    if (upgradeBps > estimate
        && nowNanos - lastUpgradeNanos > upgradeIntervalNanos
        && nowNanos - lastProbeNanos > MIN_UPGRADE_INTERVAL_NANOS) {
      lastUpgradeNanos = nowNanos;
      // Each probe that did not lead to the upgrade makes the next one wait longer.
      upgradeIntervalNanos = Math.min(2 * upgradeIntervalNanos, MAX_UPGRADE_INTERVAL_NANOS);
      double rate = Math.min(UPGRADE_HEADROOM * upgradeBps, MAX_UPGRADE_FACTOR * estimate);
      return plan(
          ProbeReason.UPGRADE, bounded(rate, estimate, estimator, nowNanos), estimator, nowNanos);
    }
    if (nowNanos - lastProbeNanos < PERIOD_NANOS) {
      return null;
    }
    return estimator.applicationLimited(nowNanos)
        ? plan(
            ProbeReason.APPLICATION_LIMITED,
            APPLICATION_LIMITED_FACTOR * estimate,
            estimator,
            nowNanos)
        : plan(ProbeReason.GROWTH, GROWTH_FACTOR * estimate, estimator, nowNanos);
  }

  private void noticeDrop(long estimate, EstimateState state, long nowNanos) {
    if (estimate < 0) {
      return;
    }
    if (estimate < LARGE_DROP * highBps) {
      beforeDropBps = highBps;
      highBps = (double) estimate;
      recoveryDue = true;
      dropNanos = nowNanos;
    } else if (state == EstimateState.OVERUSE && recoveryDue) {
      highBps = (double) estimate;
      dropNanos = nowNanos;
    } else {
      highBps = Math.max(highBps, (double) estimate);
    }
    if (!recoveryDue && state == EstimateState.OVERUSE) {
      // A slow decline is no drop.
      highBps = Math.max((double) estimate, highBps - 0.02 * (highBps - estimate));
    }
  }

  private ProbePlan plan(
      ProbeReason reason, double rateBps, BandwidthEstimator estimator, long nowNanos) {
    double rate = Math.max(RateController.MIN_BPS, Math.min(rateBps, UPGRADE_HEADROOM * wantedBps));
    waiting = true;
    lastProbeNanos = nowNanos;
    lastRateBps = rate;
    measuredBefore = estimator.probesMeasured();
    int bytes = Math.max(MIN_BYTES, (int) (rate / 8 * PROBE_SECONDS));
    int id = nextId;
    nextId = nextId == SentPackets.MAX_CLUSTER ? 1 : nextId + 1;
    return new ProbePlan(reason, new ProbeCluster(id, (long) rate, bytes, MIN_PACKETS));
  }
}
