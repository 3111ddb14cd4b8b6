package dev.sluice.core.codec;

/**
 * VP8, RFC 7741 §4.2 (descriptor) and RFC 6386 §9.1 (frame header).
 *
 * <pre>
 *       0 1 2 3 4 5 6 7
 *      +-+-+-+-+-+-+-+-+
 *      |X|R|N|S|R| PID |   required
 *      +-+-+-+-+-+-+-+-+
 *  X:  |I|L|T|K| RSV   |   optional
 *      +-+-+-+-+-+-+-+-+
 *  I:  |M| PictureID   |   M: a second byte follows, 15 bits together
 *      +-+-+-+-+-+-+-+-+
 *      |   PictureID   |
 *      +-+-+-+-+-+-+-+-+
 *  L:  |   TL0PICIDX   |
 *      +-+-+-+-+-+-+-+-+
 *  T/K:|TID|Y| KEYIDX  |
 *      +-+-+-+-+-+-+-+-+
 * </pre>
 */
final class Vp8PayloadReader implements PayloadReader {
  static final int X = 0x80;
  static final int S = 0x10;
  static final int PID_MASK = 0x07;
  static final int I = 0x80;
  static final int L = 0x40;
  static final int T = 0x20;
  static final int K = 0x10;
  static final int M = 0x80;

  /** Frame tag, start code, width and height. */
  private static final int KEYFRAME_HEADER_LENGTH = 10;

  @Override
  public boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out) {
    out.reset();
    int end = payloadOffset + payloadLength;
    int at = readDescriptor(bytes, payloadOffset, end, out);
    // A descriptor without a byte of VP8 behind it carries nothing.
    if (at < 0 || at >= end) {
      return false;
    }
    out.descriptorLength = at - payloadOffset;
    out.frameStart = (bytes[payloadOffset] & (S | PID_MASK)) == S;
    out.frameEnd = marker;
    if (out.frameStart && (bytes[at] & 1) == 0) {
      out.keyframe = true;
      out.spatialSwitchUp = true;
      out.allowSwitchUp(0, PayloadFacts.MAX_LAYER_ID);
      readSize(bytes, at, end, out);
    }
    return true;
  }

  /** Returns where the descriptor ends, or -1 if the payload ends first. */
  private static int readDescriptor(byte[] bytes, int offset, int end, PayloadFacts out) {
    if (offset >= end) {
      return -1;
    }
    int at = offset + 1;
    if ((bytes[offset] & X) == 0) {
      return at;
    }
    if (at >= end) {
      return -1;
    }
    int extension = bytes[at++];
    if ((extension & I) != 0) {
      if (at >= end) {
        return -1;
      }
      int first = bytes[at++];
      if ((first & M) == 0) {
        out.pictureId = first & 0x7F;
        out.pictureIdBits = 7;
      } else {
        if (at >= end) {
          return -1;
        }
        out.pictureId = (first & 0x7F) << 8 | (bytes[at++] & 0xFF);
        out.pictureIdBits = 15;
      }
    }
    if ((extension & L) != 0) {
      if (at >= end) {
        return -1;
      }
      out.tl0PicIdx = bytes[at++] & 0xFF;
    }
    if ((extension & (T | K)) != 0) {
      if (at >= end) {
        return -1;
      }
      int layer = bytes[at++] & 0xFF;
      if ((extension & T) != 0) {
        out.temporalId = layer >> 6;
        out.switchUp = (layer & 0x20) != 0;
        if (out.switchUp && out.temporalId > 0) {
          out.allowSwitchUp(out.temporalId - 1, out.temporalId);
        }
      }
      if ((extension & K) != 0) {
        out.keyIdx = layer & 0x1F;
      }
    }
    return at;
  }

  private static void readSize(byte[] bytes, int at, int end, PayloadFacts out) {
    if (end - at >= KEYFRAME_HEADER_LENGTH
        && (bytes[at + 3] & 0xFF) == 0x9D
        && bytes[at + 4] == 0x01
        && bytes[at + 5] == 0x2A) {
      // Little endian; the two upper bits of each are a scaling hint for the renderer.
      int width = (bytes[at + 6] & 0xFF) | (bytes[at + 7] & 0x3F) << 8;
      int height = (bytes[at + 8] & 0xFF) | (bytes[at + 9] & 0x3F) << 8;
      out.addLayerSize(width, height);
    }
  }
}
