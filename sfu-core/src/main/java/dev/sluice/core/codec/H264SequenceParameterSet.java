package dev.sluice.core.codec;

/** The picture size in a sequence parameter set, H.264 §7.3.2.1.1 and §7.4.2.1.1. */
final class H264SequenceParameterSet {
  private static final int MAX_REFERENCE_FRAMES_IN_CYCLE = 255;
  private static final int MAX_MACROBLOCKS_PER_SIDE = 1024;

  private H264SequenceParameterSet() {}

  /** Reads from behind the NAL unit's header; says nothing if the set is cut short or absurd. */
  static void readSize(BitReader bits, PayloadFacts out) {
    int profile = bits.bits(8);
    bits.skip(16);
    bits.unsignedGolomb();
    int chromaFormat = hasChromaFormat(profile) ? readChromaFormat(bits) : 1;
    bits.unsignedGolomb();
    skipPictureOrderCount(bits);
    bits.unsignedGolomb();
    bits.skip(1);
    int widthInMacroblocks = bits.unsignedGolomb() + 1;
    int heightInMapUnits = bits.unsignedGolomb() + 1;
    boolean framesOnly = bits.flag();
    if (!framesOnly) {
      bits.skip(1);
    }
    bits.skip(1);
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
    if (bits.overrun()
        || widthInMacroblocks > MAX_MACROBLOCKS_PER_SIDE
        || heightInMapUnits > MAX_MACROBLOCKS_PER_SIDE) {
      return;
    }
    int fieldFactor = framesOnly ? 1 : 2;
    int cropUnitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1;
    int cropUnitY = (chromaFormat == 1 ? 2 : 1) * fieldFactor;
    long width = widthInMacroblocks * 16L - cropUnitX * ((long) left + right);
    long height = heightInMapUnits * 16L * fieldFactor - cropUnitY * ((long) top + bottom);
    if (width > 0 && height > 0) {
      out.addLayerSize((int) width, (int) height);
    }
  }

  private static boolean hasChromaFormat(int profile) {
    return switch (profile) {
      case 44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244 -> true;
      default -> false;
    };
  }

  private static int readChromaFormat(BitReader bits) {
    int chromaFormat = bits.unsignedGolomb();
    if (chromaFormat == 3) {
      bits.skip(1);
    }
    bits.unsignedGolomb();
    bits.unsignedGolomb();
    bits.skip(1);
    if (bits.flag()) {
      for (int list = 0; list < (chromaFormat == 3 ? 12 : 8); list++) {
        if (bits.flag()) {
          skipScalingList(bits, list < 6 ? 16 : 64);
        }
      }
    }
    return chromaFormat;
  }

  private static void skipScalingList(BitReader bits, int size) {
    int lastScale = 8;
    int nextScale = 8;
    for (int i = 0; i < size && !bits.overrun(); i++) {
      if (nextScale != 0) {
        nextScale = (lastScale + bits.signedGolomb()) & 0xFF;
      }
      lastScale = nextScale == 0 ? lastScale : nextScale;
    }
  }

  private static void skipPictureOrderCount(BitReader bits) {
    int type = bits.unsignedGolomb();
    if (type == 0) {
      bits.unsignedGolomb();
    } else if (type == 1) {
      bits.skip(1);
      bits.signedGolomb();
      bits.signedGolomb();
      int cycle = Math.min(bits.unsignedGolomb(), MAX_REFERENCE_FRAMES_IN_CYCLE);
      for (int i = 0; i < cycle && !bits.overrun(); i++) {
        bits.signedGolomb();
      }
    }
  }
}
