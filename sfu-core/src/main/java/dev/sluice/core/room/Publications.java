package dev.sluice.core.room;

import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What participants publish: follows their negotiations and tells the others. Owner: the room's
 * worker.
 */
final class Publications {
  /** Far from the small numbers that browsers put into CSRC lists by themselves. */
  private static final long FIRST_CSRC = 0x1000;

  private final Audience audience;
  private final Voices voices;
  private final int maxTracks;
  private final Map<ParticipantId, Participant> participants;
  private RoomPolicy policy = RoomPolicy.OPEN;
  private long tracksMade;

  Publications(
      Map<ParticipantId, Participant> participants,
      Audience audience,
      Voices voices,
      int maxTracks) {
    this.participants = participants;
    this.audience = audience;
    this.voices = voices;
    this.maxTracks = maxTracks;
  }

  /**
   * Brings a participant's tracks in line with what it has negotiated; returns those that have
   * ended.
   */
  List<PublishedTrack> apply(Participant participant, RoomCommand.ApplyNegotiation apply) {
    Map<String, NegotiatedSection> incoming = new HashMap<>();
    List<PublishedTrack> gone = new ArrayList<>();
    List<RoomEvent> changes = new ArrayList<>();
    for (NegotiatedSection section : apply.session().sections()) {
      if (section.incoming() != null && participant.grants().publish()) {
        incoming.put(section.mid(), section);
      }
    }
    for (String mid : List.copyOf(participant.tracks().keySet())) {
      if (!incoming.containsKey(mid)) {
        PublishedTrack track = participant.tracks().remove(mid);
        if (track != null) {
          gone.add(track);
          voices.remove(track);
          changes.add(new RoomEvent.TrackUnpublished(track.id()));
        }
      }
    }
    for (NegotiatedSection section : apply.session().sections()) {
      if (!incoming.containsKey(section.mid())) {
        continue;
      }
      PublishIntent intent = apply.intents().getOrDefault(section.mid(), PublishIntent.UNSPECIFIED);
      PublishedTrack known = participant.tracks().get(section.mid());
      if (known != null) {
        known.renegotiate(section, intent);
      } else if (participant.tracks().size() < maxTracks) {
        RoomEvent.PublishRefused refusal = refusal(participant, section.mid(), intent.encrypted());
        if (refusal == null) {
          PublishedTrack track = publish(participant, section, intent);
          changes.add(new RoomEvent.TrackPublished(track.info()));
        } else {
          audience.tell(participant, refusal);
        }
      }
    }
    tell(participant, changes);
    return gone;
  }

  /**
   * Takes over what one publishes who comes from another room; returns what is not taken, which the
   * participant is not told yet.
   */
  List<RoomEvent.PublishRefused> adopt(Participant newcomer, List<PublishedTrack> brought) {
    List<RoomEvent.PublishRefused> refusals = new ArrayList<>();
    for (PublishedTrack track : brought) {
      RoomEvent.PublishRefused refusal =
          refusal(newcomer, track.section().mid(), track.encrypted());
      if (refusal == null) {
        long number = ++tracksMade;
        track.rename(new TrackId("t" + number), FIRST_CSRC + number);
        newcomer.tracks().put(track.section().mid(), track);
        voices.add(track);
      } else {
        refusals.add(refusal);
      }
    }
    return refusals;
  }

  void setPolicy(RoomPolicy newPolicy) {
    policy = newPolicy;
  }

  void setMuted(Participant participant, PublishedTrack track, boolean muted) {
    if (track.info().muted() != muted) {
      track.setMuted(muted);
      tell(participant, List.of(new RoomEvent.TrackMuted(track.id(), muted)));
    }
  }

  /** Nobody gets the track, until its publisher unmutes it. */
  void silence(Participant participant, PublishedTrack track) {
    track.silence(true);
    setMuted(participant, track, true);
  }

  /** Silences what the participant may not, or no longer, publish. */
  void silenceForbidden(Participant participant) {
    for (PublishedTrack track : participant.tracks().values()) {
      if (!mayPublish(participant, track)) {
        silence(participant, track);
      }
    }
  }

  /** Whether the participant's grants and the room's rules allow a track that there is. */
  boolean mayPublish(Participant participant, PublishedTrack track) {
    return participant.grants().publishing().allows(track.section().kind(), track.info().source())
        && (track.encrypted() || !policy.encryptionRequired());
  }

  /** Why one may not come from another room with what it publishes, or null when it may. */
  RoomEvent.@Nullable Refused refusal(Passport passport) {
    return passport.publishes() ? refusal(true, !passport.publishesPlain()) : null;
  }

  /** Why the room does not take a track that is new to it, or null when it does. */
  private RoomEvent.@Nullable PublishRefused refusal(
      Participant participant, String mid, boolean encrypted) {
    RoomEvent.Refused refusal = refusal(participant.tracks().isEmpty(), encrypted);
    return refusal == null
        ? null
        : new RoomEvent.PublishRefused(mid, refusal.code(), refusal.detail());
  }

  private RoomEvent.@Nullable Refused refusal(boolean newPublisher, boolean encrypted) {
    if (policy.encryptionRequired() && !encrypted) {
      return new RoomEvent.Refused(
          RefusalCode.ENCRYPTION_REQUIRED,
          "The room takes only tracks that are encrypted end to end.");
    }
    if (newPublisher && publishers() >= policy.maxPublishers()) {
      return new RoomEvent.Refused(
          RefusalCode.TOO_MANY_PUBLISHERS,
          "The room has its " + policy.maxPublishers() + " publishers.");
    }
    return null;
  }

  private int publishers() {
    int publishers = 0;
    for (Participant participant : participants.values()) {
      publishers += participant.tracks().isEmpty() ? 0 : 1;
    }
    return publishers;
  }

  private PublishedTrack publish(
      Participant participant, NegotiatedSection section, PublishIntent intent) {
    long number = ++tracksMade;
    PublishedTrack track =
        new PublishedTrack(
            new TrackId("t" + number),
            participant.id(),
            FIRST_CSRC + number,
            participant.clock(),
            section,
            intent);
    participant.tracks().put(section.mid(), track);
    voices.add(track);
    return track;
  }

  /** Everyone hears of a visible participant's tracks; of a hidden one's only itself. */
  private void tell(Participant publisher, List<RoomEvent> changes) {
    changes.forEach(change -> audience.tell(publisher, change));
    audience.tellOthers(publisher, changes);
  }
}
