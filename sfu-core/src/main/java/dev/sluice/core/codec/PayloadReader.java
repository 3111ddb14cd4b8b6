package dev.sluice.core.codec;

import dev.sluice.core.media.Codec;

/**
 * Reads the facts of one codec's packets from payload bytes. Holds scratch state, so each incoming
 * stream has its own; owned by the thread that owns the stream. Packets may come in any order:
 * nothing is remembered from one to the next.
 */
public sealed interface PayloadReader
    permits AudioPayloadReader,
        Vp8PayloadReader,
        Vp9PayloadReader,
        H264PayloadReader,
        H265PayloadReader,
        Av1PayloadReader {

  /**
   * Reads one packet's facts. The payload ends before any RTP padding; a packet that is padding
   * only has no facts and must not come here.
   *
   * @param bytes what holds the payload
   * @param payloadOffset where it begins
   * @param payloadLength its length in bytes
   * @param marker the RTP marker bit
   * @param out overwritten with the facts; unspecified if false is returned
   * @return false if the payload is empty or contradicts itself
   */
  boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out);

  /** A new reader for one stream of this codec. */
  static PayloadReader of(Codec codec) {
    return switch (codec) {
      case OPUS, RED, G722, PCMU, PCMA -> new AudioPayloadReader();
      case VP8 -> new Vp8PayloadReader();
      case VP9 -> new Vp9PayloadReader();
      case H264 -> new H264PayloadReader();
      case H265 -> new H265PayloadReader();
      case AV1 -> new Av1PayloadReader();
    };
  }
}
