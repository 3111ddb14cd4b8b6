package dev.sluice.core.room;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.media.ParticipantId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is told what: the events that wait to be delivered. Owner: the room's worker. */
final class Audience {
  private final Map<ParticipantId, Participant> participants;
  private final Announcements announcements = new Announcements();
  private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
  private Consumer<RoomEvent> observer = change -> {};
  private long nowNanos;

  Audience(Map<ParticipantId, Participant> participants) {
    this.participants = participants;
  }

  /** Who sees everything that others may know of, whether anybody is there to be told or not. */
  void setObserver(Consumer<RoomEvent> newObserver) {
    observer = newObserver;
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

  /** The observer alone. */
  void observe(RoomEvent change) {
    observer.accept(change);
  }

  /** The time of what is told from now on. */
  void setNow(long now) {
    nowNanos = now;
  }

  /** One who comes in, before it is told who is there. */
  void welcome(Participant newcomer) {
    announcements.welcome(newcomer.id());
  }

  /** When {@link #announce} is due; {@link Long#MAX_VALUE} for never. */
  long dueNanos() {
    return announcements.dueNanos();
  }

  /** Tells everyone what has gathered. */
  void announce(long now) {
    for (Participant participant : participants.values()) {
      RoomEvent event = announcements.gatheredFor(participant.id());
      if (event != null) {
        tell(participant, event);
      }
    }
    announcements.clear(now);
  }

  /** Tells the others of one change; see {@link #tellOthers(Participant, List)}. */
  void tellOthers(Participant about, RoomEvent change) {
    tellOthers(about, List.of(change));
  }

  /**
   * Tells the others what has changed at one stroke, now or a little later when there is much to
   * tell. What concerns a participant that nobody may know of concerns nobody else.
   */
  void tellOthers(Participant about, List<RoomEvent> changes) {
    if (changes.isEmpty() || about.grants().hidden()) {
      return;
    }
    changes.forEach(observer);
    if (isAlone(about)) {
      return;
    }
    if (!announcements.tryTellAtOnce(nowNanos)) {
      changes.forEach(change -> announcements.gather(about.id(), change, nowNanos));
      return;
    }
    RoomEvent event = RoomEvent.Batch.of(changes);
    for (Participant participant : participants.values()) {
      if (participant != about) {
        tell(participant, event);
      }
    }
  }

  private boolean isAlone(Participant participant) {
    return participants.isEmpty()
        || (participants.size() == 1 && participants.containsKey(participant.id()));
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
