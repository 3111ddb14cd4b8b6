package dev.sluice.core.room;

import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.selection.LayerSelector;
import dev.sluice.core.selection.LayerTarget;

/**
 * Points slots at the layers of the tracks that they show: those that the subscriber's path carries
 * ({@link DownlinkShares}), or for what has just come those that {@link LayerSelector} finds best.
 * Owner: the room's worker.
 */
final class LayerAssignment {
  private final Forwarder forwarder;
  private final Voices voices;
  private final UpstreamLayers upstream;

  LayerAssignment(Forwarder forwarder, Voices voices, UpstreamLayers upstream) {
    this.forwarder = forwarder;
    this.voices = voices;
    this.upstream = upstream;
  }

  /** Shares a participant's path among its slots anew; {@link #point} then carries it out. */
  void share(Participant participant, long nowNanos) {
    participant.downlink().update(participant, voices, nowNanos);
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
    DownlinkShares shares = participant.downlink();
    if (hasLayers(track) && !shares.covers(slot, track)) {
      share(participant, nowNanos);
    }
    LayerTarget target;
    if (shares.covers(slot, track)) {
      boolean sizeSaid = !limits.equals(SlotLimits.NONE);
      for (IngressStream stream : shares.chosen(slot)) {
        upstream.handleChoice(track, stream, sizeSaid, nowNanos);
      }
      target = shares.target(slot, nowNanos);
    } else {
      target = LayerSelector.select(track.streams(), limits, LayerSelector.UNLIMITED, nowNanos);
    }
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
