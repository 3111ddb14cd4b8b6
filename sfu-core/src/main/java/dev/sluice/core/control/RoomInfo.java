package dev.sluice.core.control;

import dev.sluice.core.media.RoomId;
import java.util.List;

/**
 * A room as seen from outside at one moment; hidden participants are left out.
 *
 * @param waiting who has not been admitted yet
 */
public record RoomInfo(
    RoomId id, List<ParticipantInfo> participants, List<ParticipantInfo> waiting) {
  public RoomInfo {
    participants = List.copyOf(participants);
    waiting = List.copyOf(waiting);
  }

  /** Nobody waits. */
  public RoomInfo(RoomId id, List<ParticipantInfo> participants) {
    this(id, participants, List.of());
  }
}
