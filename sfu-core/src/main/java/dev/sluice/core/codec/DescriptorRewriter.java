package dev.sluice.core.codec;

import dev.sluice.core.media.Codec;

/**
 * Keeps the payload descriptors of one outgoing stream continuous while its source changes (another
 * track, another simulcast layer) or pictures are left out. Owned by the thread that owns the
 * outgoing stream.
 *
 * <p>VP8 and VP9 number their pictures inside the payload; a receiver that sees the numbers jump
 * waits for pictures that do not exist. The other codecs carry nothing to rewrite: their rewriter
 * writes nothing.
 *
 * <p>A picture id goes out 15 bits wide, whatever width it came in: a receiver cannot follow a
 * stream whose width changes. A source without picture ids passes as it is until a source with them
 * has been seen; from then on ids are made up for it, one per frame start, since they must not
 * disappear either.
 */
public sealed interface DescriptorRewriter
    permits Vp8DescriptorRewriter, Vp9DescriptorRewriter, NoDescriptorRewriter {

  /** A descriptor grows by no more than this many bytes over {@code facts.descriptorLength()}. */
  int MAX_GROWTH = 5;

  /** Returned when a packet has no place in the outgoing stream: it must not be sent. */
  int NOT_FORWARDABLE = -1;

  /**
   * Writes the outgoing descriptor of one forwarded packet, in the order of sending, to {@code
   * out}, which has room for {@code facts.descriptorLength() + MAX_GROWTH} bytes. It stands for the
   * first {@code facts.descriptorLength()} bytes of the payload.
   *
   * @return the new descriptor's length, or {@link #NOT_FORWARDABLE} for a picture that was left
   *     out, that precedes the source's first, or that is too old to know its number
   */
  int rewrite(byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset);

  /**
   * How the packet last written by {@link #rewrite} was numbered, for its retransmission. Worth
   * keeping per packet; 0 where there is nothing to rewrite.
   */
  long mappingToken();

  /**
   * Writes the descriptor of a retransmitted packet exactly as the first time; changes no state.
   *
   * @param token what {@link #mappingToken()} said after the packet was first written
   * @return the new descriptor's length
   */
  int rewriteWith(
      long token, byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset);

  /**
   * A picture of the current source is left out for good (a temporal layer that is not wanted).
   * Called for each of its packets; where the codec allows it, later pictures close the gap.
   */
  void pictureDropped(PayloadFacts facts);

  /**
   * The next packet comes from another source, or from the same one after a pause. Its picture
   * follows the last one sent.
   */
  void sourceChanged();

  /** A new rewriter for one outgoing stream of this codec. */
  static DescriptorRewriter of(Codec codec) {
    return switch (codec) {
      case VP8 -> new Vp8DescriptorRewriter();
      case VP9 -> new Vp9DescriptorRewriter();
      case OPUS, RED, G722, PCMU, PCMA, H264, H265, AV1 -> new NoDescriptorRewriter();
    };
  }
}
