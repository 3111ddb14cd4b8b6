package dev.sluice.api.rest;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.TrackInfo;
import java.util.List;

/**
 * Someone in a room, in the words of the signalling protocol.
 *
 * @param id made by the server
 * @param identity who it is, from the token
 * @param name for display
 * @param role what it is called, may be empty
 * @param metadata the application's own words on it
 * @param handRaised it wants to say something
 * @param permissions what it may do
 * @param maxWidth of the pictures that it is sent; 0 for the room's
 * @param maxHeight of the same
 * @param maxVideoBitrateBps of all video together that it is sent; 0 for the room's
 * @param maxPublishBitrateBps of all that it sends; 0 for the room's
 * @param tracks what it publishes
 */
record ParticipantView(
    String id,
    String identity,
    String name,
    String role,
    String metadata,
    boolean handRaised,
    Permissions permissions,
    int maxWidth,
    int maxHeight,
    long maxVideoBitrateBps,
    long maxPublishBitrateBps,
    List<Track> tracks) {
  /**
   * What someone may do.
   *
   * @param publish sources and kinds, as in a token
   */
  record Permissions(List<String> publish, boolean subscribe, boolean data) {
    private static Permissions of(Grants grants) {
      return new Permissions(grants.publishing().names(), grants.subscribe(), grants.data());
    }
  }

  /** What someone publishes, in the words of the signalling protocol. */
  record Track(
      String id, String kind, String source, String name, boolean muted, boolean encrypted) {
    private static Track of(TrackInfo info) {
      return new Track(
          info.id().value(),
          Fields.wireName(info.kind()),
          Fields.wireName(info.source()),
          info.name(),
          info.muted(),
          info.encrypted());
    }
  }

  static ParticipantView of(ParticipantInfo info) {
    Standing standing = info.standing();
    return new ParticipantView(
        info.id().value(),
        info.identity(),
        info.name(),
        standing.role(),
        standing.metadata(),
        standing.handRaised(),
        Permissions.of(standing.grants()),
        standing.caps().picture().maxWidth(),
        standing.caps().picture().maxHeight(),
        standing.caps().videoBitrateBps(),
        standing.caps().publishBitrateBps(),
        info.tracks().stream().map(Track::of).toList());
  }

  /** Names how it stands in the room; what it publishes does not count. */
  String tag() {
    return EntityTag.of(
        new ParticipantView(
            id,
            identity,
            name,
            role,
            metadata,
            handRaised,
            permissions,
            maxWidth,
            maxHeight,
            maxVideoBitrateBps,
            maxPublishBitrateBps,
            List.of()));
  }
}
