package dev.sluice.core.room;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PeerSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a room: lets in whom the {@link Door} opens for, keeps places for those who are to come
 * from other rooms, and sees everyone off, with all that others are told of it. How long the room
 * lives on without anybody is known here too.
 *
 * <p>Owner: the room's worker.
 */
final class Attendance {
  private final RoomId room;
  private final Map<ParticipantId, Participant> participants;
  private final Audience audience;
  private final Voices voices;
  private final Forwarder forwarder;
  private final Publications publications;
  private final Subscriptions subscriptions;
  private final Door door;
  private final Lifetime lifetime = new Lifetime();

  /** The peers of all participants. */
  private final PeerDeadlines peers = new PeerDeadlines();

  /** Of participants that are gone; each of the others counts its own. */
  private final DropCounters drops = new DropCounters();

  /** What those have sent and received here who have left. */
  private final RoomTotals departed = new RoomTotals();

  /** Nobody is there. What is shared with the room's other parts is theirs. */
  Attendance(
      RoomId room,
      Map<ParticipantId, Participant> participants,
      Audience audience,
      Voices voices,
      Forwarder forwarder,
      Publications publications,
      Subscriptions subscriptions,
      RoomSettings settings) {
    this.room = room;
    this.participants = participants;
    this.audience = audience;
    this.voices = voices;
    this.forwarder = forwarder;
    this.publications = publications;
    this.subscriptions = subscriptions;
    door = new Door(participants, audience, settings);
  }

  RoomSettings settings() {
    return door.settings();
  }

  void configure(RoomSettings settings, long nowNanos) {
    door.setSettings(settings);
    lifetime.waitWhenEmpty(
        settings.emptyTimeoutNanos(), settings.departureTimeoutNanos(), nowNanos);
  }

  /** Nobody is in the room, and nobody waits to be or is on the way. */
  boolean isEmpty() {
    return participants.isEmpty() && door.nobodyComes();
  }

  /** Whether nobody is there, and the room has waited for somebody as long as it should. */
  boolean isOver(long nowNanos) {
    return isEmpty() && lifetime.isOver(nowNanos);
  }

  /** When {@link #isOver} will be true if nobody comes; {@link Long#MAX_VALUE} for never. */
  long overAtNanos() {
    return isEmpty() ? lifetime.overAtNanos() : Long.MAX_VALUE;
  }

  /** When something is due for one of those who are in the room. */
  PeerDeadlines peers() {
    return peers;
  }

  /** Those who wait to be let in. */
  List<ParticipantInfo> waiting() {
    return door.waiting();
  }

  /** Lets one in, now or when somebody admits it, or refuses it. */
  void handle(
      RoomCommand.Join join, Function<RoomCommand.Join, PeerSession> newPeers, long nowNanos) {
    if (door.opensFor(join)) {
      enter(join, newPeers, nowNanos);
    }
  }

  /** Lets one in who waits. */
  void handle(
      RoomCommand.Admit admit, Function<RoomCommand.Join, PeerSession> newPeers, long nowNanos) {
    RoomCommand.Join join = door.admit(admit.participant());
    if (join != null) {
      enter(join, newPeers, nowNanos);
    }
  }

  void handle(RoomCommand.Leave leave, long nowNanos) {
    door.turnAway(leave.participant(), leave.reason());
    leave(leave.participant(), leave.reason(), nowNanos);
  }

  void handle(RoomCommand.RemoveIdentity remove, long nowNanos) {
    door.turnAway(remove.identity(), remove.reason());
    door.withIdentity(remove.identity())
        .forEach(participant -> leave(participant, remove.reason(), nowNanos));
  }

  /** Sends everyone away; the room does not wait for others. */
  void handle(RoomCommand.CloseRoom close, long nowNanos) {
    lifetime.endWhenEmpty();
    door.turnAllAway(close.reason());
    List.copyOf(participants.keySet())
        .forEach(participant -> leave(participant, close.reason(), nowNanos));
  }

  /** Keeps a place for one who is to come from another room, or says why not. */
  RoomEvent.@Nullable Refused expect(Passport passport) {
    RoomEvent.Refused refusal = publications.refusal(passport);
    return refusal == null ? door.expect(passport.join()) : refusal;
  }

  /** One for whom a place was kept does not come. */
  void forgetArrival(ParticipantId participantId, long nowNanos) {
    if (door.endExpectation(participantId) != null) {
      lifetime.handleEmpty(nowNanos);
    }
  }

