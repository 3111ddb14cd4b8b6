package dev.sluice.core.bandwidth;

/**
 * The fallback for clients without transport-wide feedback: their own estimate (REMB,
 * draft-alvestrand-rmcat-remb-03), lowered by the loss in their receiver reports as
 * draft-ietf-rmcat-gcc-02 §6 has it: more than 10 % lowers, less than 2 % raises, between holds.
 *
 * <p>Owner: the room's worker. Rates in bit/s. Allocates nothing.
 */
final class ReceiverEstimate {
  private static final long VALID_NANOS = 10_000_000_000L;
  private static final double HIGH_LOSS = 0.10;
  private static final double LOW_LOSS = 0.02;
  private static final double GROWTH_PER_SECOND = 1.08;
  private static final long MIN_CHANGE_NANOS = 300_000_000L;
  private static final double RATE_SMOOTHING_SECONDS = 1.0;

  private boolean seen;
  private long lastNanos;
  private double receiverBps;
  private double lossLimitBps = Double.POSITIVE_INFINITY;
  private double lossShare;
  private long lastLossChangeNanos;
  private double sentBps;
  private long lastSentNanos;

  void handleSent(int sizeBytes, long nowNanos) {
    // Packets leave in runs: only the first one of a run finds that time has passed.
    if (nowNanos - lastSentNanos > 0) {
      double seconds = (nowNanos - lastSentNanos) * 1e-9;
      sentBps = sentBps * Math.exp(-seconds / RATE_SMOOTHING_SECONDS);
      lastSentNanos = nowNanos;
    }
    sentBps += sizeBytes * 8 / RATE_SMOOTHING_SECONDS;
  }

  void handleRemb(long bitrateBps, long nowNanos) {
    seen = true;
    lastNanos = nowNanos;
    receiverBps = Math.clamp((double) bitrateBps, RateController.MIN_BPS, RateController.MAX_BPS);
  }

  void handleLoss(int fractionLost256, long nowNanos) {
    double share = fractionLost256 / 256.0;
    // One bad report of one stream is not the path's loss.
    lossShare += 0.5 * (share - lossShare);
    double seconds = (nowNanos - lastLossChangeNanos) * 1e-9;
    if (nowNanos - lastLossChangeNanos < MIN_CHANGE_NANOS) {
      return;
    }
    lastLossChangeNanos = nowNanos;
    if (lossShare > HIGH_LOSS) {
      double base = Math.min(lossLimitBps, Math.max(sentBps, RateController.MIN_BPS));
      lossLimitBps = Math.max(base * (1 - 0.5 * lossShare), RateController.MIN_BPS);
    } else if (lossShare < LOW_LOSS && lossLimitBps < receiverBps) {
      lossLimitBps *= Math.pow(GROWTH_PER_SECOND, Math.min(seconds, 1));
    } else if (lossLimitBps >= receiverBps) {
      lossLimitBps = Double.POSITIVE_INFINITY;
    }
  }

  boolean known(long nowNanos) {
    return seen && nowNanos - lastNanos < VALID_NANOS;
  }

  long estimateBps() {
    return (long) Math.min(receiverBps, lossLimitBps);
  }

  /** Packets are lost, or the receiver asks for less than it is sent. */
  boolean congestionSeen() {
    return lossLimitBps < receiverBps || receiverBps < sentBps;
  }

  double lossShare() {
    return lossShare;
  }
}
