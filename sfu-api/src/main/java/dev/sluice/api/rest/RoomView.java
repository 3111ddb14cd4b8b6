package dev.sluice.api.rest;

import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import java.time.Duration;
import java.util.List;

/**
 * A room as the API shows it.
 *
 * @param id its name
 * @param maxParticipants who may be in it at a time, hidden ones included
 * @param codecs that may be negotiated, by their SDP names
 * @param emptyTimeoutSeconds how long it waits for the first one
 * @param departureTimeoutSeconds how long it lives on after the last one
 * @param flushDelayMillis how long a video packet may wait for the rest of its frame
 * @param policy its rules
 * @param metadata the application's own words on it
 * @param participants who is there, hidden ones left out
 * @param waiting who is not admitted yet
 */
record RoomView(
    String id,
    int maxParticipants,
    List<String> codecs,
    long emptyTimeoutSeconds,
    long departureTimeoutSeconds,
    long flushDelayMillis,
    Policy policy,
    String metadata,
    List<ParticipantView> participants,
    List<ParticipantView> waiting) {
  /** Rules, as {@link RoomRequest.PolicyRequest} sets them. */
  record Policy(
      int maxPublishers,
      String sameIdentity,
      boolean locked,
      boolean waitingRoom,
      boolean encryptionRequired,
      int maxWidth,
      int maxHeight,
      long maxVideoBitrateBps,
      long maxPublishBitrateBps) {
    private static Policy of(RoomPolicy policy) {
      return new Policy(
          policy.maxPublishers() == Integer.MAX_VALUE ? 0 : policy.maxPublishers(),
          Fields.wireName(policy.sameIdentity()),
          policy.locked(),
          policy.waitingRoom(),
          policy.encryptionRequired(),
          policy.caps().picture().maxWidth(),
          policy.caps().picture().maxHeight(),
          policy.caps().videoBitrateBps(),
          policy.caps().publishBitrateBps());
    }
  }

  static RoomView of(RoomInfo info, RoomSettings settings) {
    return new RoomView(
        info.id().value(),
        settings.maxParticipants(),
        settings.codecs().stream().sorted().map(Codec::encodingName).toList(),
        Duration.ofNanos(settings.emptyTimeoutNanos()).toSeconds(),
        Duration.ofNanos(settings.departureTimeoutNanos()).toSeconds(),
        Duration.ofNanos(settings.flushDelayNanos()).toMillis(),
        Policy.of(settings.policy()),
        settings.metadata(),
        info.participants().stream().map(ParticipantView::of).toList(),
        info.waiting().stream().map(ParticipantView::of).toList());
  }

  /** Names how the room is set up; who is in it does not count. */
  String tag() {
    return EntityTag.of(
        new RoomView(
            id,
            maxParticipants,
            codecs,
            emptyTimeoutSeconds,
            departureTimeoutSeconds,
            flushDelayMillis,
            policy,
            metadata,
            List.of(),
            List.of()));
  }
}
