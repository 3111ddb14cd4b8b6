package dev.sluice.core.rtp;

/**
 * The absolute send time extension (webrtc.org/experiments/rtp-hdrext/abs-send-time): three bytes,
 * the NTP time at which the packet left as 6.18 fixed point seconds, which wraps every 64 s. Worked
 * example: the NTP fraction 0x80000000 is half a second, 0x020000 in units of 2^-18 s.
 *
 * <p>Offsets are those of the data. Stateless.
 */
public final class AbsSendTime {

  /** Bytes of data. */
  public static final int LENGTH = 3;

  private AbsSendTime() {}

  /** The 24 bits of a 64-bit NTP time (Q32.32). */
  public static int ofNtp(long ntpTime) {
    return (int) (ntpTime >>> 14) & 0xFF_FFFF;
  }

  /** Writes the element's data for a 64-bit NTP time. */
  public static void write(byte[] buffer, int dataOffset, long ntpTime) {
    BigEndian.putInt24(buffer, dataOffset, ofNtp(ntpTime));
  }

  /** The 24 bits on the wire, in units of 2^-18 s. */
  public static int read(byte[] buffer, int dataOffset) {
    return BigEndian.uint24(buffer, dataOffset);
  }

  /** The signed time from {@code earlier} to {@code later} in nanoseconds, within ±32 s. */
  public static long nanosBetween(int earlier, int later) {
    int difference = (later - earlier) << 8 >> 8;
    return (difference * 1_000_000_000L) >> 18;
  }
}
