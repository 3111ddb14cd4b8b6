package dev.sluice.core.bandwidth;

/**
 * The loss-based estimate: the capacity that best explains which share of the packets was lost at
 * which sending rate. A path is modelled as one that loses a share of everything (its inherent
 * loss: radio, a policer far away) and all that is sent beyond its capacity. Of some candidate
 * capacities the one is chosen under which the observations of the last seconds are most likely,
 * with a small preference for the higher one. So loss that does not depend on the rate, as of a bad
 * radio link or of a quiet sender, does not lower the estimate, while loss that grows with the rate
 * does (the approach of libwebrtc's loss-based estimator, version 2).
 *
 * <p>Owner: the room's worker. Rates in bit/s. Allocates nothing; computes four times a second.
 */
final class LossEstimator {
  private static final int WINDOW = 20;
  private static final long MIN_OBSERVATION_NANOS = 250_000_000;
  private static final int MIN_OBSERVATIONS = 3;
  private static final double AGEING = 0.9;

  private static final double[] FACTORS = {1.02, 1.0, 0.95};
  private static final double MAX_GROWTH = 1.3;
  private static final long GROWTH_WINDOW_NANOS = 300_000_000;

  private static final double MIN_INHERENT_LOSS = 0.001;
  private static final double MAX_INHERENT_LOSS = 0.05;

  /** At low rates more loss is borne: so much more of it as this is of the rate. */
  private static final double LOSS_BALANCE_BPS = 75_000;

  /** Above this loss the lower of two candidates is preferred. */
  private static final double PREFER_HIGH_BELOW_LOSS = 0.15;

  private static final double PREFERENCE_SMOOTHING = 0.002;
  private static final double PREFERENCE_PER_KBPS = 0.0002;
  private static final double PREFERENCE_PER_LOG_KBPS = 0.02;
  private static final int SEARCH_STEPS = 10;

  private final int[] packets = new int[WINDOW];
  private final int[] lost = new int[WINDOW];
  private final double[] sendingBps = new double[WINDOW];
  private int newest = -1;
  private int observations;

  private int openPackets;
  private int openLost;
  private long openBytes;
  private long openStartNanos;
  private long openEndNanos;

  private double capacityBps = Double.NaN;
  private double limitBps = Double.POSITIVE_INFINITY;
  private double growthLimitBps = Double.POSITIVE_INFINITY;
  private long growthWindowStartNanos;
  private boolean limited;

  /** Takes a packet in whose fate is known. */
  void handlePacket(long sentNanos, int sizeBytes, boolean wasLost) {
    if (openPackets == 0) {
      openStartNanos = sentNanos;
      openEndNanos = sentNanos;
    }
    openPackets++;
    openLost += wasLost ? 1 : 0;
    openBytes += sizeBytes;
    openEndNanos = Math.max(openEndNanos, sentNanos);
  }

  /** A packet that was taken in as lost has arrived after all. */
  void handleLateArrival() {
    if (openLost > 0) {
      openLost--;
    } else if (observations > 0 && lost[newest] > 0) {
      lost[newest]--;
    }
  }

  /**
   * All packets of one feedback have been taken in.
   *
   * @param delayBasedBps the estimate that holds without loss
   * @param acknowledgedBps what arrives, or negative when that says nothing of the path
   */
  void handleFeedbackEnd(double delayBasedBps, long acknowledgedBps, long nowNanos) {
    if (Double.isNaN(capacityBps) || (!limited && delayBasedBps > capacityBps)) {
      capacityBps = delayBasedBps;
    }
    if (openPackets > 0 && openEndNanos - openStartNanos >= MIN_OBSERVATION_NANOS) {
      closeObservation();
      if (observations >= MIN_OBSERVATIONS) {
        estimate(delayBasedBps, acknowledgedBps, nowNanos);
      }
    }
    if (!limited) {
      limitBps = Double.POSITIVE_INFINITY;
    }
    limited = limited && limitBps < delayBasedBps;
  }

  /** Whether loss holds the estimate below the delay-based one. */
  boolean limited() {
    return limited;
  }

  /** The most that loss allows; only when {@link #limited()}. */
  double limitBps() {
    return limitBps;
  }

  /** Share of packets lost, the recent counting most; 0 before the first observation. */
  double averageLoss() {
    double all = openPackets;
    double missing = openLost;
    double weight = 1;
    for (int age = 0; age < observations; age++) {
      int i = index(age);
      all += weight * packets[i];
      missing += weight * lost[i];
      weight *= AGEING;
    }
    return all == 0 ? 0 : missing / all;
  }

