package dev.sluice.core.room;

import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the commands about single participants, be they their own, a moderator's or an
 * operator's: views, standing, mutes, whispers, laid-down subscriptions, messages. Owner: the
 * room's worker.
 */
final class Moderation {
  private final Map<ParticipantId, Participant> participants;
  private final Audience audience;
  private final Publications publications;
  private final Subscriptions subscriptions;

  Moderation(
      Map<ParticipantId, Participant> participants,
      Audience audience,
      Publications publications,
      Subscriptions subscriptions) {
    this.participants = participants;
    this.audience = audience;
    this.publications = publications;
    this.subscriptions = subscriptions;
  }

  void handle(RoomCommand.OfParticipant command, long nowNanos) {
    Participant participant = participants.get(command.participant());
    if (participant == null) {
      return;
    }
    switch (command) {
      case RoomCommand.ConfirmAnswer confirm -> {
        if (participant.negotiation() == confirm.negotiation()) {
          participant.slots().values().forEach(EgressSlot::activate);
          subscriptions.update(participant, nowNanos);
        }
      }
      case RoomCommand.SetTrackMuted mute -> setMuted(participant, mute, nowNanos);
      case RoomCommand.NarrowSubscription narrow -> {
        participant.narrow(narrow.track(), narrow.publisher());
        subscriptions.update(participant, nowNanos);
      }
      case RoomCommand.SetView set -> subscriptions.setView(participant, set, nowNanos);
      case RoomCommand.MuteTrack mute -> {
        PublishedTrack track = find(participant, mute.track());
        if (track != null) {
          publications.silence(participant, track);
          subscriptions.updateAll(nowNanos);
        }
      }
      case RoomCommand.AskToUnmute ask -> {
        PublishedTrack track = find(participant, ask.track());
        if (track != null && track.info().muted()) {
          audience.tell(participant, new RoomEvent.UnmuteRequested(ask.track()));
        }
      }
      case RoomCommand.RaiseHand hand -> {
        if (participant.standing().handRaised() != hand.raised()) {
          setStanding(participant, participant.standing().withHand(hand.raised()), nowNanos);
        }
      }
      case RoomCommand.Whisper whisper -> {
        PublishedTrack track = find(participant, whisper.track());
        if (track != null) {
          track.whisperTo(whisper.listeners());
          subscriptions.updateAll(nowNanos);
        }
      }
      case RoomCommand.SetSubscription set -> {
        participant.setRule(set.track(), set.rule());
        subscriptions.updateLimits(participant, nowNanos);
      }
    }
  }

  /** The publisher itself mutes or unmutes a track; it may be heard again only with the grant. */
  private void setMuted(Participant participant, RoomCommand.SetTrackMuted mute, long nowNanos) {
    PublishedTrack track = find(participant, mute.track());
    if (track == null || (!mute.muted() && !publications.mayPublish(participant, track))) {
      return;
    }
    boolean wasSilenced = track.silenced();
    if (!mute.muted()) {
      track.silence(false);
    }
    publications.setMuted(participant, track, mute.muted());
    if (wasSilenced != track.silenced()) {
      subscriptions.updateAll(nowNanos);
    }
  }

  UpdateResult updateStanding(
      ParticipantId id, Standing expected, Standing updated, long nowNanos) {
    Participant participant = participants.get(id);
    if (participant == null) {
      return UpdateResult.UNKNOWN;
    }
    if (!participant.standing().equals(expected)) {
      return UpdateResult.CHANGED_MEANWHILE;
    }
    if (!expected.equals(updated)) {
      setStanding(participant, updated, nowNanos);
    }
    return UpdateResult.DONE;
  }

  /** The room has other rules: tracks that it no longer takes fall silent. */
  void handleUpdate(RoomSettings settings, long nowNanos) {
    publications.setPolicy(settings.policy());
    for (Participant participant : participants.values()) {
      participant.setRoomCaps(settings.policy().caps());
      publications.silenceForbidden(participant);
    }
    audience.tellAll(new RoomEvent.RoomUpdated(settings));
    subscriptions.updateAll(nowNanos);
    participants.values().forEach(each -> subscriptions.updateLimits(each, nowNanos));
  }

  void send(RoomCommand.SendData message) {
    ParticipantId from = message.from();
    Participant sender = from == null ? null : participants.get(from);
    if (from != null && (sender == null || !sender.grants().data())) {
      return;
    }
    RoomEvent event = new RoomEvent.DataReceived(from, message.topic(), message.data());
    for (Participant participant : participants.values()) {
      boolean addressed = message.to().isEmpty() || message.to().contains(participant.id());
      if (addressed && participant != sender) {
        audience.tell(participant, event);
      }
    }
  }

  private void setStanding(Participant participant, Standing updated, long nowNanos) {
    boolean sameRights = participant.standing().grants().equals(updated.grants());
    boolean sameCaps = participant.standing().caps().equals(updated.caps());
    participant.setStanding(updated);
    RoomEvent event = new RoomEvent.ParticipantUpdated(participant.info());
    audience.tell(participant, event);
    audience.tellOthers(participant, event);
    if (!sameRights) {
      publications.silenceForbidden(participant);
      subscriptions.updateAll(nowNanos);
    }
    if (!sameCaps) {
      subscriptions.updateLimits(participant, nowNanos);
    }
  }

  private static @Nullable PublishedTrack find(Participant publisher, TrackId id) {
    for (PublishedTrack track : publisher.tracks().values()) {
      if (track.id().equals(id)) {
        return track;
      }
    }
    return null;
  }
}
