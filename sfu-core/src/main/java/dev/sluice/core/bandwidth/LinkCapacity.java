package dev.sluice.core.bandwidth;

/**
 * What the path carried when it was last found full, and how much that varies. As long as it holds,
 * the rate creeps near it; a rate outside its range says that the path has changed.
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class LinkCapacity {
  private static final double OVERUSE_WEIGHT = 0.05;
  private static final double RANGE = 3;

  /** Bounds of the variance over the mean, in kbit/s: 14 to 35 kbit/s at 500 kbit/s. */
  private static final double MIN_VARIANCE = 0.4;

  private static final double MAX_VARIANCE = 2.5;

  private double meanKbps = Double.NaN;
  private double variance = MIN_VARIANCE;

  boolean known() {
    return !Double.isNaN(meanKbps);
  }

  double meanBps() {
    return meanKbps * 1000;
  }

  /** A rate above this is not of the path that was measured. */
  boolean below(double rateBps) {
    return known() && rateBps / 1000 > meanKbps + RANGE * deviationKbps();
  }

  /** A rate below this is not of the path that was measured. */
  boolean above(double rateBps) {
    return known() && rateBps / 1000 < meanKbps - RANGE * deviationKbps();
  }

  void forget() {
    meanKbps = Double.NaN;
  }

  /** So much arrived while queues grew. */
  void handleOveruse(double rateBps) {
    double sample = rateBps / 1000;
    meanKbps = known() ? meanKbps + OVERUSE_WEIGHT * (sample - meanKbps) : sample;
    double error = meanKbps - sample;
    double normalized = error * error / Math.max(meanKbps, 1);
    variance =
        Math.clamp(variance + OVERUSE_WEIGHT * (normalized - variance), MIN_VARIANCE, MAX_VARIANCE);
  }

  private double deviationKbps() {
    return Math.sqrt(variance * meanKbps);
  }
}
