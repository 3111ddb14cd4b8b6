package dev.sluice.core.codec;

/**
 * VP8, RFC 7741 §4.2: picture id, TL0PICIDX and KEYIDX. A source without temporal layers that
 * follows one with them is written as if all its pictures were of the base layer, so that the
 * receiver goes on to track references the same way.
 */
final class Vp8DescriptorRewriter implements DescriptorRewriter {
  private final PictureNumbering numbering = new PictureNumbering();
  private final RunningIndex tl0PicIdx = new RunningIndex(8);
  private final RunningIndex keyIdx = new RunningIndex(5);
  private long lastMapping;

  @Override
  public int rewrite(
      byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset) {
    long mapping = 0;
    boolean hasId = facts.pictureId >= 0;
    long number = PictureNumbering.NONE;
    if (hasId || numbering.started()) {
      number =
          hasId
              ? numbering.numberOf(facts.pictureId, facts.pictureIdBits, facts.keyframe)
              : numbering.continueWithoutIds(facts.frameStart);
      if (number == PictureNumbering.NONE) {
        return NOT_FORWARDABLE;
      }
      mapping = DescriptorMapping.withPictureId(mapping, number);
    }
    if (facts.tl0PicIdx >= 0) {
      mapping = DescriptorMapping.withTl0PicIdx(mapping, tl0PicIdx.map(facts.tl0PicIdx, false));
    } else if (tl0PicIdx.started() && number != PictureNumbering.NONE) {
      int everyPicture = (int) number & 0xFF;
      mapping = DescriptorMapping.withTl0PicIdx(mapping, tl0PicIdx.map(everyPicture, true));
    }
    if (facts.keyIdx >= 0) {
      mapping = DescriptorMapping.withKeyIdx(mapping, keyIdx.map(facts.keyIdx, false));
    }
    lastMapping = mapping;
    return rewriteWith(mapping, bytes, payloadOffset, facts, out, outOffset);
  }

  @Override
  public long mappingToken() {
    return lastMapping;
  }

  @Override
  public int rewriteWith(
      long token, byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset) {
    int required = bytes[payloadOffset];
    boolean sourceHasLayer =
        (required & Vp8PayloadReader.X) != 0
            && (bytes[payloadOffset + 1] & Vp8PayloadReader.T) != 0;
    // TL0PICIDX is only valid beside a temporal layer.
    boolean hasLayer = sourceHasLayer || DescriptorMapping.hasTl0PicIdx(token);
    int extension =
        (DescriptorMapping.hasPictureId(token) ? Vp8PayloadReader.I : 0)
            | (DescriptorMapping.hasTl0PicIdx(token) ? Vp8PayloadReader.L : 0)
            | (hasLayer ? Vp8PayloadReader.T : 0)
            | (DescriptorMapping.hasKeyIdx(token) ? Vp8PayloadReader.K : 0);
    int at = outOffset;
    if (extension == 0) {
      out[at] = (byte) (required & ~Vp8PayloadReader.X);
      return 1;
    }
    out[at++] = (byte) (required | Vp8PayloadReader.X);
    out[at++] = (byte) extension;
    if (DescriptorMapping.hasPictureId(token)) {
      int pictureId = DescriptorMapping.pictureId(token);
      out[at++] = (byte) (Vp8PayloadReader.M | pictureId >> 8);
      out[at++] = (byte) pictureId;
    }
    if (DescriptorMapping.hasTl0PicIdx(token)) {
      out[at++] = (byte) DescriptorMapping.tl0PicIdx(token);
    }
    if ((extension & (Vp8PayloadReader.T | Vp8PayloadReader.K)) != 0) {
      int layer = sourceHasLayer ? sourceLayer(bytes, payloadOffset) : 0;
      out[at++] = (byte) (layer | DescriptorMapping.keyIdx(token));
    }
    return at - outOffset;
  }

  /** TID and Y as they came: the facts may be those of a dependency descriptor. */
  private static int sourceLayer(byte[] bytes, int payloadOffset) {
    int at = payloadOffset + 2;
    if ((bytes[payloadOffset + 1] & Vp8PayloadReader.I) != 0) {
      at += (bytes[at] & Vp8PayloadReader.M) != 0 ? 2 : 1;
    }
    if ((bytes[payloadOffset + 1] & Vp8PayloadReader.L) != 0) {
      at++;
    }
    return bytes[at] & 0xE0;
  }

  @Override
  public void pictureDropped(PayloadFacts facts) {
    if (facts.pictureId >= 0) {
      numbering.drop(facts.pictureId, facts.pictureIdBits);
    }
  }

  @Override
  public void sourceChanged() {
    numbering.sourceChanged();
    tl0PicIdx.sourceChanged();
    keyIdx.sourceChanged();
  }
}
