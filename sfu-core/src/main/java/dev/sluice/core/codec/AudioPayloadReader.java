package dev.sluice.core.codec;

/** Audio: each packet is a frame that can be decoded without any other. */
final class AudioPayloadReader implements PayloadReader {
  @Override
  public boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out) {
    out.reset();
    out.keyframe = true;
    out.frameStart = true;
    out.frameEnd = true;
    return payloadLength > 0;
  }
}