  /**
   * Takes in one for whom a place is kept, with what it publishes; null when it is not kept any
   * more.
   *
   * @param takeOver makes the peer one of this room's, before anything is said of it
   */
  @Nullable Participant arrive(Traveller traveller, Consumer<Participant> takeOver, long nowNanos) {
    RoomCommand.Join join = door.endExpectation(traveller.id());
    if (join == null) {
      return null;
    }
    List<ParticipantInfo> others = makeRoomFor(join, nowNanos);
    Participant participant = new Participant(traveller.participant());
    add(participant);
    List<RoomEvent.PublishRefused> refusals =
        publications.adopt(participant, List.copyOf(traveller.participant().tracks().values()));
    departed.discount(participant.peer());
    takeOver.accept(participant);
    audience.tell(participant, new RoomEvent.Moved(room, participant.info(), others));
    refusals.forEach(refusal -> audience.tell(participant, refusal));
    handleNewcomer(participant);
    return participant;
  }

  /** Lets one go to another room; null for one that is not here. The others see it leave. */
  @Nullable Traveller release(ParticipantId participantId, long nowNanos) {
    Participant participant = participants.remove(participantId);
    if (participant == null) {
      return null;
    }
    forwarder.releaseAll(nowNanos);
    participant.peer().egress().flush();
    handleGone(participant, LeaveReason.MOVED, nowNanos);
    return new Traveller(participant);
  }

  /** Adds the figures of those who are here, and of those who were. */
  void addTo(RoomTotals totals) {
    drops.addTo(totals.drops);
    totals.addCounters(departed);
    for (Participant participant : participants.values()) {
      totals.add(participant.peer());
      totals.tracks += participant.tracks().size();
    }
  }

  private void enter(
      RoomCommand.Join join, Function<RoomCommand.Join, PeerSession> newPeers, long nowNanos) {
    List<ParticipantInfo> others = makeRoomFor(join, nowNanos);
    Participant participant = new Participant(join, newPeers.apply(join));
    add(participant);
    audience.tell(participant, new RoomEvent.Joined(participant.info(), others));
    handleNewcomer(participant);
  }

  /** Ends those whose place is taken; returns who is there then. */
  private List<ParticipantInfo> makeRoomFor(RoomCommand.Join join, long nowNanos) {
    for (ParticipantId replaced : door.replacedBy(join)) {
      leave(replaced, LeaveReason.DUPLICATE_IDENTITY, nowNanos);
    }
    return audience.visible();
  }

  private void add(Participant participant) {
    participant.setRoomCaps(settings().policy().caps());
    participants.put(participant.id(), participant);
    peers.add(participant.peer());
    audience.welcome(participant);
  }

  /** One is in, and has been told; who comes from another room brings tracks along. */
  private void handleNewcomer(Participant newcomer) {
    ParticipantInfo info = newcomer.info();
    List<RoomEvent> changes = new ArrayList<>();
    changes.add(new RoomEvent.ParticipantJoined(info.withoutTracks()));
    info.tracks().forEach(track -> changes.add(new RoomEvent.TrackPublished(track)));
    audience.tellOthers(newcomer, changes);
    if (newcomer.standing().isModerator()) {
      door.tellWhoWaits(newcomer);
    }
  }

  private void leave(ParticipantId participantId, LeaveReason reason, long nowNanos) {
    Participant participant = participants.remove(participantId);
    if (participant == null) {
      return;
    }
    participant.peer().sayGoodbye(nowNanos);
    audience.tell(participant, new RoomEvent.Removed(reason));
    handleGone(participant, reason, nowNanos);
  }

  /** One is out, and nothing of it is forwarded any more. */
  private void handleGone(Participant participant, LeaveReason reason, long nowNanos) {
    peers.remove(participant.peer());
    participant.peer().endCapture();
    departed.count(participant.peer());
    forwarder.removePeer(participant.peer());
    for (IngressStream stream : participant.peer().streams()) {
      forwarder.removeStream(stream.id());
    }
    for (PublishedTrack track : participant.tracks().values()) {
      subscriptions.handleTrackEnded(track);
    }
    voices.remove(participant);
    participant.peer().drops().moveTo(drops);
    audience.tellOthers(participant, new RoomEvent.ParticipantLeft(participant.id(), reason));
    if (!participant.tracks().isEmpty()) {
      subscriptions.updateAll(nowNanos);
    }
    lifetime.handleEmpty(nowNanos);
  }
}
