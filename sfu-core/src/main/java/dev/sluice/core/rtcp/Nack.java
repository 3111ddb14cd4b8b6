package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Generic NACK (RFC 4585 §6.2.1): entries of a lost packet (PID) and a bit mask of the 16 after it
 * (BLP). {@link NackReader} takes the entries apart.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  FMT=1  |    PT=205     |            length             |
 * |                        SSRC of sender                         |
 * |                         SSRC of media                         |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            PID                |             BLP               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Worked example: 100, 101 and 116 lost give PID 100, BLP 0x8001. Stateless; the accessors
 * expect a packet of kind {@link RtcpKind#NACK}.
 */
public final class Nack {

  static final int FORMAT = 1;
  static final int ENTRY_LENGTH = 4;

  /** Sequence numbers after the PID that its mask covers. */
  static final int MASK_BITS = 16;

  private Nack() {}

  static boolean isValid(int length) {
    return length >= RtcpHeader.FEEDBACK_LENGTH + ENTRY_LENGTH;
  }

  /** The SSRC of who asks. */
  public static int senderSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 4);
  }

  /** The SSRC whose packets are missing. */
  public static int mediaSsrc(byte[] buffer, int offset) {
    return BigEndian.int32(buffer, offset + 8);
  }

  /**
   * Writes entries for {@code missing[from..to)}, ascending and unwrapped, until all are written or
   * the next entry would pass {@code end}.
   *
   * @return how many entries were written in the high half, and the index of the first number that
   *     was not in the low half
   */
  static long writeEntries(byte[] out, int offset, int end, long[] missing, int from, int to) {
    int position = offset;
    int entries = 0;
    int index = from;
    while (index < to && position + ENTRY_LENGTH <= end) {
      long first = missing[index++];
      int mask = 0;
      while (index < to && missing[index] - first <= MASK_BITS) {
        // Equal numbers would shift by -1; asking twice is the same as asking once.
        if (missing[index] > first) {
          mask |= 1 << (int) (missing[index] - first - 1);
        }
        index++;
      }
      BigEndian.putInt16(out, position, (int) first);
      BigEndian.putInt16(out, position + 2, mask);
      position += ENTRY_LENGTH;
      entries++;
    }
    return (long) entries << 32 | index;
  }
}
