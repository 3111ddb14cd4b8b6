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
      } else if (participant.tracks().size() < maxTracks && isTaken(participant, section, intent)) {
        PublishedTrack track = publish(participant, section, intent);
        changes.add(new RoomEvent.TrackPublished(track.info()));
      }
    }
    tell(participant, changes);
    return gone;
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

  /** Whether the room takes a new track; the publisher is told when it does not. */
  private boolean isTaken(
      Participant participant, NegotiatedSection section, PublishIntent intent) {
    if (policy.encryptionRequired() && !intent.encrypted()) {
      refuse(
          participant,
          section,
          RefusalCode.ENCRYPTION_REQUIRED,
          "The room takes only tracks that are encrypted end to end.");
      return false;
    }
    if (participant.tracks().isEmpty() && publishers() >= policy.maxPublishers()) {
      refuse(
          participant,
          section,
          RefusalCode.TOO_MANY_PUBLISHERS,
          "The room has its " + policy.maxPublishers() + " publishers.");
      return false;
    }
    return true;
  }

  private void refuse(
      Participant participant, NegotiatedSection section, RefusalCode code, String sentence) {
    audience.tell(participant, new RoomEvent.PublishRefused(section.mid(), code, sentence));
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
