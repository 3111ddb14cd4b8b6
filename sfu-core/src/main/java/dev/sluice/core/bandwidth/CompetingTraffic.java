package dev.sluice.core.bandwidth;

import java.util.Arrays;

/**
 * Notices traffic that fills the queue whatever we do, such as a bulk transfer by TCP. A flow that
 * yields to every growing queue would be starved by it. Alone, or among its like, such a flow cuts
 * its rate and the queue drains within a second or two; next to TCP each cut is followed by the
 * next and the queue stays. While that is so, delay says nothing of our own rate, and loss has to.
 * It is over when the queue stays short: then whoever filled it is gone.
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class CompetingTraffic {
  private static final long SECOND = 1_000_000_000L;
  private static final int WINDOW_SECONDS = 8;

  /** Cuts in so many different seconds of the window mean that cutting is in vain. */
  private static final int SECONDS_WITH_CUTS = 5;

  /** And the queue must have stayed longer than this, for so long. */
  private static final long STANDING_QUEUE_NANOS = 40_000_000;

  private static final long STANDING_NANOS = 2_500_000_000L;

  private static final long SHORT_QUEUE_NANOS = 30_000_000;
  private static final long QUIET_NANOS = 1_500_000_000L;

  /** The second of each cut of the window, by its remainder; 0 for none. */
  private final long[] cutSeconds = new long[WINDOW_SECONDS];

  private boolean present;
  private boolean quiet;
  private long quietSinceNanos;
  private long originNanos = -1;
  private long lastShortNanos;

  /** The rate was cut because queues grew. */
  void handleCut(long nowNanos) {
    if (originNanos < 0) {
      originNanos = nowNanos;
    }
    long second = 1 + (nowNanos - originNanos) / SECOND;
    cutSeconds[(int) (second % WINDOW_SECONDS)] = second;
    int seconds = 0;
    for (long cut : cutSeconds) {
      seconds += cut > 0 && second - cut < WINDOW_SECONDS ? 1 : 0;
    }
    boolean standing = nowNanos - lastShortNanos >= STANDING_NANOS;
    if (!present && standing && seconds >= SECONDS_WITH_CUTS) {
      present = true;
      quiet = false;
    }
  }

  /** A feedback told how long the queue is. */
  void handleQueue(long queueNanos, long nowNanos) {
    if (queueNanos < STANDING_QUEUE_NANOS) {
      lastShortNanos = nowNanos;
    }
    boolean wasQuiet = quiet;
    quiet = queueNanos < SHORT_QUEUE_NANOS;
    if (quiet && !wasQuiet) {
      quietSinceNanos = nowNanos;
    }
    if (present && quiet && nowNanos - quietSinceNanos >= QUIET_NANOS) {
      present = false;
      Arrays.fill(cutSeconds, 0);
    }
  }

  /** Whether others fill the queue. */
  boolean present() {
    return present;
  }
}
