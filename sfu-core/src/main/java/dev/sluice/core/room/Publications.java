package dev.sluice.core.room;

import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.ingress.PublishedTrack;
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
  private long tracksMade;

  Publications(Audience audience, Voices voices, int maxTracks) {
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
          tell(participant, new RoomEvent.TrackUnpublished(track.id()));
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
        publish(participant, section, intent);
      }
    }
    return gone;
  }

  void setMuted(Participant participant, TrackId id, boolean muted) {
    for (PublishedTrack track : participant.tracks().values()) {
      if (track.id().equals(id) && track.info().muted() != muted) {
        track.setMuted(muted);
        tell(participant, new RoomEvent.TrackMuted(id, muted));
      }
    }
  }

  private void publish(Participant participant, NegotiatedSection section, PublishIntent intent) {
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
    tell(participant, new RoomEvent.TrackPublished(track.info()));
  }

  /** Everyone hears of a visible participant's tracks; of a hidden one's only itself. */
  private void tell(Participant publisher, RoomEvent event) {
    audience.tell(publisher, event);
    audience.tellOthers(publisher, event);
  }
}
