package dev.sluice.core.rtcp;

/**
 * What a receiver knows of one incoming stream, as its report blocks say it: extended highest
 * sequence number and losses (RFC 3550 §A.3), interarrival jitter (§A.8). Feed it every packet of
 * the stream with its unwrapped sequence number; retransmissions have a stream of their own.
 *
 * <p>Jitter is kept in 1/16 tick. Worked example: packets each 20 ms at 48 kHz, one of them 5 ms
 * late, give |D| = 240 ticks twice; the estimate goes to 15 after the first, to 29 after the
 * second, then falls by a sixteenth per packet.
 *
 * <p>Owned by the thread that owns the stream; allocates nothing.
 */
public final class ReceptionStatistics {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private boolean started;
  private long wireCycleOrigin;
  private long lowest;
  private long highest;
  private long received;
  private long firstArrivalNanos;
  private int lastTransitTicks;
  private long jitterTicks16;
  private long expectedAtLastReport;
  private long receivedAtLastReport;

  /**
   * Counts one packet.
   *
   * @param extendedSequence the unwrapped sequence number
   * @param timestampTicks the RTP timestamp, unwrapped or not: only its low 32 bits count
   * @param arrivalNanos monotonic arrival time
   * @param clockRateHz the media clock, as the payload type says
   */
  public void record(
      long extendedSequence, long timestampTicks, long arrivalNanos, int clockRateHz) {
    if (!started) {
      started = true;
      // An unwrapper may start anywhere; on the wire the first packet is in cycle 0.
      wireCycleOrigin = extendedSequence & ~0xFFFFL;
      lowest = extendedSequence;
      highest = extendedSequence;
      received = 1;
      firstArrivalNanos = arrivalNanos;
      lastTransitTicks = (int) -timestampTicks;
      return;
    }
    received++;
    lowest = Math.min(lowest, extendedSequence);
    highest = Math.max(highest, extendedSequence);
    int transitTicks =
        (int) (ticks(arrivalNanos - firstArrivalNanos, clockRateHz) - timestampTicks);
    // 32-bit subtraction takes both clocks over their wraps.
    long difference = Math.abs((long) (transitTicks - lastTransitTicks));
    lastTransitTicks = transitTicks;
    jitterTicks16 += difference - ((jitterTicks16 + 8) >> 4);
  }

  private static long ticks(long nanos, int clockRateHz) {
    // Whole seconds apart, or the product overflows after 28 hours at 90 kHz.
    return nanos / NANOS_PER_SECOND * clockRateHz
        + nanos % NANOS_PER_SECOND * clockRateHz / NANOS_PER_SECOND;
  }

  /** Whether any packet has been counted; without one there is nothing to report. */
  public boolean started() {
    return started;
  }

  /** Packets received, duplicates included. */
  public long received() {
    return received;
  }

  /** Packets that should have come by now. */
  public long expected() {
    return started ? highest - lowest + 1 : 0;
  }

  /** Packets missing so far, within the 24 signed bits of the wire; below 0 with duplicates. */
  public int cumulativeLost() {
    return Math.clamp(
        expected() - received, ReportBlock.MIN_CUMULATIVE_LOST, ReportBlock.MAX_CUMULATIVE_LOST);
  }

  /** The interarrival jitter in ticks of the media clock. */
  public long jitterTicks() {
    return jitterTicks16 >> 4;
  }

  /** Cycles and highest sequence number as the wire has them, 0..2^32-1. */
  public long extendedHighestSequence() {
    return (highest - wireCycleOrigin) & 0xFFFF_FFFFL;
  }

  /**
   * Writes a report block of {@link ReportBlock#LENGTH} bytes and starts the next interval of
   * "fraction lost": call it once per report.
   *
   * @param lastSr compact NTP time of the last sender report of this stream, 0 if there was none
   * @param delaySinceLastSr the time since then in 1/65536 s, 0 if there was none
   */
  public void writeReportBlock(byte[] out, int offset, int ssrc, int lastSr, int delaySinceLastSr) {
    int fraction = takeFractionLost256();
    ReportBlock.writeReception(
        out,
        offset,
        ssrc,
        fraction,
        cumulativeLost(),
        (int) extendedHighestSequence(),
        (int) Math.min(jitterTicks(), 0xFFFF_FFFFL));
    ReportBlock.writeTiming(out, offset, lastSr, delaySinceLastSr);
  }

  private int takeFractionLost256() {
    long expected = expected();
    long expectedInterval = expected - expectedAtLastReport;
    long lostInterval = expectedInterval - (received - receivedAtLastReport);
    expectedAtLastReport = expected;
    receivedAtLastReport = received;
    if (expectedInterval <= 0 || lostInterval <= 0) {
      return 0;
    }
    // All lost would be 256, which eight bits do not hold.
    return (int) Math.min(255, (lostInterval << 8) / expectedInterval);
  }
}
