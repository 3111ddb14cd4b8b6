package dev.sluice.core.bandwidth;

/**
 * The delay-based estimate: grows while queues are quiet, by 8 % a second where the path's capacity
 * is not known and by about half a packet per response time where it is; falls below what arrives
 * when queues grow; holds while they drain (draft-ietf-rmcat-gcc-02 §5.5, with libwebrtc's memory
 * of the link's capacity).
 *
 * <p>A subscriber of an SFU mostly receives less than the path could carry. Two rules keep such
 * times out of the estimate: it does not grow beyond what was sent, and one overuse while little is
 * sent lowers it by one step only; the queues must still grow a response time later for it to fall
 * to what arrives.
 *
 * <p>Owner: the room's worker. Rates in bit/s. Allocates nothing.
 */
final class RateController {
  static final double MIN_BPS = 30_000;
  static final double MAX_BPS = 200_000_000;

  private static final double BACKOFF = 0.9;

  /** With a queue longer than this the cut is deeper, to be rid of it in a second or two. */
  private static final long LONG_QUEUE_NANOS = 50_000_000;

  private static final double LONG_QUEUE_BACKOFF = 0.85;
  private static final double GROWTH_PER_SECOND = 1.08;

  /** Growth stops where the estimate is this much above what arrives. */
  private static final double MAX_OVER_ACKNOWLEDGED = 1.5;

  private static final double MAX_OVER_ACKNOWLEDGED_BPS = 10_000;

  private static final double COMPETING_GROWTH_PER_SECOND = 1.1;

  /** Until the first loss it is not known how much there is to win back. */
  private static final double COMPETING_START_PER_SECOND = 1.2;

  private static final double COMPETING_ROUND_TRIP_NANOS = 350e6;

  /**
   * As deep as CUBIC's. If it is only our like that fills the queue, such a cut empties it, and all
   * return to yielding.
   */
  private static final double LOSS_BACKOFF = 0.7;

  private static final long MIN_LOSS_INTERVAL_NANOS = 300_000_000;

  private static final double PACKET_BITS = 9_600;

  /** So that a fast path is filled in seconds, too. */
  private static final double MIN_ADDITIVE_PER_SECOND = 0.02;

  private static final double DETECTION_NANOS = 100e6;

  private final LinkCapacity capacity = new LinkCapacity();
  private double estimateBps = Double.NaN;
  private boolean holding = true;
  private long lastChangeNanos;
  private long lastDecreaseNanos;
  private boolean decreased;
  private boolean unconfirmed;
  private boolean competing;
  private boolean competingLossSeen;
  private double backoff = BACKOFF;

  boolean known() {
    return !Double.isNaN(estimateBps);
  }

  double estimateBps() {
    return estimateBps;
  }

  /** Whether it knows what the path carries, and so grows slowly. */
  boolean nearCapacity() {
    return capacity.known();
  }

  /** Starts at, or jumps to, a rate that was measured. */
  void set(double rateBps, long nowNanos) {
    estimateBps = clamp(rateBps);
    if (capacity.below(rateBps)) {
      capacity.forget();
    }
    lastChangeNanos = nowNanos;
  }

  /** Is at least this, and grows on from there. */
  void raiseTo(double rateBps) {
    estimateBps = clamp(Math.max(rateBps, estimateBps));
  }

  /** No feedback: less, and less again with each call. */
  void reduce(double factor, double floorBps, long nowNanos) {
    estimateBps = Math.max(estimateBps * factor, Math.min(floorBps, estimateBps));
    lastChangeNanos = nowNanos;
  }

  /**
   * Takes the detector's verdict in.
   *
   * @param acknowledgedBps what arrives, or {@link AcknowledgedRate#UNKNOWN}
   * @param applicationLimited whether less is sent than the estimate allows
   * @param queueNanos how long packets wait in the path
   * @return whether the estimate was lowered
   */
  boolean update(
      EstimateState verdict,
      long acknowledgedBps,
      boolean applicationLimited,
      long roundTripNanos,
      long queueNanos,
      long nowNanos) {
    competing = false;
    backoff = queueNanos > LONG_QUEUE_NANOS ? LONG_QUEUE_BACKOFF : BACKOFF;
    switch (verdict) {
      case OVERUSE -> {
        holding = true;
        return decrease(acknowledgedBps, applicationLimited, roundTripNanos, nowNanos);
      }
      case UNDERUSE -> holding = true;
      case NORMAL, LOSS_LIMITED, UNKNOWN -> {
        unconfirmed = false;
        if (holding) {
          holding = false;
          lastChangeNanos = nowNanos;
        }
        increase(acknowledgedBps, applicationLimited, roundTripNanos, nowNanos);
      }
    }
    return false;
  }

