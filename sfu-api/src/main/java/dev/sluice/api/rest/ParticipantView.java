package dev.sluice.api.rest;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.TrackInfo;
import java.util.List;
import java.util.Locale;

/**
 * Someone in a room, in the words of the signalling protocol.
 *
 * @param id made by the server
 * @param identity who it is, from the token
 * @param name for display
 * @param tracks what it publishes
 */
record ParticipantView(String id, String identity, String name, List<Track> tracks) {
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

  static ParticipantView of(ParticipantInfo info) {
    return new ParticipantView(
        info.id().value(),
        info.identity(),
        info.name(),
        info.tracks().stream().map(Track::of).toList());
  }
}
