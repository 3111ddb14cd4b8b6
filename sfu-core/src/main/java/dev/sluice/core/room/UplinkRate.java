package dev.sluice.core.room;

/**
 * How much one publisher sends, against what it may: it is warned first, and what goes on being too
 * much after {@link #GRACE_NANOS} is to be dropped. What was too much is remembered, so that it
 * does not help to be within the cap every other second. Rates in bit/s. Owner: the room's worker.
 */
final class UplinkRate {
  /** A publisher that is warned has so long to send less. */
  static final long GRACE_NANOS = 5_000_000_000L;

  /** Over a shorter time a rate is a matter of keyframes. */
  private static final long WINDOW_NANOS = 1_000_000_000L;

  /** A client that keeps to a rate is now above it, now below. */
  private static final double TOLERANCE = 1.05;

  /** It is warned, and dropped, when it has sent for so many seconds' worth too much. */
  private static final double WARN_SECONDS = 0.5;

  private static final double DROP_SECONDS = 2;
  private static final double REMEMBERED_SECONDS = 4;

  /** What is to be done. */
  enum Verdict {
    /** Nothing. */
    WITHIN,
    /** Tell the publisher. */
    WARN,
    /** Drop something. */
    DROP
  }

  private boolean started;
  private long windowStartNanos;
  private long windowBytes;
  private long bitrateBps;
  private double excessBits;
  private boolean warned;
  private long warnedNanos;

  /**
   * Looks again.
   *
   * @param bytes sent since the last look
   */
  Verdict update(long bytes, long capBps, long nowNanos) {
    long elapsedNanos = nowNanos - windowStartNanos;
    if (!started) {
      restart(nowNanos);
      return Verdict.WITHIN;
    }
    windowBytes += bytes;
    if (elapsedNanos < WINDOW_NANOS) {
      return Verdict.WITHIN;
    }
    double bits = 8.0 * windowBytes;
    double allowedBits = TOLERANCE * capBps * elapsedNanos * 1e-9;
    restart(nowNanos);
    bitrateBps = Math.round(bits * 1e9 / elapsedNanos);
    excessBits =
        Math.clamp(excessBits + bits - allowedBits, 0, REMEMBERED_SECONDS * (double) capBps);
    return judge(bits > allowedBits, capBps, nowNanos);
  }

  private Verdict judge(boolean over, long capBps, long nowNanos) {
    if (excessBits <= 0) {
      warned = false;
    }
    if (!over) {
      return Verdict.WITHIN;
    }
    if (!warned && excessBits > WARN_SECONDS * capBps) {
      warned = true;
      warnedNanos = nowNanos;
      return Verdict.WARN;
    }
    boolean drops =
        warned && nowNanos - warnedNanos >= GRACE_NANOS && excessBits > DROP_SECONDS * capBps;
    return drops ? Verdict.DROP : Verdict.WITHIN;
  }

  /** Something was dropped, or nothing is capped: what was before does not count. */
  void forget() {
    started = false;
    excessBits = 0;
    warned = false;
  }

  /** What it sent last. */
  long bitrateBps() {
    return bitrateBps;
  }

  private void restart(long nowNanos) {
    started = true;
    windowBytes = 0;
    windowStartNanos = nowNanos;
  }
}
