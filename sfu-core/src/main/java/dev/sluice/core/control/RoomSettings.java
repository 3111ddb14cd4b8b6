package dev.sluice.core.control;

import dev.sluice.core.media.Codec;
import java.util.EnumSet;
import java.util.Set;

/**
 * How one room is set up. A value; {@link SfuControl#updateRoom} replaces one by another.
 *
 * @param maxParticipants who may be in it at a time, hidden ones included; at least 1
 * @param codecs that its participants may negotiate; at least one
 * @param emptyTimeoutNanos how long it waits for the first one to come
 * @param departureTimeoutNanos how long it lives on when the last one has left; 0 ends it with that
 * @param policy its rules
 * @param metadata the application's own words on it, at most {@link Standing#MAX_METADATA_CHARS}
 */
public record RoomSettings(
    int maxParticipants,
    Set<Codec> codecs,
    long emptyTimeoutNanos,
    long departureTimeoutNanos,
    RoomPolicy policy,
    String metadata) {
  public RoomSettings {
    codecs = Set.copyOf(codecs);
    if (maxParticipants < 1
        || codecs.isEmpty()
        || emptyTimeoutNanos < 0
        || departureTimeoutNanos < 0) {
      throw new IllegalArgumentException(
          "a room is for someone, has a codec, and waits for no negative time");
    }
  }

  /** An open room that waits equally long for the first one and after the last one. */
  public RoomSettings(int maxParticipants, Set<Codec> codecs, long emptyTimeoutNanos) {
    this(maxParticipants, codecs, emptyTimeoutNanos, emptyTimeoutNanos, RoomPolicy.OPEN, "");
  }

  /** All codecs. */
  public static Set<Codec> defaultCodecs() {
    return EnumSet.allOf(Codec.class);
  }

  /** The same, locked or not. */
  public RoomSettings withLock(boolean lock) {
    return withPolicy(policy.withLock(lock));
  }

  /** The same with other rules. */
  public RoomSettings withPolicy(RoomPolicy other) {
    return new RoomSettings(
        maxParticipants, codecs, emptyTimeoutNanos, departureTimeoutNanos, other, metadata);
  }
}