  private void closeObservation() {
    newest = (newest + 1) % WINDOW;
    observations = Math.min(observations + 1, WINDOW);
    packets[newest] = openPackets;
    lost[newest] = openLost;
    sendingBps[newest] = openBytes * 8e9 / (openEndNanos - openStartNanos);
    openPackets = 0;
    openLost = 0;
    openBytes = 0;
  }

  private void estimate(double delayBasedBps, long acknowledgedBps, long nowNanos) {
    double loss = averageLoss();
    if (loss == 0 && !limited) {
      return;
    }
    double ceiling = Math.max(capacityBps, limited ? growthLimitBps : Double.POSITIVE_INFINITY);
    double best = capacityBps;
    double bestInherent = mostLikelyInherentLoss(best);
    double bestScore = score(best, bestInherent, loss);
    for (int i = 0; i < FACTORS.length + 2; i++) {
      double candidate = candidate(i, delayBasedBps, acknowledgedBps);
      if (candidate <= 0) {
        continue;
      }
      candidate = Math.min(candidate, ceiling);
      double inherent = mostLikelyInherentLoss(candidate);
      double candidateScore = score(candidate, inherent, loss);
      if (candidateScore > bestScore) {
        best = candidate;
        bestInherent = inherent;
        bestScore = candidateScore;
      }
    }
    if (best > capacityBps && limited && bestInherent < loss) {
      // Some loss is still unexplained by the path itself: it is ours.
      best = capacityBps;
    }
    capacityBps = Math.max(best, RateController.MIN_BPS);
    limitBps = Math.min(capacityBps, instantLimitBps(loss));
    limited = limitBps < delayBasedBps;
    if (limited && nowNanos - growthWindowStartNanos > GROWTH_WINDOW_NANOS) {
      growthWindowStartNanos = nowNanos;
      growthLimitBps = MAX_GROWTH * capacityBps;
    }
  }

  private double candidate(int i, double delayBasedBps, long acknowledgedBps) {
    if (i < FACTORS.length) {
      return FACTORS[i] * capacityBps;
    }
    return i == FACTORS.length ? (double) acknowledgedBps : delayBasedBps;
  }

  private static double instantLimitBps(double loss) {
    return loss > MAX_INHERENT_LOSS
        ? Math.max(LOSS_BALANCE_BPS / (loss - MAX_INHERENT_LOSS), RateController.MIN_BPS)
        : Double.POSITIVE_INFINITY;
  }

  /**
   * The log-likelihood is concave in the inherent loss, so halving its range by thirds finds it.
   */
  private double mostLikelyInherentLoss(double capacity) {
    double low = MIN_INHERENT_LOSS;
    double high = Math.min(MAX_INHERENT_LOSS + LOSS_BALANCE_BPS / capacity, 0.9);
    for (int i = 0; i < SEARCH_STEPS; i++) {
      double a = low + (high - low) / 3;
      double b = high - (high - low) / 3;
      if (logLikelihood(capacity, a) < logLikelihood(capacity, b)) {
        low = a;
      } else {
        high = b;
      }
    }
    return (low + high) / 2;
  }

  private double score(double capacity, double inherent, double averageLoss) {
    double lean = PREFER_HIGH_BELOW_LOSS - averageLoss;
    double sign = lean / (PREFERENCE_SMOOTHING + Math.abs(lean));
    double kbps = capacity / 1000;
    double preference =
        sign * (PREFERENCE_PER_KBPS * kbps + PREFERENCE_PER_LOG_KBPS * Math.log1p(kbps));
    double weighted = 0;
    double weight = 1;
    for (int age = 0; age < observations; age++) {
      weighted += weight * packets[index(age)];
      weight *= AGEING;
    }
    return logLikelihood(capacity, inherent) + preference * weighted;
  }

  private double logLikelihood(double capacity, double inherent) {
    double sum = 0;
    double weight = 1;
    for (int age = 0; age < observations; age++) {
      int i = index(age);
      double excess = Math.max(0, sendingBps[i] - capacity) / Math.max(sendingBps[i], 1);
      double probability = Math.clamp(inherent + (1 - inherent) * excess, 1e-6, 1 - 1e-6);
      int received = packets[i] - lost[i];
      sum += weight * (lost[i] * Math.log(probability) + received * Math.log(1 - probability));
      weight *= AGEING;
    }
    return sum;
  }

  private int index(int age) {
    return Math.floorMod(newest - age, WINDOW);
  }
}
