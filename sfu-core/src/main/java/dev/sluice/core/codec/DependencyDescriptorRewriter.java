package dev.sluice.core.codec;

import dev.sluice.core.rtp.BigEndian;

/**
 * Keeps the dependency descriptors ("RTP Payload Format For AV1" appendix A) of one outgoing stream
 * continuous while its source changes: frame numbers go on by one, and the templates of a new
 * structure get ids behind those of the one before, so that a late packet is never read with the
 * wrong structure. Both are changes in place: the three mandatory bytes and the structure's
 * template id offset have fixed places, and all else counts from them.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4
 * +-+-+-----------+-------------------------------+-+-+-+-+-+-----------+
 * |S|E|template id|         frame number          |T|A|D|F|C| id offset | if T
 * +-+-+-----------+-------------------------------+-+-+-+-+-+-----------+
 * </pre>
 *
 * <p>A source is shown from a keyframe on, and a keyframe carries its structure: so a receiver
 * never lacks it, and none has to be kept and sent again. The bitmask of active decode targets
 * stays as the publisher wrote it where layers are cut: browsers take from a descriptor which
 * frames a frame needs, and what they are not sent they are not told to need.
 *
 * <p>Owned by the thread that owns the outgoing stream.
 */
public final class DependencyDescriptorRewriter {
  private static final int MANDATORY_LENGTH = 3;
  private static final int TEMPLATE_MASK = DependencyStructure.MAX_TEMPLATES - 1;
  private static final int STRUCTURE_BIT = 0x80;
  private static final int FRAME_MASK = 0xFFFF;
  private static final int TEMPLATE_SHIFT = 16;
  private static final int PRESENT = 1 << 22;

  private boolean started;
  private boolean inSource;
  private int frameDelta;
  private int templateDelta;
  private int highestFrame;
  private int nextTemplate;

  /** The next descriptor comes from another source. */
  public void sourceChanged() {
    inSource = false;
  }

  /**
   * Numbers a descriptor that is sent, in the order of sending.
   *
   * @param facts what has been read from it
   * @return what {@link #write} needs, worth keeping for a retransmission; 0 for one too short
   */
  public int map(byte[] bytes, int offset, int length, PayloadFacts facts) {
    if (length < MANDATORY_LENGTH) {
      return 0;
    }
    int frame = BigEndian.uint16(bytes, offset + 1);
    boolean structure = carriesStructure(bytes, offset, length);
    if (!inSource) {
      // The very first source keeps its own numbers.
      frameDelta = started ? highestFrame + 1 - frame : 0;
      templateDelta = started && structure ? nextTemplate - templateOffset(bytes, offset) : 0;
      highestFrame = frame + frameDelta;
      inSource = true;
      started = true;
    }
    int out = frame + frameDelta & FRAME_MASK;
    if ((short) (out - highestFrame) >= 0) {
      highestFrame = out;
      if (structure) {
        nextTemplate = templateOffset(bytes, offset) + templateDelta + facts.templates;
      }
    }
    return PRESENT | (templateDelta & TEMPLATE_MASK) << TEMPLATE_SHIFT | out;
  }

  /** Whether a mapping is one of a descriptor. */
  public static boolean isPresent(int mapping) {
    return (mapping & PRESENT) != 0;
  }

  /** Copies a descriptor under the numbers that {@link #map} gave it. */
  public static void write(
      int mapping, byte[] bytes, int offset, int length, byte[] out, int outOffset) {
    System.arraycopy(bytes, offset, out, outOffset, length);
    int delta = mapping >> TEMPLATE_SHIFT & TEMPLATE_MASK;
    int template = bytes[offset] + delta & TEMPLATE_MASK;
    out[outOffset] = (byte) ((bytes[offset] & ~TEMPLATE_MASK) | template);
    BigEndian.putInt16(out, outOffset + 1, mapping & FRAME_MASK);
    if (carriesStructure(bytes, offset, length)) {
      int moved = templateOffset(bytes, offset) + delta & TEMPLATE_MASK;
      out[outOffset + 3] = (byte) ((bytes[offset + 3] & 0xF8) | moved >> 3);
      out[outOffset + 4] = (byte) (moved << 5 | (bytes[offset + 4] & 0x1F));
    }
  }

  private static boolean carriesStructure(byte[] bytes, int offset, int length) {
    return length > MANDATORY_LENGTH + 1 && (bytes[offset + MANDATORY_LENGTH] & STRUCTURE_BIT) != 0;
  }

  private static int templateOffset(byte[] bytes, int offset) {
    return (bytes[offset + 3] & 0x07) << 3 | (bytes[offset + 4] & 0xE0) >> 5;
  }
}
