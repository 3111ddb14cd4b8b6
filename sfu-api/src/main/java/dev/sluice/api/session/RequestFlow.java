package dev.sluice.api.session;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a client asks of its room besides media, and hands it over: mutes, whispers, messages
 * and, for a moderator, what is done to others. Each method says why not, or null. Owned by the
 * session's mailbox.
 */
final class RequestFlow {
  /** A chat, a whiteboard; each message goes to everyone. */
  private static final int DATA_PER_SECOND = 20;

  private static final int DATA_BURST = 60;

  /** A table that is shown; each question costs the room's worker a turn. */
  private static final int DOWNLINK_PER_SECOND = 2;

  private static final int DOWNLINK_BURST = 5;
  private static final int DOWNLINK_CHANGES = 16;

  private final Participation participation;
  private final LimitHits hits;
  private final TokenBucket data;
  private final TokenBucket downlink;
  private final Set<TrackId> ownTracks = new HashSet<>();

  RequestFlow(Participation participation, LimitHits hits, long nowNanos) {
    this.participation = participation;
    this.hits = hits;
    this.data = new TokenBucket(DATA_PER_SECOND, DATA_BURST, nowNanos);
    this.downlink = new TokenBucket(DOWNLINK_PER_SECOND, DOWNLINK_BURST, nowNanos);
  }

  /** Keeps in mind which tracks are one's own. */
  void note(RoomEvent event) {
    switch (event) {
      case RoomEvent.TrackPublished(TrackInfo track)
          when track.participant().equals(participation.id()) ->
          ownTracks.add(track.id());
      case RoomEvent.TrackUnpublished(TrackId track) -> ownTracks.remove(track);
      default -> {
        // Of others.
      }
    }
  }

  /** In another room its tracks have other names. */
  void handleMoved(ParticipantInfo self) {
    ownTracks.clear();
    self.tracks().forEach(track -> ownTracks.add(track.id()));
  }

  ServerMessage.@Nullable Failure mute(ClientMessage.Mute mute) {
    if (!participation.grants().publish()) {
      return error(ErrorCode.NOT_PERMITTED, "You may not publish.", mute.id());
    }
    if (!ownTracks.contains(mute.track())) {
      return error(ErrorCode.UNKNOWN_TRACK, "You publish no such track.", mute.id());
    }
    participation.submit(
        new RoomCommand.SetTrackMuted(room(), participation.id(), mute.track(), mute.muted()));
    return null;
  }

  void raiseHand(ClientMessage.RaiseHand hand) {
    participation.submit(new RoomCommand.RaiseHand(room(), participation.id(), hand.raised()));
  }

  ServerMessage.@Nullable Failure whisper(ClientMessage.Whisper whisper) {
    if (!ownTracks.contains(whisper.track())) {
      return error(ErrorCode.UNKNOWN_TRACK, "You publish no such track.", whisper.id());
    }
    participation.submit(
        new RoomCommand.Whisper(room(), participation.id(), whisper.track(), whisper.to()));
    return null;
  }

  ServerMessage.@Nullable Failure send(ClientMessage.SendData message, long nowNanos) {
    if (!participation.grants().data()) {
      return error(ErrorCode.NOT_PERMITTED, "You may not send messages.", message.id());
    }
    if (!data.tryTake(nowNanos)) {
      hits.count(Limit.DATA_RATE);
      return error(
          ErrorCode.RATE_LIMITED, "You send too many messages; this one was not.", message.id());
    }
    participation.submit(
        new RoomCommand.SendData(
            room(), participation.id(), message.to(), message.topic(), message.data()));
    return null;
  }

  /**
   * Asks how the participant's path is used; the answer comes on any thread, and is empty when it
   * is not in its room.
   */
  ServerMessage.@Nullable Failure ask(
      ClientMessage.GetDownlink question, Consumer<Optional<DownlinkInfo>> answer, long nowNanos) {
    if (!downlink.tryTake(nowNanos)) {
      hits.count(Limit.DOWNLINK_RATE);
      return error(ErrorCode.RATE_LIMITED, "You ask for your downlink too often.", question.id());
    }
    participation.control().downlink(room(), participation.id()).thenAccept(answer);
    return null;
  }

  /** The answer in the protocol's words: the newest changes only. */
  static ServerMessage.Downlink answer(@Nullable String requestId, DownlinkInfo known) {
    return new ServerMessage.Downlink(requestId, DownlinkView.of(known, DOWNLINK_CHANGES));
  }

  ServerMessage.@Nullable Failure moderate(ClientMessage.Moderate order) {
    if (!participation.standing().isModerator()) {
      return error(ErrorCode.NOT_PERMITTED, "You are no moderator.", order.id());
    }
    return switch (order.action()) {
      case LOCK, UNLOCK -> {
        boolean lock = order.action() == ClientMessage.Moderate.Action.LOCK;
        participation.submit(new RoomCommand.SetLocked(room(), lock));
        yield null;
      }
      case MUTE, ASK_TO_UNMUTE -> moderateTrack(order);
      case LOWER_HAND, REMOVE, ADMIT -> moderateParticipant(order);
    };
  }

  private ServerMessage.@Nullable Failure moderateTrack(ClientMessage.Moderate order) {
    ParticipantId participant = order.participant();
    TrackId track = order.track();
    if (participant == null || track == null) {
      return error(
          ErrorCode.INVALID_MESSAGE, "This needs a \"participant\" and a \"track\".", order.id());
    }
    participation.submit(
        order.action() == ClientMessage.Moderate.Action.MUTE
            ? new RoomCommand.MuteTrack(room(), participant, track)
            : new RoomCommand.AskToUnmute(room(), participant, track));
    return null;
  }

  private ServerMessage.@Nullable Failure moderateParticipant(ClientMessage.Moderate order) {
    ParticipantId participant = order.participant();
    if (participant == null) {
      return error(ErrorCode.INVALID_MESSAGE, "This needs a \"participant\".", order.id());
    }
    participation.submit(
        switch (order.action()) {
          case LOWER_HAND -> new RoomCommand.RaiseHand(room(), participant, false);
          case ADMIT -> new RoomCommand.Admit(room(), participant);
          default -> new RoomCommand.Leave(room(), participant, LeaveReason.REMOVED);
        });
    return null;
  }

  private RoomId room() {
    return participation.room();
  }

  private static ServerMessage.Failure error(
      ErrorCode code, String sentence, @Nullable String requestId) {
    return new ServerMessage.Failure(code, sentence, requestId, false);
  }
}
