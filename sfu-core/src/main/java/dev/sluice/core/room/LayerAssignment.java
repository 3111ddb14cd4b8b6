package dev.sluice.core.room;

import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.selection.LayerSelector;
import dev.sluice.core.selection.LayerTarget;

/**
 * Points slots at the layers of the tracks that they show, as {@link LayerSelector} decides. Owner:
 * the room's worker.
 */
final class LayerAssignment {
  private final Forwarder forwarder;

  LayerAssignment(Forwarder forwarder) {
    this.forwarder = forwarder;
  }

  /** Whether what a slot shows of a track can change while the track stays. */
  static boolean hasLayers(PublishedTrack track) {
    return track.section().kind() == MediaKind.VIDEO;
  }

  /**
   * Lets a slot show what is best of a track now; called again it changes only what has changed.
   */
  void point(
      Participant participant,
      EgressSlot slot,
      PublishedTrack track,
      SlotLimits limits,
      long nowNanos) {
    LayerTarget target =
        LayerSelector.select(track.streams(), limits, LayerSelector.UNLIMITED, nowNanos);
    if (target == null) {
      forwarder.unsubscribe(slot);
      return;
    }
    boolean sameLayers =
        slot.maxSpatialId() == target.maxSpatialId()
            && slot.maxTemporalId() == target.maxTemporalId();
    if (slot.targetStreamId() != target.stream().id()) {
      slot.limitLayers(target.maxSpatialId(), target.maxTemporalId());
      forwarder.retarget(target.stream(), (int) track.csrc(), participant.peer(), slot, nowNanos);
    } else if (!sameLayers) {
      slot.limitLayers(target.maxSpatialId(), target.maxTemporalId());
      forwarder.awaitLayers(target.stream(), slot);
    }
  }
}
