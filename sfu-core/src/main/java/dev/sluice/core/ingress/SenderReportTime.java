package dev.sluice.core.ingress;

/**
 * What the last sender report of a stream said about time (RFC 3550 §6.4.1): this RTP timestamp is
 * that instant of the sender's clock. Owner: the room's worker.
 */
public final class SenderReportTime {
  private boolean known;
  private long senderNanos;
  private long timestamp;
  private int compactNtp;
  private long arrivalNanos;

  /**
   * Notes a report.
   *
   * @param senderNanos NTP time in nanoseconds on the sender's clock
   * @param timestamp the RTP timestamp that goes with it, 32 bits
   * @param compactNtp the middle 32 bits of the NTP time, which a receiver report repeats as LSR
   */
  public void set(long senderNanos, long timestamp, int compactNtp, long arrivalNanos) {
    known = true;
    this.senderNanos = senderNanos;
    this.timestamp = timestamp;
    this.compactNtp = compactNtp;
    this.arrivalNanos = arrivalNanos;
  }

  public boolean known() {
    return known;
  }

  /** The report's instant on the sender's clock. */
  public long senderNanos() {
    return senderNanos;
  }

  /** The RTP timestamp of that instant, unsigned 32 bits. */
  public long timestamp() {
    return timestamp;
  }

  /** LSR of a receiver report. */
  public int compactNtp() {
    return compactNtp;
  }

  /** When the report came; its age is DLSR. */
  public long arrivalNanos() {
    return arrivalNanos;
  }
}
