package dev.sluice.core.room;

import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.TrackId;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a subscriber's view against the room. Stateless. */
final class Views {
  private Views() {}

  /** Why a view cannot be taken over, or null when it can. */
  static RoomEvent.@Nullable ViewRefused check(
      RoomCommand.SetView command, Participant viewer, Collection<Participant> publishers) {
    for (Map.Entry<String, SlotWish> entry : command.view().slots().entrySet()) {
      RoomEvent.ViewFault fault =
          fault(viewer.slots().get(entry.getKey()), entry.getValue(), viewer, publishers);
      if (fault != null) {
        return new RoomEvent.ViewRefused(command.request(), fault, entry.getKey());
      }
    }
    return null;
  }

  private static RoomEvent.@Nullable ViewFault fault(
      @Nullable EgressSlot slot,
      SlotWish wish,
      Participant viewer,
      Collection<Participant> publishers) {
    if (slot == null) {
      return RoomEvent.ViewFault.UNKNOWN_SLOT;
    }
    TrackId wanted = wish.track();
    if (wanted == null) {
      return null;
    }
    for (Participant publisher : publishers) {
      for (PublishedTrack track : publisher.tracks().values()) {
        if (track.id().equals(wanted) && viewer.mayHave(track, publisher)) {
          return track.section().kind() == slot.section().kind()
              ? null
              : RoomEvent.ViewFault.WRONG_KIND;
        }
      }
    }
    return RoomEvent.ViewFault.UNKNOWN_TRACK;
  }
}
