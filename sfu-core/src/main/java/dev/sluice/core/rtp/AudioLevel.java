package dev.sluice.core.rtp;

/**
 * The client-to-mixer audio level extension (RFC 6464 §3), one byte of data.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * +-+-+-+-+-+-+-+-+
 * |V|    level    |
 * +-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Offsets are those of the data, as {@link RtpPacket#extensionOffset} gives them. Stateless.
 */
public final class AudioLevel {

  /** Bytes of data. */
  public static final int LENGTH = 1;

  /** The level of digital silence. */
  public static final int SILENCE = 127;

  private AudioLevel() {}

  /** The level as -dBov: 0 is the loudest, {@link #SILENCE} the lowest. */
  public static int level(byte[] buffer, int dataOffset) {
    return buffer[dataOffset] & 0x7F;
  }

  /** Whether the sender's detector believes that the packet holds voice. */
  public static boolean voice(byte[] buffer, int dataOffset) {
    return (buffer[dataOffset] & 0x80) != 0;
  }

  /** Writes the element's data. */
  public static void write(byte[] buffer, int dataOffset, int level, boolean voice) {
    buffer[dataOffset] = (byte) ((level & 0x7F) | (voice ? 0x80 : 0));
  }
}
