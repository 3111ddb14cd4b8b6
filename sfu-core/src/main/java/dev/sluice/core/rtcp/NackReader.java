package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * A cursor over the sequence numbers that a {@link Nack} asks for, in the order of the wire. One
 * datagram can ask for some 5000 numbers, the same one many times: the caller limits what it
 * answers. Reusable, allocates nothing; owned by the thread that owns the peer.
 */
public final class NackReader {

  private byte[] buffer = new byte[0];
  private int position;
  private int end;
  private int sequence;
  private int mask;

  /** Starts at the first entry of a packet of kind {@link RtcpKind#NACK}. */
  public void reset(byte[] buffer, int offset, int length) {
    this.buffer = buffer;
    position = offset + RtcpHeader.FEEDBACK_LENGTH;
    end = offset + length;
    mask = 0;
  }

  /** The next sequence number, 0..65535, or -1 at the end. */
  public int next() {
    if (mask != 0) {
      int skipped = Integer.numberOfTrailingZeros(mask) + 1;
      mask >>>= skipped;
      sequence = (sequence + skipped) & 0xFFFF;
      return sequence;
    }
    if (position + Nack.ENTRY_LENGTH > end) {
      return -1;
    }
    sequence = BigEndian.uint16(buffer, position);
    mask = BigEndian.uint16(buffer, position + 2);
    position += Nack.ENTRY_LENGTH;
    return sequence;
  }
}
