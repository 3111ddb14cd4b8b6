package dev.sluice.core.time;

/**
 * Maps the monotonic time of the server to NTP time (RFC 3550 §4, RFC 5905 §6). The mapping is
 * fixed when the server starts: wall clock steps afterwards never reach the media, where they would
 * tear lip sync apart. Immutable; any thread.
 *
 * <p>An NTP time is a {@code long} in Q32.32: seconds since 1900 in the high half, fraction in the
 * low half. Read as signed it is negative since 1968; compare by subtraction. Its compact form, the
 * middle 32 bits in units of 1/65536 s, is what LSR and DLSR of RTCP carry; it wraps every 18.2
 * hours.
 */
public final class MediaClock {

  /** Seconds from 1900-01-01, where NTP starts, to 1970-01-01, where Unix does. */
  private static final long NTP_TO_UNIX_SECONDS = 2_208_988_800L;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long monotonicOriginNanos;
  private final long unixOriginNanos;

  /**
   * Ties two readings of the same instant together.
   *
   * @param monotonicOriginNanos the monotonic clock
   * @param ntpOriginMillisSinceUnixEpoch the wall clock, in milliseconds since 1970
   */
  public MediaClock(long monotonicOriginNanos, long ntpOriginMillisSinceUnixEpoch) {
    this.monotonicOriginNanos = monotonicOriginNanos;
    this.unixOriginNanos = ntpOriginMillisSinceUnixEpoch * 1_000_000L;
  }

  /** The 64-bit NTP time (Q32.32) at the monotonic time {@code nowNanos}. */
  public long ntpTime(long nowNanos) {
    long unixNanos = unixOriginNanos + (nowNanos - monotonicOriginNanos);
    long seconds = Math.floorDiv(unixNanos, NANOS_PER_SECOND);
    long nanos = Math.floorMod(unixNanos, NANOS_PER_SECOND);
    return (seconds + NTP_TO_UNIX_SECONDS) << 32 | (nanos << 32) / NANOS_PER_SECOND;
  }

  /** The compact NTP time at the monotonic time {@code nowNanos}. */
  public int compactNtpTime(long nowNanos) {
    return compactNtp(ntpTime(nowNanos));
  }

  /** The monotonic time at which this clock shows {@code ntpTime}; the inverse of ntpTime. */
  public long monotonicNanos(long ntpTime) {
    long seconds = (ntpTime >>> 32) - NTP_TO_UNIX_SECONDS;
    long unixNanos = seconds * NANOS_PER_SECOND + nanosOfFraction(ntpTime & 0xFFFF_FFFFL);
    return unixNanos - unixOriginNanos + monotonicOriginNanos;
  }

  /** The middle 32 bits of a 64-bit NTP time. */
  public static int compactNtp(long ntpTime) {
    return (int) (ntpTime >>> 16);
  }

  /**
   * The signed time from one 64-bit NTP time to another, in nanoseconds. Both may be another host's
   * clock; they must lie within 68 years.
   */
  public static long nanosBetween(long earlierNtpTime, long laterNtpTime) {
    long difference = laterNtpTime - earlierNtpTime;
    return (difference >> 32) * NANOS_PER_SECOND + nanosOfFraction(difference & 0xFFFF_FFFFL);
  }

  /** The nanoseconds of a compact duration, read as unsigned: a DLSR, or a difference of two. */
  public static long nanosOfCompact(int compactDuration) {
    return ((compactDuration & 0xFFFF_FFFFL) * NANOS_PER_SECOND) >> 16;
  }

  /** The compact form of a duration; one beyond 18.2 hours becomes the longest there is. */
  public static int compactOfNanos(long durationNanos) {
    if (durationNanos <= 0) {
      return 0;
    }
    long seconds = durationNanos / NANOS_PER_SECOND;
    if (seconds > 0xFFFF) {
      return 0xFFFF_FFFF;
    }
    return (int) (seconds << 16 | ((durationNanos % NANOS_PER_SECOND) << 16) / NANOS_PER_SECOND);
  }

  /**
   * The round-trip time of a report block (RFC 3550 §6.4.1): {@code A - LSR - DLSR}, in
   * nanoseconds. Worked example: A = 46864.500 s, LSR = 46853.125 s, DLSR = 5.250 s gives 6.125 s.
   *
   * @return the round trip, or -1 if {@code lastSr} is 0 (nothing received yet) or the report
   *     claims to have been held longer than it was away
   */
  public static long roundTripNanos(int arrivalCompactNtp, int lastSr, int delaySinceLastSr) {
    if (lastSr == 0) {
      return -1;
    }
    int roundTrip = arrivalCompactNtp - lastSr - delaySinceLastSr;
    return roundTrip < 0 ? -1 : nanosOfCompact(roundTrip);
  }

  private static long nanosOfFraction(long fraction) {
    // Rounded, so that a nanosecond survives the way through the fraction and back.
    return (fraction * NANOS_PER_SECOND + 0x8000_0000L) >>> 32;
  }
}
