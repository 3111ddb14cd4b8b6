package dev.sluice.core.rtp;

/**
 * The transport-wide sequence number extension (draft-holmer-rmcat-transport-wide-cc-extensions-01
 * §2): two bytes that number every packet of one transport, whatever its SSRC. Offsets are those of
 * the data. Stateless.
 */
public final class TransportSequence {

  /** Bytes of data. */
  public static final int LENGTH = 2;

  private TransportSequence() {}

  /** The number, 0..65535. */
  public static int read(byte[] buffer, int dataOffset) {
    return BigEndian.uint16(buffer, dataOffset);
  }

  /** Writes the low 16 bits of {@code sequence}. */
  public static void write(byte[] buffer, int dataOffset, int sequence) {
    BigEndian.putInt16(buffer, dataOffset, sequence);
  }
}
