package dev.sluice.core.bandwidth;

/**
 * Whether the one-way delay grows: the slope of a line through the last groups' smoothed delays,
 * held against a threshold that adapts. The slope is about (rate sent - capacity) / capacity. A
 * fixed threshold would yield to every loss-based flow that keeps the queue moving; an adaptive one
 * rises with such movement and falls in quiet, so that a quiet link is still judged sharply (the
 * idea and the gains are those of Carlucci et al., "Congestion Control for Web Real-Time
 * Communication", and of libwebrtc's trendline estimator).
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class DelayTrend {
  private static final int WINDOW = 20;
  private static final double SMOOTHING = 0.9;
  private static final double GAIN = 4.0;

  /** The slope counts fully only when so many groups support it. */
  private static final int CONFIDENT_GROUPS = 60;

  private static final double OVERUSE_AFTER_MILLIS = 10;

  private static final double INITIAL_THRESHOLD = 12.5;
  private static final double MIN_THRESHOLD = 6;
  private static final double MAX_THRESHOLD = 600;
  private static final double RISE = 0.0087;
  private static final double FALL = 0.039;

  /** Further above the threshold than this is a jump, to which it must not get used. */
  private static final double MAX_ADAPTED_EXCESS = 15;

  private static final double MAX_ADAPT_MILLIS = 100;

  private final double[] arrivalMillis = new double[WINDOW];
  private final double[] delayMillis = new double[WINDOW];
  private int size;
  private int oldest;
  private int groups;
  private double originMillis = Double.NaN;
  private double accumulatedMillis;
  private double smoothedMillis;
  private double slope;
  private double threshold = INITIAL_THRESHOLD;
  private double lastAdaptedMillis = Double.NaN;
  private double overusingMillis = -1;
  private int overusingGroups;
  private EstimateState state = EstimateState.NORMAL;

  /** Takes two groups' distance in; the arrival is that of the later one. */
  void handleGroup(long sendDeltaNanos, long arrivalDeltaNanos, long groupArrivalNanos) {
    double now = groupArrivalNanos * 1e-6;
    if (Double.isNaN(originMillis)) {
      originMillis = now;
    }
    groups = Math.min(groups + 1, CONFIDENT_GROUPS);
    accumulatedMillis += (arrivalDeltaNanos - sendDeltaNanos) * 1e-6;
    smoothedMillis = SMOOTHING * smoothedMillis + (1 - SMOOTHING) * accumulatedMillis;
    push(now - originMillis, smoothedMillis);
    double newSlope = size == WINDOW ? fitSlope(slope) : slope;
    detect(newSlope, sendDeltaNanos * 1e-6, now);
  }

  /** {@link EstimateState#NORMAL}, {@code OVERUSE} or {@code UNDERUSE}. */
  EstimateState state() {
    return state;
  }

  private void push(double arrival, double delay) {
    int index = (oldest + size) % WINDOW;
    arrivalMillis[index] = arrival;
    delayMillis[index] = delay;
    if (size < WINDOW) {
      size++;
    } else {
      oldest = (oldest + 1) % WINDOW;
    }
  }

  /** Least squares. */
  private double fitSlope(double fallback) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < WINDOW; i++) {
      meanX += arrivalMillis[i];
      meanY += delayMillis[i];
    }
    meanX /= WINDOW;
    meanY /= WINDOW;
    double numerator = 0;
    double denominator = 0;
    for (int i = 0; i < WINDOW; i++) {
      double x = arrivalMillis[i] - meanX;
      numerator += x * (delayMillis[i] - meanY);
      denominator += x * x;
    }
    return denominator == 0 ? fallback : numerator / denominator;
  }

  private void detect(double newSlope, double sendDeltaMillis, double nowMillis) {
    double trend = groups * newSlope * GAIN;
    if (trend > threshold) {
      overusingMillis =
          overusingMillis < 0 ? sendDeltaMillis / 2 : overusingMillis + sendDeltaMillis;
      overusingGroups++;
      if (overusingMillis > OVERUSE_AFTER_MILLIS && overusingGroups > 1 && newSlope >= slope) {
        overusingMillis = 0;
        overusingGroups = 0;
        state = EstimateState.OVERUSE;
      }
    } else {
      overusingMillis = -1;
      overusingGroups = 0;
      state = trend < -threshold ? EstimateState.UNDERUSE : EstimateState.NORMAL;
    }
    slope = newSlope;
    adaptThreshold(Math.abs(trend), nowMillis);
  }

  private void adaptThreshold(double trend, double nowMillis) {
    double elapsed =
        Double.isNaN(lastAdaptedMillis)
            ? 0
            : Math.clamp(nowMillis - lastAdaptedMillis, 0, MAX_ADAPT_MILLIS);
    lastAdaptedMillis = nowMillis;
    if (trend > threshold + MAX_ADAPTED_EXCESS) {
      return;
    }
    double gain = trend < threshold ? FALL : RISE;
    threshold =
        Math.clamp(threshold + gain * (trend - threshold) * elapsed, MIN_THRESHOLD, MAX_THRESHOLD);
  }
}
