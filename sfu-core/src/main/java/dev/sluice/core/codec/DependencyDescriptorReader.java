package dev.sluice.core.codec;

/**
 * Reads the dependency descriptor header extension of one incoming stream, "RTP Payload Format For
 * AV1" appendix A. It says what a frame depends on without a look at the payload, so it also serves
 * other codecs and encrypted payloads. Owned by the thread that owns the stream.
 *
 * <p>Keyframes carry the structure (the templates) that later descriptors refer to: it is kept
 * here. A late packet with an older structure is understood by that structure but does not bring it
 * back.
 */
public final class DependencyDescriptorReader {
  /** Decode target indication: the frame is no part of the target. */
  public static final int NOT_PRESENT = 0;

  /** Decode target indication: no other frame of the target references this one. */
  public static final int DISCARDABLE = 1;

  /** Decode target indication: a receiver may switch to the target with this frame. */
  public static final int SWITCH = 2;

  /** Decode target indication: the target's later frames need this one. */
  public static final int REQUIRED = 3;

  private static final int MANDATORY_LENGTH = 3;

  /** How many frames late a keyframe can be; one that is further back belongs to a new encoder. */
  private static final int LATE_FRAMES = 512;

  private final BitReader bits = new BitReader();
  private DependencyStructure current = new DependencyStructure();
  private DependencyStructure spare = new DependencyStructure();
  private boolean hasStructure;
  private int structureFrameNumber;
  private int keptActiveTargets;

  // What the last descriptor said; the structure is the one that it referred to.
  private DependencyStructure structure = current;
  private boolean structureAttached;
  private int activeDecodeTargets;
  private int frameDiffCount;
  private final int[] indications = new int[DependencyStructure.MAX_DECODE_TARGETS];
  private final int[] frameDiffs = new int[DependencyStructure.MAX_FRAME_DIFFS];
  private final int[] chainDiffs = new int[DependencyStructure.MAX_CHAINS];

  /**
   * Reads one descriptor. What it says replaces the payload's own facts about frames and layers;
   * parameter sets, descriptor length and picture ids stay.
   *
   * @param bytes what holds the extension element's data
   * @param offset where the data begins
   * @param length its length in bytes
   * @param out refined if true is returned, else left as it is
   * @return false if the descriptor is malformed or its structure has not been seen; this object's
   *     other accessors are then unspecified until the next descriptor
   */
  public boolean read(byte[] bytes, int offset, int length, PayloadFacts out) {
    if (length < MANDATORY_LENGTH) {
      return false;
    }
    bits.reset(bytes, offset, length);
    boolean frameStart = bits.flag();
    boolean frameEnd = bits.flag();
    int templateId = bits.bits(6);
    int frameNumber = bits.bits(16);
    boolean extended = length > MANDATORY_LENGTH;
    structureAttached = extended && bits.flag();
    boolean activeTargetsPresent = extended && bits.flag();
    boolean customIndications = extended && bits.flag();
    boolean customFrameDiffs = extended && bits.flag();
    boolean customChains = extended && bits.flag();
    if (!chooseStructure()) {
      return false;
    }
    if (activeTargetsPresent) {
      activeDecodeTargets = bits.bits(structure.decodeTargets);
    } else {
      activeDecodeTargets = structureAttached ? allDecodeTargets() : keptActiveTargets;
    }
    int template = structure.templateOf(templateId);
    if (template < 0) {
      return false;
    }
    readIndications(template, customIndications);
    if (!readFrameDiffs(template, customFrameDiffs)) {
      return false;
    }
    readChainDiffs(template, customChains);
    if (bits.overrun()) {
      return false;
    }
    keep(frameNumber);
    out.frameStart = frameStart;
    out.frameEnd = frameEnd;
    out.frameNumber = frameNumber;
    out.templates = structureAttached ? structure.templates : 0;
    tell(template, out);
    return true;
  }

  /** Whether the last descriptor carried a structure. */
  public boolean structureAttached() {
    return structureAttached;
  }

  /** A bit per decode target, the lowest for target 0: those that the sender still produces. */
  public int activeDecodeTargets() {
    return activeDecodeTargets;
  }

  /** How many decode targets there are, at most 32. */
  public int decodeTargets() {
    return structure.decodeTargets;
  }

  /** The highest spatial layer of a decode target. */
  public int targetSpatialId(int decodeTarget) {
    return structure.targetSpatialIds[decodeTarget];
  }

  /** The highest temporal layer of a decode target. */
  public int targetTemporalId(int decodeTarget) {
    return structure.targetTemporalIds[decodeTarget];
  }

