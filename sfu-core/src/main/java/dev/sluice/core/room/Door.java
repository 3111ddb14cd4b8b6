package dev.sluice.core.room;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.media.ParticipantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who comes into a room: applies its rules to each join, one after the other, and keeps those who
 * wait to be admitted. Owner: the room's worker, which makes its decisions atomic.
 */
final class Door {
  private final Map<ParticipantId, Participant> participants;
  private final Audience audience;
  private final Map<ParticipantId, RoomCommand.Join> waiting = new LinkedHashMap<>();

  /** Those who come from other rooms: their places are kept until they are here. */
  private final Map<ParticipantId, RoomCommand.Join> expected = new LinkedHashMap<>();

  private RoomSettings settings;

  Door(Map<ParticipantId, Participant> participants, Audience audience, RoomSettings settings) {
    this.participants = participants;
    this.audience = audience;
    this.settings = settings;
  }

  RoomSettings settings() {
    return settings;
  }

  void setSettings(RoomSettings newSettings) {
    settings = newSettings;
  }

  /** Whether nobody waits to be let in, or is on the way from another room. */
  boolean nobodyComes() {
    return waiting.isEmpty() && expected.isEmpty();
  }

  /** Those who wait, in the order in which they came. */
  List<ParticipantInfo> waiting() {
    return waiting.values().stream().map(Door::info).toList();
  }

  /** Whether one who joins may enter now. Who may not has been told, or waits. */
  boolean opensFor(RoomCommand.Join join) {
    boolean waits = settings.policy().waitingRoom() && !join.standing().isModerator();
    RoomEvent.Refused refusal = refusal(join, waits);
    if (refusal != null) {
      audience.refuse(join, refusal);
      return false;
    }
    if (waits) {
      waiting.put(join.participant(), join);
      audience.tell(join.listener(), new RoomEvent.Waiting());
      audience.tellModerators(new RoomEvent.ParticipantWaiting(info(join)));
      return false;
    }
    return true;
  }

  /** Keeps a place for one who comes from another room, or says why not. */
  RoomEvent.@Nullable Refused expect(RoomCommand.Join join) {
    RoomEvent.Refused refusal = refusal(join, false);
    if (refusal == null) {
      expected.put(join.participant(), join);
    }
    return refusal;
  }

  /** The place that was kept is needed now, or no longer; null when none is kept any more. */
  RoomCommand.@Nullable Join endExpectation(ParticipantId id) {
    return expected.remove(id);
  }

  /** Those whose place is taken by one who joins. */
  List<ParticipantId> replacedBy(RoomCommand.Join join) {
    return settings.policy().sameIdentity() == SameIdentity.REPLACE
        ? withIdentity(join.identity())
        : List.of();
  }

  /** Everyone of an identity who is in the room. */
  List<ParticipantId> withIdentity(String identity) {
    List<ParticipantId> found = new ArrayList<>();
    for (Participant participant : participants.values()) {
      if (participant.identity().equals(identity)) {
        found.add(participant.id());
      }
    }
    return found;
  }

  /**
   * The join of one who waited and is admitted, or null when there is none, or no place for it:
   * then it goes on waiting.
   */
  RoomCommand.@Nullable Join admit(ParticipantId id) {
    RoomCommand.Join join = waiting.get(id);
    if (join == null || isFull(join)) {
      return null;
    }
    endWait(id);
    return join;
  }

  /** Sends one away who waits, if it does. */
  void turnAway(ParticipantId id, LeaveReason reason) {
    RoomCommand.Join join = waiting.get(id);
    if (join != null) {
      endWait(id);
      audience.tell(join.listener(), new RoomEvent.Removed(reason));
    }
  }

  /** The same with all of an identity. */
  void turnAway(String identity, LeaveReason reason) {
    for (RoomCommand.Join join : List.copyOf(waiting.values())) {
      if (join.identity().equals(identity)) {
        turnAway(join.participant(), reason);
      }
    }
  }

  /** The same with everyone. Who is on the way finds no place. */
  void turnAllAway(LeaveReason reason) {
    expected.clear();
    List.copyOf(waiting.keySet()).forEach(id -> turnAway(id, reason));
  }

  /** A moderator has come: it is told who waits. */
  void tellWhoWaits(Participant moderator) {
    waiting
        .values()
        .forEach(join -> audience.tell(moderator, new RoomEvent.ParticipantWaiting(info(join))));
  }

  private void endWait(ParticipantId id) {
    waiting.remove(id);
    audience.tellModerators(new RoomEvent.WaitingEnded(id));
  }

  private RoomEvent.@Nullable Refused refusal(RoomCommand.Join join, boolean waits) {
    RoomPolicy policy = settings.policy();
    if (isHere(join.participant())) {
      return new RoomEvent.Refused(
          RefusalCode.DUPLICATE_PARTICIPANT, "This participant is already here.");
    }
    if (policy.locked() && !join.standing().isModerator()) {
      return new RoomEvent.Refused(RefusalCode.ROOM_LOCKED, "The room is locked.");
    }
    if (policy.sameIdentity() == SameIdentity.REJECT && isInUse(join.identity())) {
      return new RoomEvent.Refused(
          RefusalCode.IDENTITY_IN_USE, "Someone with this identity is in the room.");
    }
    // As many may wait as may be in: whoever waits costs little, but not nothing.
    boolean tooManyWait = waits && waiting.size() >= settings.maxParticipants();
    if (isFull(join) || tooManyWait) {
      return new RoomEvent.Refused(
          RefusalCode.ROOM_FULL,
          "The room has its " + settings.maxParticipants() + " participants.");
    }
    return null;
  }

  private boolean isHere(ParticipantId id) {
    return participants.containsKey(id) || waiting.containsKey(id) || expected.containsKey(id);
  }

  private boolean isInUse(String identity) {
    return !withIdentity(identity).isEmpty()
        || expected.values().stream().anyMatch(join -> join.identity().equals(identity));
  }

  private boolean isFull(RoomCommand.Join join) {
    int taken = participants.size() + expected.size() - replacedBy(join).size();
    return taken >= settings.maxParticipants();
  }

  private static ParticipantInfo info(RoomCommand.Join join) {
    return new ParticipantInfo(
        join.participant(), join.identity(), join.name(), List.of(), join.standing());
  }
}
