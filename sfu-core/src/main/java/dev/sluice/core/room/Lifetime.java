package dev.sluice.core.room;

/**
 * How long a room lives on without anybody in it: not at all, unless it was created to wait. Owner:
 * the room's worker.
 */
final class Lifetime {
  private boolean waits;
  private long timeoutNanos;
  private long overAtNanos;

  /** Lets the room wait for so long whenever it is empty; it is so now. */
  void waitWhenEmpty(long timeout, long nowNanos) {
    waits = true;
    timeoutNanos = timeout;
    handleEmpty(nowNanos);
  }

  /** The room ends with its last participant after all. */
  void endWhenEmpty() {
    waits = false;
  }

  /** Somebody has left, perhaps the last one. */
  void handleEmpty(long nowNanos) {
    overAtNanos = nowNanos + timeoutNanos;
  }

  /** Whether an empty room has waited for long enough. */
  boolean isOver(long nowNanos) {
    return !waits || overAtNanos - nowNanos <= 0;
  }

  /** When an empty room is over, {@link Long#MAX_VALUE} when it is already. */
  long overAtNanos() {
    return waits ? overAtNanos : Long.MAX_VALUE;
  }
}
