package dev.sluice.core.codec;

/**
 * VP9, RFC 9628 §4.2.
 *
 * <pre>
 *       0 1 2 3 4 5 6 7
 *      +-+-+-+-+-+-+-+-+
 *      |I|P|L|F|B|E|V|Z|   required
 *      +-+-+-+-+-+-+-+-+
 *  I:  |M| PICTURE ID  |   M: a second byte follows, 15 bits together
 *      +-+-+-+-+-+-+-+-+
 *      |  PICTURE ID   |
 *      +-+-+-+-+-+-+-+-+
 *  L:  | TID |U| SID |D|
 *      +-+-+-+-+-+-+-+-+
 *      |   TL0PICIDX   |   L and not F
 *      +-+-+-+-+-+-+-+-+
 *  P,F:| P_DIFF      |N|   N: another follows, at most three
 *      +-+-+-+-+-+-+-+-+
 *  V:  | N_S |Y|G|-|-|-|   scalability structure, §4.2.1
 *      +-+-+-+-+-+-+-+-+
 * </pre>
 */
final class Vp9PayloadReader implements PayloadReader {
  static final int I = 0x80;
  static final int P = 0x40;
  static final int L = 0x20;
  static final int F = 0x10;
  static final int B = 0x08;
  static final int E = 0x04;
  static final int V = 0x02;
  static final int M = 0x80;

  private static final int MAX_P_DIFFS = 3;

  @Override
  public boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out) {
    out.reset();
    int end = payloadOffset + payloadLength;
    if (payloadLength <= 0) {
      return false;
    }
    int flags = bytes[payloadOffset];
    int at = readPictureId(bytes, payloadOffset, end, out);
    if (at > 0 && (flags & L) != 0) {
      at = readLayer(bytes, at, end, (flags & F) != 0, out);
    }
    if (at > 0 && (flags & (P | F)) == (P | F)) {
      at = skipReferences(bytes, at, end);
    }
    if (at > 0 && (flags & V) != 0) {
      at = readScalabilityStructure(bytes, at, end, out);
    }
    if (at < 0 || at >= end) {
      return false;
    }
    out.descriptorLength = at - payloadOffset;
    out.frameStart = (flags & B) != 0;
    out.frameEnd = (flags & E) != 0;
    out.spatialSwitchUp = (flags & P) == 0;
    out.keyframe = out.frameStart && out.spatialSwitchUp && out.spatialId == 0;
    if (out.switchUp || (out.spatialSwitchUp && out.spatialId == 0)) {
      out.allowSwitchUp(out.temporalId, PayloadFacts.MAX_LAYER_ID);
    }
    return true;
  }

  private static int readPictureId(byte[] bytes, int offset, int end, PayloadFacts out) {
    int at = offset + 1;
    if ((bytes[offset] & I) == 0) {
      return at;
    }
    if (at >= end) {
      return -1;
    }
    int first = bytes[at++];
    if ((first & M) == 0) {
      out.pictureId = first & 0x7F;
      out.pictureIdBits = 7;
      return at;
    }
    if (at >= end) {
      return -1;
    }
    out.pictureId = (first & 0x7F) << 8 | (bytes[at++] & 0xFF);
    out.pictureIdBits = 15;
    return at;
  }

  private static int readLayer(byte[] bytes, int at, int end, boolean flexible, PayloadFacts out) {
    if (end - at < (flexible ? 1 : 2)) {
      return -1;
    }
    int layer = bytes[at] & 0xFF;
    out.temporalId = layer >> 5;
    out.switchUp = (layer & 0x10) != 0;
    out.spatialId = layer >> 1 & 0x07;
    out.interLayerPredicted = (layer & 0x01) != 0;
    if (flexible) {
      return at + 1;
    }
    out.tl0PicIdx = bytes[at + 1] & 0xFF;
    return at + 2;
  }

  private static int skipReferences(byte[] bytes, int offset, int end) {
    int at = offset;
    for (int i = 0; i < MAX_P_DIFFS; i++) {
      if (at >= end) {
        return -1;
      }
      if ((bytes[at++] & 0x01) == 0) {
        return at;
      }
    }
    return -1;
  }

  private static int readScalabilityStructure(byte[] bytes, int offset, int end, PayloadFacts out) {
    if (offset >= end) {
      return -1;
    }
    int at = offset;
    int header = bytes[at++] & 0xFF;
    int layers = (header >> 5) + 1;
    if ((header & 0x10) != 0) {
      if (end - at < 4 * layers) {
        return -1;
      }
      for (int i = 0; i < layers; i++, at += 4) {
        out.addLayerSize(
            (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF),
            (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF));
      }
    }
    return (header & 0x08) == 0 ? at : skipPictureGroup(bytes, at, end);
  }

  private static int skipPictureGroup(byte[] bytes, int offset, int end) {
    if (offset >= end) {
      return -1;
    }
    int at = offset;
    int pictures = bytes[at++] & 0xFF;
    for (int i = 0; i < pictures; i++) {
      if (at >= end) {
        return -1;
      }
      int references = bytes[at] >> 2 & 0x03;
      at += 1 + references;
    }
    return at <= end ? at : -1;
  }
}
