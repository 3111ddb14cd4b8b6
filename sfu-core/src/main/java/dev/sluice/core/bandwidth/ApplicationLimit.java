package dev.sluice.core.bandwidth;

/**
 * Whether less is sent than the estimate allows. A budget grows at most of the estimated rate and
 * shrinks with each packet, over half a second either way; a full one means that the application,
 * not the path, sets the rate.
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class ApplicationLimit {
  private static final double USED_SHARE = 0.75;
  private static final double WINDOW_SECONDS = 0.5;
  private static final double STARTS_ABOVE = 0.8;
  private static final double ENDS_BELOW = 0.5;

  private double unusedBytes;
  private long lastNanos;
  private boolean started;
  private boolean limited;

  /** A packet leaves while this is the estimate. */
  void handleSent(int sizeBytes, double estimateBps, long nowNanos) {
    advance(estimateBps, nowNanos);
    double window = windowBytes(estimateBps);
    unusedBytes = Math.max(unusedBytes - sizeBytes, -window);
    judge(window);
  }

  /** As of now: silence, too, is a limit. */
  boolean limited(double estimateBps, long nowNanos) {
    if (!started) {
      return false;
    }
    advance(estimateBps, nowNanos);
    judge(windowBytes(estimateBps));
    return limited;
  }

  private void advance(double estimateBps, long nowNanos) {
    if (started) {
      double seconds = Math.max(0, (nowNanos - lastNanos) * 1e-9);
      double window = windowBytes(estimateBps);
      unusedBytes = Math.min(unusedBytes + seconds * USED_SHARE * estimateBps / 8, window);
    }
    started = true;
    lastNanos = nowNanos;
  }

  private void judge(double window) {
    if (unusedBytes > STARTS_ABOVE * window) {
      limited = true;
    } else if (unusedBytes < ENDS_BELOW * window) {
      limited = false;
    }
  }

  private static double windowBytes(double estimateBps) {
    return USED_SHARE * estimateBps / 8 * WINDOW_SECONDS;
  }
}
