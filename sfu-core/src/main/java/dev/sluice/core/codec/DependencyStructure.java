package dev.sluice.core.codec;

/**
 * The template dependency structure that a keyframe's descriptor carries, "RTP Payload Format For
 * AV1" appendix A.8.2 and A.8.3.2. Reusable; its arrays have the sizes that the syntax allows.
 */
final class DependencyStructure {
  static final int MAX_TEMPLATES = 64;
  static final int MAX_DECODE_TARGETS = 32;
  static final int MAX_CHAINS = MAX_DECODE_TARGETS;

  /** The syntax sets no limit; encoders use fewer than ten. */
  static final int MAX_FRAME_DIFFS = 16;

  private static final int MAX_SPATIAL_ID = 3;
  private static final int MAX_TEMPORAL_ID = 7;
  private static final int NEXT_TEMPORAL = 1;
  private static final int NEXT_SPATIAL = 2;
  private static final int NO_MORE_TEMPLATES = 3;

  int templateIdOffset;
  int templates;
  int decodeTargets;
  int chains;
  boolean hasSizes;
  int spatialLayers;

  final byte[] spatialIds = new byte[MAX_TEMPLATES];
  final byte[] temporalIds = new byte[MAX_TEMPLATES];
  final byte[][] indications = new byte[MAX_TEMPLATES][MAX_DECODE_TARGETS];
  final byte[] frameDiffCounts = new byte[MAX_TEMPLATES];
  final byte[][] frameDiffs = new byte[MAX_TEMPLATES][MAX_FRAME_DIFFS];
  final byte[][] chainDiffs = new byte[MAX_TEMPLATES][MAX_CHAINS];
  final byte[] protectingChains = new byte[MAX_DECODE_TARGETS];
  final byte[] targetSpatialIds = new byte[MAX_DECODE_TARGETS];
  final byte[] targetTemporalIds = new byte[MAX_DECODE_TARGETS];
  final int[] widths = new int[MAX_SPATIAL_ID + 1];
  final int[] heights = new int[MAX_SPATIAL_ID + 1];

  /** Reads a structure; false if it is cut short or beyond the bounds. */
  boolean read(BitReader bits) {
    templateIdOffset = bits.bits(6);
    decodeTargets = bits.bits(5) + 1;
    if (!readLayers(bits)) {
      return false;
    }
    for (int template = 0; template < templates; template++) {
      for (int target = 0; target < decodeTargets; target++) {
        indications[template][target] = (byte) bits.bits(2);
      }
    }
    if (!readFrameDiffs(bits)) {
      return false;
    }
    readChains(bits);
    findTargetLayers();
    hasSizes = bits.flag();
    if (hasSizes) {
      for (int layer = 0; layer < spatialLayers; layer++) {
        widths[layer] = bits.bits(16) + 1;
        heights[layer] = bits.bits(16) + 1;
      }
    }
    return !bits.overrun();
  }

  /** The template that a descriptor's template id names, or -1 if this structure has no such. */
  int templateOf(int templateId) {
    int template = (templateId + MAX_TEMPLATES - templateIdOffset) % MAX_TEMPLATES;
    return template < templates ? template : -1;
  }

  private boolean readLayers(BitReader bits) {
    int spatialId = 0;
    int temporalId = 0;
    templates = 0;
    int next;
    do {
      if (templates == MAX_TEMPLATES
          || spatialId > MAX_SPATIAL_ID
          || temporalId > MAX_TEMPORAL_ID) {
        return false;
      }
      spatialIds[templates] = (byte) spatialId;
      temporalIds[templates] = (byte) temporalId;
      templates++;
      next = bits.bits(2);
      if (next == NEXT_TEMPORAL) {
        temporalId++;
      } else if (next == NEXT_SPATIAL) {
        temporalId = 0;
        spatialId++;
      }
    } while (next != NO_MORE_TEMPLATES && !bits.overrun());
    spatialLayers = spatialId + 1;
    return !bits.overrun();
  }

  private boolean readFrameDiffs(BitReader bits) {
    for (int template = 0; template < templates; template++) {
      int count = 0;
      while (bits.flag()) {
        if (count == MAX_FRAME_DIFFS) {
          return false;
        }
        frameDiffs[template][count++] = (byte) (bits.bits(4) + 1);
      }
      frameDiffCounts[template] = (byte) count;
    }
    return !bits.overrun();
  }

  private void readChains(BitReader bits) {
    chains = bits.nonSymmetric(decodeTargets + 1);
    if (chains == 0) {
      return;
    }
    for (int target = 0; target < decodeTargets; target++) {
      protectingChains[target] = (byte) bits.nonSymmetric(chains);
    }
    for (int template = 0; template < templates; template++) {
      for (int chain = 0; chain < chains; chain++) {
        chainDiffs[template][chain] = (byte) bits.bits(4);
      }
    }
  }

  /** A decode target's layer is the highest of the frames present in it (A.8.3.2). */
  private void findTargetLayers() {
    for (int target = 0; target < decodeTargets; target++) {
      int spatialId = 0;
      int temporalId = 0;
      for (int template = 0; template < templates; template++) {
        if (indications[template][target] != DependencyDescriptorReader.NOT_PRESENT) {
          spatialId = Math.max(spatialId, spatialIds[template]);
          temporalId = Math.max(temporalId, temporalIds[template]);
        }
      }
      targetSpatialIds[target] = (byte) spatialId;
      targetTemporalIds[target] = (byte) temporalId;
    }
  }
}
