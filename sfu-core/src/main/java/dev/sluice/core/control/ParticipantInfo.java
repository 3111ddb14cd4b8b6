package dev.sluice.core.control;

import dev.sluice.core.media.ParticipantId;
import java.util.List;

/**
 * What others are told of a participant.
 *
 * @param id made by the server
 * @param identity who it is, from the token
 * @param name for display
 * @param tracks what it publishes now
 * @param standing what it may do, and how it presents itself
 */
public record ParticipantInfo(
    ParticipantId id, String identity, String name, List<TrackInfo> tracks, Standing standing) {
  public ParticipantInfo {
    tracks = List.copyOf(tracks);
  }

  /** The same before anything was published. */
  public ParticipantInfo withoutTracks() {
    return new ParticipantInfo(id, identity, name, List.of(), standing);
  }

  /** Of one that may do everything. */
  public ParticipantInfo(ParticipantId id, String identity, String name, List<TrackInfo> tracks) {
    this(id, identity, name, tracks, Standing.of(Grants.ALL));
  }
}
