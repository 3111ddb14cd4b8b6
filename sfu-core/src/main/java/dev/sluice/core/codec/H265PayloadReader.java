package dev.sluice.core.codec;

/**
 * H.265, RFC 7798: single NAL units, aggregation packets (48) and fragmentation units (49), all
 * without decoding order numbers ({@code sprop-max-don-diff} is 0 in WebRTC).
 *
 * <p>As with H.264, the packet with the parameter sets counts as keyframe, and so does the one in
 * which an IRAP picture (types 16 to 23) begins.
 */
final class H265PayloadReader implements PayloadReader {
  private static final int AGGREGATION_PACKET = 48;
  private static final int FRAGMENTATION_UNIT = 49;
  private static final int LAST_SEGMENT_TYPE = 31;
  private static final int FIRST_IRAP = 16;
  private static final int LAST_IRAP = 23;
  private static final int TSA_N = 2;
  private static final int STSA_N = 4;
  private static final int STSA_R = 5;
  private static final int VIDEO_PARAMETER_SET = 32;
  private static final int SEQUENCE_PARAMETER_SET = 33;
  private static final int ACCESS_UNIT_DELIMITER = 35;
  private static final int PREFIX_INFORMATION = 39;
  private static final int NAL_HEADER_LENGTH = 2;

  private final BitReader bits = new BitReader();

  @Override
  public boolean read(
      byte[] bytes, int payloadOffset, int payloadLength, boolean marker, PayloadFacts out) {
    out.reset();
    out.frameEnd = marker;
    if (payloadLength <= NAL_HEADER_LENGTH) {
      return false;
    }
    int end = payloadOffset + payloadLength;
    int temporalIdPlus1 = bytes[payloadOffset + 1] & 0x07;
    if (temporalIdPlus1 == 0) {
      return false;
    }
    out.temporalId = temporalIdPlus1 - 1;
    int type = bytes[payloadOffset] >> 1 & 0x3F;
    if (type == AGGREGATION_PACKET) {
      return readAggregation(bytes, payloadOffset + NAL_HEADER_LENGTH, end, out);
    }
    if (type == FRAGMENTATION_UNIT) {
      return readFragment(bytes, payloadOffset + NAL_HEADER_LENGTH, end, out);
    }
    if (type > FRAGMENTATION_UNIT) {
      return false;
    }
    readNalUnit(type, bytes, payloadOffset + NAL_HEADER_LENGTH, end, out);
    return true;
  }

  private boolean readAggregation(byte[] bytes, int offset, int end, PayloadFacts out) {
    int at = offset;
    while (at < end) {
      if (end - at < 2) {
        return false;
      }
      int size = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
      at += 2;
      if (size < NAL_HEADER_LENGTH || size > end - at) {
        return false;
      }
      readNalUnit(bytes[at] >> 1 & 0x3F, bytes, at + NAL_HEADER_LENGTH, at + size, out);
      at += size;
    }
    return at > offset;
  }

  private boolean readFragment(byte[] bytes, int offset, int end, PayloadFacts out) {
    if (end - offset < 2) {
      return false;
    }
    int header = bytes[offset];
    if ((header & 0x80) != 0) {
      readNalUnit(header & 0x3F, bytes, offset + 1, end, out);
    }
    return true;
  }

  /** Reads one NAL unit, or the first fragment of one; {@code at} is behind its header. */
  private void readNalUnit(int type, byte[] bytes, int at, int end, PayloadFacts out) {
    if (type <= LAST_SEGMENT_TYPE) {
      // first_slice_segment_in_pic_flag is the first bit of the slice segment's header.
      boolean firstSegment = at < end && bytes[at] < 0;
      out.frameStart |= firstSegment;
      out.keyframe |= firstSegment && type >= FIRST_IRAP && type <= LAST_IRAP;
      if (type >= TSA_N && type <= STSA_R) {
        out.switchUp = true;
        // A TSA picture also lets in the layers above its own, H.265 §3.
        out.allowSwitchUp(
            out.temporalId - 1, type < STSA_N ? PayloadFacts.MAX_LAYER_ID : out.temporalId);
      }
    } else if (type <= PREFIX_INFORMATION) {
      out.frameStart |= type <= ACCESS_UNIT_DELIMITER || type == PREFIX_INFORMATION;
      if (type == VIDEO_PARAMETER_SET || type == SEQUENCE_PARAMETER_SET) {
        out.keyframe = true;
      }
      if (type == SEQUENCE_PARAMETER_SET) {
        out.parameterSets = true;
        bits.resetEscaped(bytes, at, end - at);
        H265SequenceParameterSet.readSize(bits, out);
      }
    }
    out.spatialSwitchUp = out.keyframe;
    if (out.keyframe) {
      out.allowSwitchUp(0, PayloadFacts.MAX_LAYER_ID);
    }
  }
}