  /** What the frame is to a decode target, for example {@link #SWITCH}. */
  public int indication(int decodeTarget) {
    return indications[decodeTarget];
  }

  /** How many frames the frame references directly. */
  public int frameDiffs() {
    return frameDiffCount;
  }

  /** The distance in frame numbers to one of the referenced frames. */
  public int frameDiff(int index) {
    return frameDiffs[index];
  }

  /** How many chains there are; with none, nothing protects the decode targets. */
  public int chains() {
    return structure.chains;
  }

  /** Which chain protects a decode target; only if there are chains. */
  public int protectingChain(int decodeTarget) {
    return structure.protectingChains[decodeTarget];
  }

  /** The distance in frame numbers to the previous frame of a chain, 0 if there is none. */
  public int chainDiff(int chain) {
    return chainDiffs[chain];
  }

  private boolean chooseStructure() {
    if (structureAttached) {
      structure = spare;
      return spare.read(bits);
    }
    structure = current;
    return hasStructure;
  }

  private int allDecodeTargets() {
    return -1 >>> (Integer.SIZE - structure.decodeTargets);
  }

  private void readIndications(int template, boolean custom) {
    for (int target = 0; target < structure.decodeTargets; target++) {
      indications[target] = custom ? bits.bits(2) : structure.indications[template][target];
    }
  }

  private boolean readFrameDiffs(int template, boolean custom) {
    if (!custom) {
      frameDiffCount = structure.frameDiffCounts[template];
      for (int i = 0; i < frameDiffCount; i++) {
        frameDiffs[i] = structure.frameDiffs[template][i];
      }
      return true;
    }
    frameDiffCount = 0;
    for (int size = bits.bits(2); size != 0; size = bits.bits(2)) {
      if (frameDiffCount == DependencyStructure.MAX_FRAME_DIFFS) {
        return false;
      }
      frameDiffs[frameDiffCount++] = bits.bits(4 * size) + 1;
    }
    return true;
  }

  private void readChainDiffs(int template, boolean custom) {
    for (int chain = 0; chain < structure.chains; chain++) {
      chainDiffs[chain] = custom ? bits.bits(8) : structure.chainDiffs[template][chain];
    }
  }

  private void keep(int frameNumber) {
    if (!structureAttached) {
      keptActiveTargets = activeDecodeTargets;
      return;
    }
    int ahead = (short) (frameNumber - structureFrameNumber);
    if (!hasStructure || ahead >= 0 || ahead <= -LATE_FRAMES) {
      spare = current;
      current = structure;
      hasStructure = true;
      structureFrameNumber = frameNumber;
      keptActiveTargets = activeDecodeTargets;
    }
  }

  /** A frame that is a switch to its own layer can be that frame with which the layer begins. */
  private void findSwitchUp(int spatialId, int temporalId, PayloadFacts out) {
    int highest = -1;
    for (int target = 0; target < structure.decodeTargets; target++) {
      if (indications[target] == SWITCH && structure.targetSpatialIds[target] == spatialId) {
        highest = Math.max(highest, structure.targetTemporalIds[target]);
      }
    }
    out.switchUpFrom = -1;
    out.switchUpTo = -1;
    if (highest >= temporalId) {
      out.allowSwitchUp(out.switchUp ? temporalId - 1 : temporalId, highest);
    }
  }

  private void tell(int template, PayloadFacts out) {
    int spatialId = structure.spatialIds[template];
    int temporalId = structure.temporalIds[template];
    out.spatialId = spatialId;
    out.temporalId = temporalId;
    out.keyframe = structureAttached && out.frameStart && frameDiffCount == 0;
    out.switchUp = false;
    for (int target = 0; target < structure.decodeTargets; target++) {
      out.switchUp |=
          indications[target] == SWITCH
              && structure.targetSpatialIds[target] == spatialId
              && structure.targetTemporalIds[target] == temporalId;
    }
    findSwitchUp(spatialId, temporalId, out);
    // The frames of one picture are numbered one after the other, one per spatial layer.
    int withinPicture = 0;
    for (int i = 0; i < frameDiffCount; i++) {
      withinPicture += frameDiffs[i] <= spatialId ? 1 : 0;
    }
    out.interLayerPredicted = withinPicture > 0;
    out.spatialSwitchUp = withinPicture == frameDiffCount;
    if (structureAttached && structure.hasSizes) {
      out.spatialLayers = 0;
      for (int layer = 0; layer < structure.spatialLayers; layer++) {
        out.addLayerSize(structure.widths[layer], structure.heights[layer]);
      }
    }
  }
}
