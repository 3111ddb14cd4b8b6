package dev.sluice.core.room;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.media.ParticipantId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is told what: the events that wait to be delivered. Owner: the room's worker. */
final class Audience {
  private final Map<ParticipantId, Participant> participants;
  private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();

  Audience(Map<ParticipantId, Participant> participants) {
    this.participants = participants;
  }

  void tell(Participant participant, RoomEvent event) {
    tell(participant.listener(), event);
  }

  /** Somebody who is not in the room. */
  void tell(RoomEventListener listener, RoomEvent event) {
    deliveries.add(new Delivery(listener, event));
  }

  void tellModerators(RoomEvent event) {
    for (Participant participant : participants.values()) {
      if (participant.standing().isModerator()) {
        tell(participant, event);
      }
    }
  }

  void tellAll(RoomEvent event) {
    participants.values().forEach(participant -> tell(participant, event));
  }

  /** What concerns a participant that nobody may know of concerns nobody else. */
  void tellOthers(Participant about, RoomEvent event) {
    if (about.grants().hidden()) {
      return;
    }
    for (Participant participant : participants.values()) {
      if (participant != about) {
        tell(participant, event);
      }
    }
  }

  /** Those that others may know of. */
  List<ParticipantInfo> visible() {
    return participants.values().stream()
        .filter(participant -> !participant.grants().hidden())
        .map(Participant::info)
        .toList();
  }

  /** Somebody who is not let in. */
  void refuse(RoomCommand.Join join, RoomEvent.Refused event) {
    tell(join.listener(), event);
  }

  @Nullable Delivery poll() {
    return deliveries.poll();
  }
}
