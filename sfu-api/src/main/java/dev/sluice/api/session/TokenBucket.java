package dev.sluice.api.session;

/**
 * Lets so many through per second on average and so many at once. Starts full. Owned by one thread
 * at a time.
 */
public final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double burst;
  private double tokens;
  private long lastNanos;

  /** A full one. */
  public TokenBucket(double perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.lastNanos = nowNanos;
  }

  /** Whether one more may pass now. */
  public boolean tryTake(long nowNanos) {
    tokens = Math.min(burst, tokens + perSecond * (nowNanos - lastNanos) / NANOS_PER_SECOND);
    lastNanos = nowNanos;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