  /**
   * Instead of {@link #update} while other traffic keeps the queue full: grows until packets are
   * lost, as that traffic does.
   *
   * @param lossSeen whether the feedback told of lost packets
   * @return whether the estimate was lowered
   */
  boolean compete(
      boolean lossSeen,
      long acknowledgedBps,
      boolean applicationLimited,
      long roundTripNanos,
      long nowNanos) {
    if (!competing) {
      competing = true;
      competingLossSeen = false;
      capacity.forget();
      lastChangeNanos = nowNanos;
    }
    if (lossSeen
        && nowNanos - lastDecreaseNanos >= Math.max(roundTripNanos, MIN_LOSS_INTERVAL_NANOS)) {
      competingLossSeen = true;
      estimateBps = clamp(LOSS_BACKOFF * estimateBps);
      lastDecreaseNanos = nowNanos;
      lastChangeNanos = nowNanos;
      return true;
    }
    double limit = MAX_OVER_ACKNOWLEDGED * acknowledgedBps + MAX_OVER_ACKNOWLEDGED_BPS;
    double seconds = Math.clamp((nowNanos - lastChangeNanos) * 1e-9, 0, 1);
    lastChangeNanos = nowNanos;
    if (!applicationLimited && estimateBps < limit) {
      double factor = competingLossSeen ? COMPETING_GROWTH_PER_SECOND : COMPETING_START_PER_SECOND;
      // Over a longer round trip CUBIC, too, takes longer: by the cube root (RFC 9438 §4.2).
      double slowdown = Math.cbrt(Math.max(1, roundTripNanos / COMPETING_ROUND_TRIP_NANOS));
      estimateBps = clamp(Math.min(estimateBps * Math.pow(factor, seconds / slowdown), limit));
    }
    return false;
  }

  private void increase(
      long acknowledgedBps, boolean applicationLimited, long roundTripNanos, long nowNanos) {
    if (!known() || acknowledgedBps < 0) {
      return;
    }
    if (capacity.below((double) acknowledgedBps)) {
      capacity.forget();
    }
    double limit = MAX_OVER_ACKNOWLEDGED * acknowledgedBps + MAX_OVER_ACKNOWLEDGED_BPS;
    double seconds = Math.clamp((nowNanos - lastChangeNanos) * 1e-9, 0, 1);
    lastChangeNanos = nowNanos;
    if (applicationLimited || estimateBps >= limit) {
      return;
    }
    double grown =
        capacity.known()
            ? estimateBps + additiveBpsPerSecond(roundTripNanos) * seconds
            : estimateBps * Math.pow(GROWTH_PER_SECOND, seconds);
    estimateBps = clamp(Math.min(grown, limit));
  }

  /**
   * The same for all but the highest rates, so that of two flows on one path the smaller catches up
   * with each cut that both take; but never faster than on an unknown path.
   */
  private double additiveBpsPerSecond(long roundTripNanos) {
    double responseSeconds = 2 * (roundTripNanos + DETECTION_NANOS) * 1e-9;
    double step = Math.max(PACKET_BITS / responseSeconds, MIN_ADDITIVE_PER_SECOND * estimateBps);
    return Math.min(step, (GROWTH_PER_SECOND - 1) * estimateBps);
  }

  private boolean decrease(
      long acknowledgedBps, boolean applicationLimited, long roundTripNanos, long nowNanos) {
    if (!mayDecrease(acknowledgedBps, roundTripNanos, nowNanos)) {
      return false;
    }
    double before = known() ? estimateBps : MAX_BPS;
    if (acknowledgedBps < 0) {
      // Nothing is known of the rate, yet queues grow.
      if (!known()) {
        return false;
      }
      estimateBps = clamp(before / 2);
    } else if (applicationLimited && known() && !unconfirmed) {
      unconfirmed = true;
      estimateBps = clamp(Math.max(backoff * before, backoff * acknowledgedBps));
    } else {
      double target = backoff * acknowledgedBps;
      if (target > before && capacity.known()) {
        target = backoff * capacity.meanBps();
      }
      if (capacity.above((double) acknowledgedBps)) {
        capacity.forget();
      }
      capacity.handleOveruse((double) acknowledgedBps);
      estimateBps = clamp(Math.min(target, before));
    }
    lastChangeNanos = nowNanos;
    lastDecreaseNanos = nowNanos;
    decreased = true;
    return estimateBps < before;
  }

  /** Once per round trip, for a decrease shows only then; sooner if half of it does not arrive. */
  private boolean mayDecrease(long acknowledgedBps, long roundTripNanos, long nowNanos) {
    if (!decreased || !known()) {
      return true;
    }
    long interval = Math.clamp(roundTripNanos, 10_000_000L, 200_000_000L);
    return nowNanos - lastDecreaseNanos >= interval
        || (acknowledgedBps >= 0 && acknowledgedBps < estimateBps / 2 && !unconfirmed);
  }

  private static double clamp(double rateBps) {
    return Math.clamp(rateBps, MIN_BPS, MAX_BPS);
  }
}
