package dev.sluice.core.ingress;

/**
 * Whether a publisher was asked to leave a stream out because nobody needs it. A stream that was
 * asked for again has some time to come; then it counts for no more than any other that does not
 * come, because its browser may have stopped it by itself, or not understand at all.
 *
 * <p>It says what was asked, not what is: a publisher that does not follow goes on sending. Owner:
 * the room's worker.
 */
public final class Suspension {
  /** A publisher has so long to begin with a stream that it is asked for again. */
  public static final long PATIENCE_NANOS = 3_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE;

  private boolean suspended;
  private boolean awaited;
  private long resumedNanos;
  private long wantedNanos = NEVER;
  private long chosenNanos = NEVER;

  Suspension() {}

  /** Whether the publisher was asked to leave it out, and not for it since. */
  public boolean suspended() {
    return suspended;
  }

  /** Whether it was asked for again a moment ago, so that it may still come. */
  public boolean resuming(long nowNanos) {
    return !suspended && resumedNanos != 0 && nowNanos - resumedNanos < PATIENCE_NANOS;
  }

  /** Somebody gets it, or would. */
  public void want(long nowNanos) {
    wantedNanos = nowNanos;
  }

  /** How long nobody has wanted it; counted from the first time that this is asked. */
  public long unwantedForNanos(long nowNanos) {
    if (wantedNanos == NEVER) {
      wantedNanos = nowNanos;
    }
    return nowNanos - wantedNanos;
  }

  /** How long it has been chosen without a break while it was suspended. */
  public long chosenForNanos(long nowNanos) {
    if (chosenNanos == NEVER) {
      chosenNanos = nowNanos;
    }
    return nowNanos - chosenNanos;
  }

  /** Nobody chooses it any more. */
  public void forgetChoice() {
    chosenNanos = NEVER;
  }

  void suspend() {
    suspended = true;
    awaited = false;
    chosenNanos = NEVER;
  }

  void resume(long nowNanos) {
    suspended = false;
    awaited = true;
    resumedNanos = nowNanos;
  }

  /** Whether the packet of this instant is the first one since it was asked for again. */
  public boolean takeReturn() {
    boolean first = awaited;
    awaited = false;
    return first;
  }
}
