package dev.sluice.core.codec;

/** The largest frame size in a sequence header OBU, AV1 §5.5.1 to §5.5.4. */
final class Av1SequenceHeader {
  private Av1SequenceHeader() {}

  /** Reads from behind the OBU's header; says nothing if the sequence header is cut short. */
  static void readSize(BitReader bits, PayloadFacts out) {
    bits.skip(4);
    boolean reducedStillPicture = bits.flag();
    if (reducedStillPicture) {
      bits.skip(5);
    } else {
      skipOperatingPoints(bits);
    }
    int widthBits = bits.bits(4) + 1;
    int heightBits = bits.bits(4) + 1;
    int width = bits.bits(widthBits) + 1;
    int height = bits.bits(heightBits) + 1;
    if (!bits.overrun()) {
      out.addLayerSize(width, height);
    }
  }

  private static void skipOperatingPoints(BitReader bits) {
    boolean timingInfo = bits.flag();
    boolean decoderModel = false;
    int delayBits = 0;
    if (timingInfo) {
      bits.skip(64);
      if (bits.flag()) {
        bits.unsignedGolomb();
      }
      decoderModel = bits.flag();
      if (decoderModel) {
        delayBits = bits.bits(5) + 1;
        bits.skip(42);
      }
    }
    boolean initialDisplayDelay = bits.flag();
    int operatingPoints = bits.bits(5) + 1;
    for (int i = 0; i < operatingPoints && !bits.overrun(); i++) {
      bits.skip(12);
      if (bits.bits(5) > 7) {
        bits.skip(1);
      }
      if (decoderModel && bits.flag()) {
        bits.skip(2 * delayBits + 1);
      }
      if (initialDisplayDelay && bits.flag()) {
        bits.skip(4);
      }
    }
  }
}
