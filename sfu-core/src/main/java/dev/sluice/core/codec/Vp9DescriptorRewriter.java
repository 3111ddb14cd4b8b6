package dev.sluice.core.codec;

/**
 * VP9, RFC 9628 §4.2: picture id and, in non-flexible mode, TL0PICIDX. All spatial layers of a
 * picture share both.
 *
 * <p>Gaps of left-out pictures stay: references are distances between picture ids, given in each
 * packet (flexible mode) or once by the scalability structure, and closing a gap would bend them.
 */
final class Vp9DescriptorRewriter implements DescriptorRewriter {
  private final PictureNumbering numbering = new PictureNumbering();
  private final RunningIndex tl0PicIdx = new RunningIndex(8);
  private long lastMapping;

  @Override
  public int rewrite(
      byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset) {
    long mapping = 0;
    boolean hasId = facts.pictureId >= 0;
    if (hasId || numbering.started()) {
      long number =
          hasId
              ? numbering.numberOf(facts.pictureId, facts.pictureIdBits, facts.keyframe)
              : numbering.continueWithoutIds(facts.frameStart && facts.spatialId == 0);
      if (number == PictureNumbering.NONE) {
        return NOT_FORWARDABLE;
      }
      mapping = DescriptorMapping.withPictureId(mapping, number);
    }
    if (facts.tl0PicIdx >= 0) {
      mapping = DescriptorMapping.withTl0PicIdx(mapping, tl0PicIdx.map(facts.tl0PicIdx, false));
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
    int flags = bytes[payloadOffset];
    int from = payloadOffset + 1 + (facts.pictureIdBits + 7) / 8;
    int at = outOffset + 1;
    if (DescriptorMapping.hasPictureId(token)) {
      flags |= Vp9PayloadReader.I;
      int pictureId = DescriptorMapping.pictureId(token);
      out[at++] = (byte) (Vp9PayloadReader.M | pictureId >> 8);
      out[at++] = (byte) pictureId;
    }
    out[outOffset] = (byte) flags;
    int rest = payloadOffset + facts.descriptorLength - from;
    System.arraycopy(bytes, from, out, at, rest);
    if (DescriptorMapping.hasTl0PicIdx(token)) {
      // It stands right behind the byte of the layer indices.
      out[at + 1] = (byte) DescriptorMapping.tl0PicIdx(token);
    }
    return at + rest - outOffset;
  }

  @Override
  public void pictureDropped(PayloadFacts facts) {
    // The gap stays, see above.
  }

  @Override
  public void sourceChanged() {
    numbering.sourceChanged();
    tl0PicIdx.sourceChanged();
  }
}
