package dev.sluice.api.session;

import dev.sluice.core.control.RoomEvent;
import java.time.Duration;

/** What a client in a room is told of an event, where it is just passed on. Stateless. */
final class RoomEventMessages {
  private RoomEventMessages() {}

  /**
   * The message of an event.
   *
   * @throws IllegalArgumentException for those that are no message but change the session itself
   */
  static ServerMessage of(RoomEvent event) {
    return switch (event) {
      case RoomEvent.ParticipantJoined came ->
          new ServerMessage.ParticipantJoined(came.participant());
      case RoomEvent.Batch batch ->
          new ServerMessage.Batch(batch.changes().stream().map(RoomEventMessages::of).toList());
      case RoomEvent.ParticipantLeft gone ->
          new ServerMessage.ParticipantLeft(gone.participant(), gone.reason());
      case RoomEvent.ParticipantUpdated updated ->
          new ServerMessage.ParticipantUpdated(updated.participant());
      case RoomEvent.ParticipantWaiting waiting ->
          new ServerMessage.ParticipantWaiting(waiting.participant());
      case RoomEvent.WaitingEnded ended -> new ServerMessage.WaitingEnded(ended.participant());
      case RoomEvent.RoomUpdated updated -> new ServerMessage.RoomUpdated(updated.settings());
      case RoomEvent.TrackPublished published ->
          new ServerMessage.TrackPublished(published.track());
      case RoomEvent.TrackUnpublished ended -> new ServerMessage.TrackUnpublished(ended.track());
      case RoomEvent.TrackMuted muted -> new ServerMessage.TrackMuted(muted.track(), muted.muted());
      case RoomEvent.UnmuteRequested asked -> new ServerMessage.UnmuteRequested(asked.track());
      case RoomEvent.PublishRefused refused ->
          new ServerMessage.PublishRefused(
              refused.mid(), ErrorCode.of(refused.code()), refused.detail());
      case RoomEvent.DataReceived said ->
          new ServerMessage.Data(said.from(), said.topic(), said.data());
      case RoomEvent.TrackAvailability availability ->
          new ServerMessage.TrackAvailability(availability.track(), availability.reason());
      case RoomEvent.PublishLimitExceeded exceeded ->
          new ServerMessage.PublishLimit(
              exceeded.maxBitrateBps(),
              exceeded.bitrateBps(),
              Duration.ofNanos(exceeded.graceNanos()).toSeconds());
      case RoomEvent.LayersWanted wanted ->
          new ServerMessage.PublishLayers(wanted.track(), wanted.rids());
      case RoomEvent.SlotAssigned slot -> new ServerMessage.SlotAssigned(slot.mid(), slot.track());
      case RoomEvent.SlotsWanted wanted ->
          new ServerMessage.SlotsWanted(wanted.audio(), wanted.video());
      case RoomEvent.ViewRefused refused -> ViewFlow.refused(refused);
      case RoomEvent.SpeakersChanged speaking -> new ServerMessage.Speakers(speaking.speakers());
      case RoomEvent.MediaStateChanged media -> new ServerMessage.Media(media.connected());
      case RoomEvent.Joined _,
          RoomEvent.Moved _,
          RoomEvent.Waiting _,
          RoomEvent.Refused _,
          RoomEvent.Removed _ ->
          throw new IllegalArgumentException("this event changes the session: " + event);
    };
  }
}
