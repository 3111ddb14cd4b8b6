package dev.sluice.core.room;

/**
 * How long a room lives on without anybody in it: not at all, unless it is set up to wait, for the
 * first one to come or after the last one has left. Owner: the room's worker.
 */
final class Lifetime {
  private boolean waits;
  private boolean departed;
  private long emptyTimeoutNanos;
  private long departureTimeoutNanos;
  private long emptySinceNanos;

  /** Lets the room wait for so long for the first one, and for so long after the last one. */
  void waitWhenEmpty(long emptyTimeout, long departureTimeout, long nowNanos) {
    if (!waits) {
      emptySinceNanos = nowNanos;
    }
    waits = emptyTimeout > 0 || departureTimeout > 0;
    emptyTimeoutNanos = emptyTimeout;
    departureTimeoutNanos = departureTimeout;
  }

  /** The room ends with its last participant after all. */
  void endWhenEmpty() {
    waits = false;
  }

  /** Somebody has left, perhaps the last one. */
  void handleEmpty(long nowNanos) {
    departed = true;
    emptySinceNanos = nowNanos;
  }

  /** Whether an empty room has waited for long enough. */
  boolean isOver(long nowNanos) {
    return !waits || overAtNanos() - nowNanos <= 0;
  }

  /** When an empty room is over, {@link Long#MAX_VALUE} when it is already. */
  long overAtNanos() {
    return waits
        ? emptySinceNanos + (departed ? departureTimeoutNanos : emptyTimeoutNanos)
        : Long.MAX_VALUE;
  }
}
