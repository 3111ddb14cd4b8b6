package dev.sluice.core.rtp;

/**
 * Writes RTP headers, one after the other, into arrays of the caller (RFC 3550 §5.1, RFC 8285 §4).
 * The calls come in the order of the wire: {@link #begin}, {@link #csrc}, {@link #useTwoByteForm},
 * {@link #extension} or {@link #reserveExtension}, {@link #finish}. One object serves all packets
 * of its owner thread and allocates nothing.
 *
 * <p>The one-byte form is the default: every receiver understands it. It holds ids 1..14 and 1..16
 * bytes of data; a packet with one element beyond that ({@link #needsTwoByteForm}) must say {@link
 * #useTwoByteForm} before its first element, and only to a receiver that negotiated {@code
 * extmap-allow-mixed}. The choice is the caller's because elements already written, and the offsets
 * already handed out, do not move.
 */
public final class RtpHeaderWriter {

  private static final int MAX_CSRCS = 15;
  private static final int MAX_ONE_BYTE_ID = 14;
  private static final int MAX_ONE_BYTE_LENGTH = 16;
  private static final int MAX_TWO_BYTE_ID = 255;
  private static final int MAX_TWO_BYTE_LENGTH = 255;

  private byte[] out = new byte[0];
  private int start;
  private int position;
  private int csrcCount;
  private int extensionBlock;
  private boolean twoByteForm;

  /**
   * Starts a header at {@code out[offset]}.
   *
   * @throws IndexOutOfBoundsException if the fixed header does not fit into {@code out}
   */
  public void begin(
      byte[] out,
      int offset,
      int payloadType,
      boolean marker,
      int sequence,
      long timestamp,
      int ssrc) {
    this.out = out;
    start = offset;
    position = offset + RtpPacket.FIXED_HEADER_LENGTH;
    csrcCount = 0;
    extensionBlock = -1;
    twoByteForm = false;
    BigEndian.putInt8(out, offset, RtpPacket.VERSION_BITS);
    BigEndian.putInt8(out, offset + 1, (payloadType & 0x7F) | (marker ? 0x80 : 0));
    BigEndian.putInt16(out, offset + 2, sequence);
    BigEndian.putInt32(out, offset + 4, (int) timestamp);
    BigEndian.putInt32(out, offset + 8, ssrc);
  }

  /** Says that the packet ends with padding, whose last byte counts it; the caller writes it. */
  public void padded() {
    out[start] |= RtpPacket.PADDING_BIT;
  }

  /**
   * Adds a contributing source.
   *
   * @throws IllegalStateException for the sixteenth, or after an extension
   */
  public void csrc(int csrc) {
    if (csrcCount == MAX_CSRCS || extensionBlock >= 0) {
      throw new IllegalStateException("a header takes 15 CSRCs, all before its extensions");
    }
    BigEndian.putInt32(out, position, csrc);
    position += 4;
    csrcCount++;
  }

  /** Whether an element of this id and length can only stand in the two-byte form. */
  public static boolean needsTwoByteForm(int id, int length) {
    return id > MAX_ONE_BYTE_ID || length > MAX_ONE_BYTE_LENGTH || length == 0;
  }

  /**
   * Uses the two-byte form for this header's extensions.
   *
   * @throws IllegalStateException after an extension
   */
  public void useTwoByteForm() {
    if (extensionBlock >= 0) {
      throw new IllegalStateException("the form is chosen before the first extension");
    }
    twoByteForm = true;
  }

  /**
   * Adds an element and copies its data.
   *
   * @return false, and nothing is written, if the form cannot hold it or {@code out} is too short
   */
  public boolean extension(int id, byte[] source, int sourceOffset, int length) {
    int dataOffset = reserveExtension(id, length);
    if (dataOffset < 0) {
      return false;
    }
    System.arraycopy(source, sourceOffset, out, dataOffset, length);
    return true;
  }

  /**
   * Adds an element whose data the caller writes, now or until the packet leaves: a send time is
   * known last.
   *
   * @return the index in {@code out} of the data, or -1 if the form cannot hold the element or
   *     {@code out} is too short
   */
  public int reserveExtension(int id, int length) {
    boolean fitsForm =
        twoByteForm
            ? id >= 1 && id <= MAX_TWO_BYTE_ID && length >= 0 && length <= MAX_TWO_BYTE_LENGTH
            : id >= 1 && length >= 0 && !needsTwoByteForm(id, length);
    int block = extensionBlock >= 0 ? 0 : 4;
    int elementHeader = twoByteForm ? 2 : 1;
    // Three bytes more: the block is padded to 32 bits at the end.
    if (!fitsForm || position + block + elementHeader + length + 3 > out.length) {
      return -1;
    }
    if (block > 0) {
      extensionBlock = position;
      position += block;
    }
    if (twoByteForm) {
      BigEndian.putInt8(out, position, id);
      BigEndian.putInt8(out, position + 1, length);
    } else {
      BigEndian.putInt8(out, position, id << 4 | (length - 1));
    }
    int dataOffset = position + elementHeader;
    position = dataOffset + length;
    return dataOffset;
  }

  /** Completes the header and answers its length in bytes, where the payload starts. */
  public int finish() {
    int firstByte = BigEndian.uint8(out, start) | csrcCount;
    if (extensionBlock >= 0) {
      firstByte |= RtpPacket.EXTENSION_BIT;
      int dataStart = extensionBlock + 4;
      while (((position - dataStart) & 3) != 0) {
        out[position++] = 0;
      }
      int profile = twoByteForm ? RtpPacket.TWO_BYTE_PROFILE : RtpPacket.ONE_BYTE_PROFILE;
      BigEndian.putInt16(out, extensionBlock, profile);
      BigEndian.putInt16(out, extensionBlock + 2, (position - dataStart) >> 2);
    }
    BigEndian.putInt8(out, start, firstByte);
    return position - start;
  }
}
