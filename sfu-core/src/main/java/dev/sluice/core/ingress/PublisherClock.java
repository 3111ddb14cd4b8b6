package dev.sluice.core.ingress;

/**
 * Maps the NTP time in one publisher's sender reports to the server's clock: the smallest
 * difference between arrival and sender time over the last reports, so that queueing delay does not
 * move it. All streams of one publisher share it, which keeps its audio and video in step (RFC 3550
 * §6.4.1).
 *
 * <p>Owner: the room's worker.
 */
public final class PublisherClock {
  private static final int WINDOW = 32;

  private final long[] offsetsNanos = new long[WINDOW];
  private int reports;
  private long offsetNanos;

  /**
   * Notes a sender report.
   *
   * @param senderNanos the report's NTP timestamp in nanoseconds on the sender's clock
   * @param arrivalNanos its arrival on the server's monotonic clock
   */
  public void handleReport(long senderNanos, long arrivalNanos) {
    offsetsNanos[reports++ % WINDOW] = arrivalNanos - senderNanos;
    long smallest = offsetsNanos[0];
    for (int i = 1; i < Math.min(reports, WINDOW); i++) {
      smallest = Math.min(smallest, offsetsNanos[i]);
    }
    offsetNanos = smallest;
  }

  /** Whether there has been a report. */
  public boolean known() {
    return reports > 0;
  }

  /** A sender time as the server's monotonic time. Only when {@link #known()}. */
  public long toServerNanos(long senderNanos) {
    return senderNanos + offsetNanos;
  }
}
