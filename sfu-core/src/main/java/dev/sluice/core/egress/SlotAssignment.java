package dev.sluice.core.egress;

/**
 * What one slot is to show and what it shows now: the two differ while it waits for a keyframe.
 * Owner: the room's worker.
 */
final class SlotAssignment {
  static final int NOTHING = EgressSlot.NOTHING;

  private int targetStreamId = NOTHING;
  private int targetCsrc;
  private int targetSpatialId = LayerFilter.ALL;
  private int targetTemporalId = LayerFilter.ALL;
  private int currentStreamId = NOTHING;
  private int currentCsrc;

  void setTarget(int streamId, int csrc) {
    targetStreamId = streamId;
    targetCsrc = csrc;
    if (streamId == NOTHING) {
      currentStreamId = NOTHING;
    }
  }

  void setTargetLayers(int maxSpatialId, int maxTemporalId) {
    targetSpatialId = maxSpatialId;
    targetTemporalId = maxTemporalId;
  }

  /** What it is to show is what it shows from now on. */
  void arrive() {
    currentStreamId = targetStreamId;
    currentCsrc = targetCsrc;
  }

  void stopShowing() {
    currentStreamId = NOTHING;
  }

  boolean arrived() {
    return targetStreamId == currentStreamId;
  }

  boolean hasTarget() {
    return targetStreamId != NOTHING;
  }

  boolean takes(int streamId) {
    return streamId != NOTHING && (streamId == targetStreamId || streamId == currentStreamId);
  }

  int targetStreamId() {
    return targetStreamId;
  }

  int targetSpatialId() {
    return targetSpatialId;
  }

  int targetTemporalId() {
    return targetTemporalId;
  }

  int currentStreamId() {
    return currentStreamId;
  }

  int currentCsrc() {
    return currentCsrc;
  }

  /** Whether its target is another stream of the very track that it shows. */
  boolean changesLayerOnly() {
    return currentStreamId != NOTHING && targetCsrc == currentCsrc;
  }
}
