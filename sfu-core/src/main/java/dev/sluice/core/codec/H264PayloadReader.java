package dev.sluice.core.codec;

/**
 * H.264, RFC 6184: single NAL units, STAP-A and FU-A, that is packetization modes 0 and 1. The
 * interleaved forms (STAP-B, MTAP, FU-B) are not used by WebRTC and count as malformed.
 *
 * <p>Browsers send a keyframe as STAP-A (SPS, PPS, …) and then the IDR slice in FU-A packets, or
 * all in one STAP-A. Forwarding may start at the packet with the sequence parameter set, so that
 * one is a keyframe packet as well as the one in which the IDR slice begins.
 */
final class H264PayloadReader implements PayloadReader {
  private static final int STAP_A = 24;
  private static final int FU_A = 28;
  private static final int SLICE = 1;
  private static final int IDR_SLICE = 5;
  private static final int SUPPLEMENTAL_INFORMATION = 6;
  private static final int SEQUENCE_PARAMETER_SET = 7;
  private static final int ACCESS_UNIT_DELIMITER = 9;

  /** Of the types that follow only 14 to 18 may begin an access unit (H.264 §7.4.1.2.3). */
  private static final int PREFIX_NAL_UNIT = 14;

  private static final int LAST_ACCESS_UNIT_START = 18;

  private final BitReader bits = new BitReader();

  @Override
  public boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out) {
    out.reset();
    out.frameEnd = marker;
    if (payloadLength <= 0) {
      return false;
    }
    int end = payloadOffset + payloadLength;
    int type = bytes[payloadOffset] & 0x1F;
    return switch (type) {
      case STAP_A -> readAggregation(bytes, payloadOffset + 1, end, out);
      case FU_A -> readFragment(bytes, payloadOffset, end, out);
      case 0, 25, 26, 27, 29, 30, 31 -> false;
      default -> {
        readNalUnit(type, bytes, payloadOffset + 1, end, out);
        yield true;
      }
    };
  }

  private boolean readAggregation(byte[] bytes, int offset, int end, PayloadFacts out) {
    int at = offset;
    while (at < end) {
      if (end - at < 3) {
        return false;
      }
      int size = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
      at += 2;
      if (size == 0 || size > end - at) {
        return false;
      }
      readNalUnit(bytes[at] & 0x1F, bytes, at + 1, at + size, out);
      at += size;
    }
    return at > offset;
  }

  private boolean readFragment(byte[] bytes, int offset, int end, PayloadFacts out) {
    if (end - offset < 3) {
      return false;
    }
    int header = bytes[offset + 1];
    if ((header & 0x80) != 0) {
      readNalUnit(header & 0x1F, bytes, offset + 2, end, out);
    }
    return true;
  }

  /** Reads one NAL unit, or the first fragment of one; {@code at} is behind its header byte. */
  private void readNalUnit(int type, byte[] bytes, int at, int end, PayloadFacts out) {
    if (type == SLICE || type == IDR_SLICE) {
      // first_mb_in_slice is 0, whose Exp-Golomb code is a single one bit.
      boolean firstSlice = at < end && bytes[at] < 0;
      out.frameStart |= firstSlice;
      out.keyframe |= firstSlice && type == IDR_SLICE;
    } else {
      out.frameStart |=
          (type >= SUPPLEMENTAL_INFORMATION && type <= ACCESS_UNIT_DELIMITER)
              || (type >= PREFIX_NAL_UNIT && type <= LAST_ACCESS_UNIT_START);
      if (type == SEQUENCE_PARAMETER_SET) {
        out.keyframe = true;
        out.parameterSets = true;
        bits.resetEscaped(bytes, at, end - at);
        H264SequenceParameterSet.readSize(bits, out);
      }
    }
    out.spatialSwitchUp = out.keyframe;
    if (out.keyframe) {
      out.allowSwitchUp(0, PayloadFacts.MAX_LAYER_ID);
    }
  }
}
