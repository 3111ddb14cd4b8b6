package dev.sluice.core.rtcp;

/**
 * A cursor over the packets of one RTCP datagram: compound (RFC 3550 §6.1) or reduced-size (RFC
 * 5506), which differ only in what comes first. Each header is checked against the bytes that are
 * left before its packet is shown; at the first that does not fit, the iteration ends and {@link
 * #malformed} says so.
 *
 * <pre>{@code
 * reader.reset(buffer, offset, length);
 * while (reader.next()) {
 *   switch (reader.kind()) {
 *     case PLI -> requestKeyframe(Pli.mediaSsrc(buffer, reader.offset()));
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Reusable, allocates nothing; owned by the thread that owns the peer.
 */
public final class RtcpReader {

  private byte[] buffer = new byte[0];
  private int end;
  private int nextOffset;
  private int offset;
  private int length;
  private boolean malformed;

  /** Starts at the first packet of a datagram that is already decrypted. */
  public void reset(byte[] buffer, int offset, int length) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = 0;
    nextOffset = offset;
    end = offset + length;
    malformed = length < RtcpHeader.LENGTH;
  }

  /** Moves to the next packet; false at the end, or at the first packet that does not fit. */
  public boolean next() {
    if (malformed || nextOffset == end) {
      return false;
    }
    if (end - nextOffset < RtcpHeader.LENGTH
        || !RtcpHeader.hasVersion2(buffer, nextOffset)
        || RtcpHeader.length(buffer, nextOffset) > end - nextOffset) {
      malformed = true;
      return false;
    }
    int whole = RtcpHeader.length(buffer, nextOffset);
    int padding = 0;
    if (RtcpHeader.hasPadding(buffer, nextOffset)) {
      padding = buffer[nextOffset + whole - 1] & 0xFF;
      // RFC 3550 §6.4.1 wants a multiple of four. Transport-wide feedback ends anywhere, and what
      // libwebrtc fills its last word up with counts as padding: one to three bytes.
      // Without words of its own, the last byte of the header would be taken for the count.
      if (padding == 0 || padding > whole - RtcpHeader.LENGTH) {
        malformed = true;
        return false;
      }
    }
    offset = nextOffset;
    length = whole - padding;
    nextOffset += whole;
    return true;
  }

  /** Whether the datagram broke off before its end. Packets shown before that are good. */
  public boolean malformed() {
    return malformed;
  }

  /** What the current packet is, with its body checked against its length. */
  public RtcpKind kind() {
    return RtcpKind.of(buffer, offset, length);
  }

  /** The packet type of the header, 0..255. */
  public int packetType() {
    return RtcpHeader.packetType(buffer, offset);
  }

  /** The five bits that are a count in reports and a format in feedback. */
  public int countOrFormat() {
    return RtcpHeader.count(buffer, offset);
  }

  /** Where in the array the current packet's header starts. */
  public int offset() {
    return offset;
  }

  /** Bytes of the current packet with its header and without padding. */
  public int length() {
    return length;
  }
}
