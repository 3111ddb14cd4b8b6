package dev.sluice.core.egress;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.rtp.ArenaClaim;
import org.jspecify.annotations.Nullable;

/**
 * A packet that is ready but for its transport-wide number and its encryption: the header and a
 * rewritten payload descriptor lie in the outgoing datagram, the rest of the payload still in the
 * publisher's shared history. One object per worker is reused.
 *
 * <p>Owner: the room's worker.
 */
public final class OutgoingPacket {
  /**
   * The longest packet in plaintext: in a datagram of 1500 bytes it leaves room for the tag and for
   * what RTX adds.
   */
  public static final int MAX_BYTES = 1436;

  /** Says that the header has no such extension. */
  public static final int ABSENT = -1;

  private byte[] out = new byte[0];
  private int outOffset;
  private int headerLength;
  private int prefixLength;
  private byte[] payload = new byte[0];
  private @Nullable ArenaClaim claim;
  private int payloadOffset;
  private int payloadLength;
  private int transportSequenceOffset;
  private int absSendTimeOffset;
  private int absCaptureTimeOffset = ABSENT;
  private long captureNanos;

  /** The next packet is written here. */
  void begin(byte[] newOut, int newOutOffset) {
    out = newOut;
    outOffset = newOutOffset;
  }

  void setHeader(int length, int newTransportSequenceOffset, int newAbsSendTimeOffset) {
    headerLength = length;
    transportSequenceOffset = newTransportSequenceOffset;
    absSendTimeOffset = newAbsSendTimeOffset;
  }

  void setCapture(int offset, long nanos) {
    absCaptureTimeOffset = offset;
    captureNanos = nanos;
  }

  /** The payload is a packet's, whose descriptor is replaced by what was written here. */
  void setPayload(MediaPacket packet, int descriptorLength) {
    int replaced = packet.payloadLength() == 0 ? 0 : packet.facts().descriptorLength();
    prefixLength = descriptorLength;
    payload = packet.buffer();
    claim = packet.claim();
    payloadOffset = packet.payloadOffset() + replaced;
    payloadLength = packet.payloadLength() - replaced;
  }

  /** The payload is the end of a packet's, behind what was written here. */
  void setPayloadFrom(MediaPacket packet, int offset, int newPrefixLength) {
    prefixLength = newPrefixLength;
    payload = packet.buffer();
    claim = packet.claim();
    payloadOffset = offset;
    payloadLength = packet.payloadOffset() + packet.payloadLength() - offset;
  }

  void setNoPayload() {
    prefixLength = 0;
    payloadLength = 0;
  }

  /** The payload is all of an array. */
  void setPayload(byte[] whole) {
    prefixLength = 0;
    payload = whole;
    claim = null;
    payloadOffset = 0;
    payloadLength = whole.length;
  }

  void addPrefix(int bytes) {
    prefixLength += bytes;
  }

  /** Its length in plaintext. */
  public int bytes() {
    return headerLength + prefixLength + payloadLength;
  }

  /** Whether it is too long to be sent. */
  public boolean oversized() {
    return bytes() > MAX_BYTES;
  }

  /** The outgoing datagram. */
  public byte[] out() {
    return out;
  }

  public int outOffset() {
    return outOffset;
  }

  public int headerLength() {
    return headerLength;
  }

  /** Plaintext bytes that follow the header in {@link #out()}. */
  public int prefixLength() {
    return prefixLength;
  }

  /** The shared array with the rest of the payload. */
  public byte[] payload() {
    return payload;
  }

  /** Tells a reader on another thread whether the payload was written over; null if it never is. */
  public @Nullable ArenaClaim claim() {
    return claim;
  }

  public int payloadOffset() {
    return payloadOffset;
  }

  public int payloadLength() {
    return payloadLength;
  }

  /**
   * Where in {@link #out()} the transport-wide sequence number is to be written, or {@link
   * #ABSENT}.
   */
  public int transportSequenceOffset() {
    return transportSequenceOffset;
  }

  /** Where in {@link #out()} the capture time is to be written, or {@link #ABSENT}. */
  public int absCaptureTimeOffset() {
    return absCaptureTimeOffset;
  }

  /** The instant of capture on the server's monotonic clock. */
  public long captureNanos() {
    return captureNanos;
  }

  /** Where in {@link #out()} the send time is to be written, or {@link #ABSENT}. */
  public int absSendTimeOffset() {
    return absSendTimeOffset;
  }
}
