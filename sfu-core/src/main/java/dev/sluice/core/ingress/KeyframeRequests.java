package dev.sluice.core.ingress;

/**
 * Merges the wishes for a keyframe of one incoming stream: the first passes at once, those within
 * {@link #INTERVAL_NANOS} of the last request become one trailing request, and a request that
 * brought no keyframe is repeated while someone still waits.
 *
 * <p>Owner: the room's worker.
 */
public final class KeyframeRequests {
  /** The shortest time between two requests to a publisher. */
  public static final long INTERVAL_NANOS = 1_000_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  private boolean everSent;
  private long lastSentNanos;
  private boolean wanted;
  private long sent;

  /** Somebody needs a keyframe. */
  public void want() {
    wanted = true;
  }

  /** A keyframe has begun to arrive: all who waited are served. */
  public void handleKeyframe() {
    wanted = false;
  }

  /**
   * Whether a request is to be sent now; it then counts as sent. It stays wanted until a keyframe
   * comes.
   */
  public boolean poll(long nowNanos) {
    if (!wanted || (everSent && nowNanos - lastSentNanos < INTERVAL_NANOS)) {
      return false;
    }
    everSent = true;
    lastSentNanos = nowNanos;
    sent++;
    return true;
  }

  /**
   * When {@link #poll} becomes true; {@link Long#MAX_VALUE} for never. A time in the past means
   * now.
   */
  public long nextDeadlineNanos() {
    if (!wanted) {
      return NEVER;
    }
    return everSent ? lastSentNanos + INTERVAL_NANOS : Long.MIN_VALUE;
  }

  /** Requests sent so far. */
  public long sent() {
    return sent;
  }
}
