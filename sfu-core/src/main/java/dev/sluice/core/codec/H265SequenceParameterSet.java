package dev.sluice.core.codec;

/** The picture size in a sequence parameter set, H.265 §7.3.2.2.1 and §7.4.3.2.1. */
final class H265SequenceParameterSet {
  private static final int MAX_SIDE = 16_384;

  private H265SequenceParameterSet() {}

  /** Reads from behind the NAL unit's header; says nothing if the set is cut short or absurd. */
  static void readSize(BitReader bits, PayloadFacts out) {
    bits.skip(4);
    int subLayers = bits.bits(3);
    bits.skip(1);
    skipProfileTierLevel(bits, subLayers);
    bits.unsignedGolomb();
    int chromaFormat = bits.unsignedGolomb();
    if (chromaFormat == 3) {
      bits.skip(1);
    }
    int width = bits.unsignedGolomb();
    int height = bits.unsignedGolomb();
    int left = 0;
    int right = 0;
    int top = 0;
    int bottom = 0;
    if (bits.flag()) {
      left = bits.unsignedGolomb();
      right = bits.unsignedGolomb();
      top = bits.unsignedGolomb();
      bottom = bits.unsignedGolomb();
    }
    if (bits.overrun() || width > MAX_SIDE || height > MAX_SIDE) {
      return;
    }
    int cropUnitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1;
    int cropUnitY = chromaFormat == 1 ? 2 : 1;
    long croppedWidth = width - cropUnitX * ((long) left + right);
    long croppedHeight = height - cropUnitY * ((long) top + bottom);
    if (croppedWidth > 0 && croppedHeight > 0) {
      out.addLayerSize((int) croppedWidth, (int) croppedHeight);
    }
  }

  /** {@code profile_tier_level(1, maxSubLayersMinus1)}, H.265 §7.3.3. */
  private static void skipProfileTierLevel(BitReader bits, int maxSubLayersMinus1) {
    bits.skip(96);
    if (maxSubLayersMinus1 == 0) {
      return;
    }
    int present = bits.bits(16);
    for (int i = 0; i < maxSubLayersMinus1; i++) {
      int flags = present >> (14 - 2 * i) & 3;
      bits.skip(((flags & 2) != 0 ? 88 : 0) + ((flags & 1) != 0 ? 8 : 0));
    }
  }
}
