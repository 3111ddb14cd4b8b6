package dev.sluice.api.rest;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.TrackInfo;
import java.util.List;
import java.util.Locale;

/**
 * A room as the list of rooms shows it.
 *
 * @param id its name
 * @param participants who is there, hidden ones left out
 */
record RoomView(String id, List<Participant> participants) {
  /** Someone in it, in the words of the signalling protocol. */
  record Participant(String id, String identity, String name, List<Track> tracks) {
    private static Participant of(ParticipantInfo info) {
      return new Participant(
          info.id().value(),
          info.identity(),
          info.name(),
          info.tracks().stream().map(Track::of).toList());
    }
  }

  /** What someone publishes, in the words of the signalling protocol. */
  record Track(String id, String kind, String source, String name, boolean muted) {
    private static Track of(TrackInfo info) {
      return new Track(
          info.id().value(),
          wireName(info.kind()),
          wireName(info.source()),
          info.name(),
          info.muted());
    }

    private static String wireName(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static RoomView of(RoomInfo info) {
    return new RoomView(
        info.id().value(), info.participants().stream().map(Participant::of).toList());
  }
}
