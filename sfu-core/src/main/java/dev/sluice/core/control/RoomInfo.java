package dev.sluice.core.control;

import dev.sluice.core.media.RoomId;
import java.util.List;

/** A room as seen from outside at one moment; hidden participants are left out. */
public record RoomInfo(RoomId id, List<ParticipantInfo> participants) {
  public RoomInfo {
    participants = List.copyOf(participants);
  }
}
