package dev.sluice.core.codec;

import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.rtp.ArenaClaim;
import org.jspecify.annotations.Nullable;

/**
 * One received packet on its way through the room: where its plaintext lies, and what has been read
 * from its headers. One object is reused for every packet of a room; nobody keeps it past the call
 * that passes it.
 *
 * <p>Owner: the room's worker. Extended numbers are those of {@link
 * dev.sluice.core.rtp.SequenceUnwrapper}.
 */
public final class MediaPacket {
  /** Says that an extension is absent. */
  public static final int ABSENT = -1;

  /** Says that an instant is not known. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  private final PayloadFacts facts = new PayloadFacts();
  private byte[] buffer = new byte[0];
  private @Nullable ArenaClaim claim;
  private int payloadOffset;
  private int payloadLength;
  private int streamId;
  private long sequence;
  private long timestamp;
  private boolean marker;
  private @Nullable CodecParameters parameters;
  private long arrivalNanos;
  private int audioLevelOffset;
  private int videoOrientationOffset;
  private int primaryOffset = ABSENT;
  private int redundantHeadersLength = ABSENT;
  private int playoutDelayOffset;
  private int descriptorOffset;
  private int descriptorLength;
  private long senderNanos;
  private long captureNanos;

  /**
   * Sets what the RTP header says.
   *
   * @param payloadLength bytes of payload without padding, may be 0
   * @param timestamp extended, in ticks
   */
  public void setHeader(
      byte[] buffer,
      int payloadOffset,
      int payloadLength,
      long sequence,
      long timestamp,
      boolean marker) {
    this.buffer = buffer;
    claim = null;
    this.payloadOffset = payloadOffset;
    this.payloadLength = payloadLength;
    this.sequence = sequence;
    this.timestamp = timestamp;
    this.marker = marker;
    audioLevelOffset = ABSENT;
    videoOrientationOffset = ABSENT;
    primaryOffset = ABSENT;
    redundantHeadersLength = ABSENT;
    playoutDelayOffset = ABSENT;
    descriptorOffset = ABSENT;
    descriptorLength = 0;
    senderNanos = UNKNOWN_TIME;
    captureNanos = UNKNOWN_TIME;
  }

  /** Says that the buffer is written over sooner or later, and how that shows. */
  public void setClaim(ArenaClaim ofBuffer) {
    claim = ofBuffer;
  }

  /** Sets which stream it came on, in which format, and when. */
  public void setOrigin(int streamId, CodecParameters parameters, long arrivalNanos) {
    this.streamId = streamId;
    this.parameters = parameters;
    this.arrivalNanos = arrivalNanos;
  }

  /**
   * Sets where in the buffer the data of the forwarded extensions lie, each {@link #ABSENT} where
   * it is not there.
   */
  public void setExtensions(int audioLevelOffset, int videoOrientationOffset) {
    this.audioLevelOffset = audioLevelOffset;
    this.videoOrientationOffset = videoOrientationOffset;
  }

  /** Sets where in the buffer the playout delay lies; {@link #ABSENT} takes it away. */
  public void setPlayoutDelay(int offset) {
    playoutDelayOffset = offset;
  }

  /** Sets where in the buffer the dependency descriptor lies. */
  public void setDependencyDescriptor(int offset, int length) {
    descriptorOffset = offset;
    descriptorLength = length;
  }

  /** Sets the instant of its timestamp on its publisher's clock. */
  public void setSenderNanos(long nanos) {
    senderNanos = nanos;
  }

  /** Sets the instant of capture that it names, on the server's clock. */
  public void setCaptureNanos(long nanos) {
    captureNanos = nanos;
  }

  /** What the payload says; filled in by the stream's {@link PayloadReader}. */
  public PayloadFacts facts() {
    return facts;
  }

  /**
   * The spatial layer by which it can be left out. AV1 says only in its dependency descriptor where
   * a layer's frame ends; without that a picture stays whole.
   */
  public int spatialId() {
    boolean whole = parameters().codec() == Codec.AV1 && facts.frameNumber() < 0;
    return whole ? 0 : facts.spatialId();
  }

  /** Forgets the facts of the packet before: this payload says nothing of itself. */
  public void clearFacts() {
    facts.reset();
  }

  /** The array that holds the packet: shared and never modified. */
  public byte[] buffer() {
    return buffer;
  }

  /** Tells a reader on another thread whether the buffer was written over; null if it never is. */
  public @Nullable ArenaClaim claim() {
    return claim;
  }

  public int payloadOffset() {
    return payloadOffset;
  }

  /** Bytes of payload; 0 for a packet of padding. */
  public int payloadLength() {
    return payloadLength;
  }

  /** The stream, unique in the room. */
  public int streamId() {
    return streamId;
  }

  /** Extended sequence number of the publisher. */
  public long sequence() {
    return sequence;
  }

  /** Extended timestamp of the publisher, in ticks. */
  public long timestamp() {
    return timestamp;
  }

  public boolean marker() {
    return marker;
  }

  /**
   * Its payload is redundant audio (RFC 2198), whose primary encoding {@link #parameters()} names.
   *
   * @param newPrimaryOffset where in the buffer the primary encoding begins
   * @param headersLength bytes of block headers, or {@link #ABSENT} if it can only be stripped
   */
  public void setRedundant(int newPrimaryOffset, int headersLength) {
    primaryOffset = newPrimaryOffset;
    redundantHeadersLength = headersLength;
  }

  /** Where the primary encoding of redundant audio begins, {@link #ABSENT} for other payloads. */
  public int primaryOffset() {
    return primaryOffset;
  }

  /**
   * Bytes of block headers of redundant audio that can be forwarded as such, or {@link #ABSENT}.
   */
  public int redundantHeadersLength() {
    return redundantHeadersLength;
  }

  /** The format by payload type; of redundant audio that of its primary encoding. */
  public CodecParameters parameters() {
    if (parameters == null) {
      throw new IllegalStateException("a packet has its origin set before it is read");
    }
    return parameters;
  }

  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** Where its audio level lies (one byte, RFC 6464), or {@link #ABSENT}. */
  public int audioLevelOffset() {
    return audioLevelOffset;
  }

  /** Where its playout delay lies (three bytes), or {@link #ABSENT}. */
  public int playoutDelayOffset() {
    return playoutDelayOffset;
  }

  /** Where its dependency descriptor lies, or {@link #ABSENT}. */
  public int descriptorOffset() {
    return descriptorOffset;
  }

  /** Bytes of its dependency descriptor, 0 without. */
  public int descriptorLength() {
    return descriptorLength;
  }

  /**
   * The instant of its timestamp on its publisher's clock, by the stream's sender reports; {@link
   * #UNKNOWN_TIME} before the first. Comparable between the streams of one publisher.
   */
  public long senderNanos() {
    return senderNanos;
  }

  /** The instant of capture that it names, on the server's clock, or {@link #UNKNOWN_TIME}. */
  public long captureNanos() {
    return captureNanos;
  }

  /** Where its video orientation lies (one byte), or {@link #ABSENT}. */
  public int videoOrientationOffset() {
    return videoOrientationOffset;
  }
}
