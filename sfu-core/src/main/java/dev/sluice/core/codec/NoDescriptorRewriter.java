package dev.sluice.core.codec;

/** For codecs whose payload carries nothing that must be continuous. */
final class NoDescriptorRewriter implements DescriptorRewriter {
  @Override
  public int rewrite(
      byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset) {
    return 0;
  }

  @Override
  public long mappingToken() {
    return 0;
  }

  @Override
  public int rewriteWith(
      long token, byte[] bytes, int payloadOffset, PayloadFacts facts, byte[] out, int outOffset) {
    return 0;
  }

  @Override
  public void pictureDropped(PayloadFacts facts) {
    // Nothing counts pictures.
  }

  @Override
  public void sourceChanged() {
    // Nothing is numbered.
  }
}
