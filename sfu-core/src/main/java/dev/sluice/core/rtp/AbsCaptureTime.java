package dev.sluice.core.rtp;

/**
 * The absolute capture time extension (webrtc.org/experiments/rtp-hdrext/abs-capture-time): the NTP
 * time of capture (Q32.32) on the capturer's clock, and optionally, also Q32.32 but signed, what
 * has to be added to it for the clock of the sender's reports.
 *
 * <p>Offsets are those of the data. Stateless.
 */
public final class AbsCaptureTime {

  /** Bytes of data with the clock offset. */
  public static final int LENGTH = 16;

  /** Bytes of data without it. */
  public static final int SHORT_LENGTH = 8;

  private AbsCaptureTime() {}

  /** Writes the element's data for a capture time on the very clock of the sender's reports. */
  public static void write(byte[] buffer, int dataOffset, long ntpTime) {
    BigEndian.putInt64(buffer, dataOffset, ntpTime);
    BigEndian.putInt64(buffer, dataOffset + SHORT_LENGTH, 0);
  }

  /** The NTP time of capture on the clock of the sender's reports; at least 8 bytes of data. */
  public static long read(byte[] buffer, int dataOffset, int dataLength) {
    long captured = BigEndian.int64(buffer, dataOffset);
    return dataLength < LENGTH
        ? captured
        : captured + BigEndian.int64(buffer, dataOffset + SHORT_LENGTH);
  }
}
