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
 * @param flushDelayNanos how long a video packet that does not end its frame may wait for the rest,
 *     so that more packets leave at a time; at most {@link #MAX_FLUSH_DELAY_NANOS}
 * @param policy its rules
 * @param metadata the application's own words on it, at most {@link Standing#MAX_METADATA_CHARS}
 */
public record RoomSettings(
    int maxParticipants,
    Set<Codec> codecs,
    long emptyTimeoutNanos,
    long departureTimeoutNanos,
    long flushDelayNanos,
    RoomPolicy policy,
    String metadata) {
  /** What a conversation does not notice. */
  public static final long DEFAULT_FLUSH_DELAY_NANOS = 1_000_000;

  /** Longer than the frames of 50 a second are apart would hold up every one of them. */
  public static final int MAX_FLUSH_DELAY_MILLIS = 20;

  /** The same in nanoseconds. */
  public static final long MAX_FLUSH_DELAY_NANOS = 1_000_000L * MAX_FLUSH_DELAY_MILLIS;

  public RoomSettings {
    codecs = Set.copyOf(codecs);
    if (maxParticipants < 1
        || codecs.isEmpty()
        || emptyTimeoutNanos < 0
        || departureTimeoutNanos < 0) {
      throw new IllegalArgumentException(
          "a room is for someone, has a codec, and waits for no negative time");
    }
    if (flushDelayNanos < 0 || flushDelayNanos > MAX_FLUSH_DELAY_NANOS) {
      throw new IllegalArgumentException("packets wait for 0 to 20 ms");
    }
  }

  /** An open room that waits equally long for the first one and after the last one. */
  public RoomSettings(int maxParticipants, Set<Codec> codecs, long emptyTimeoutNanos) {
    this(
        maxParticipants,
        codecs,
        emptyTimeoutNanos,
        emptyTimeoutNanos,
        DEFAULT_FLUSH_DELAY_NANOS,
        RoomPolicy.OPEN,
        "");
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
        maxParticipants,
        codecs,
        emptyTimeoutNanos,
        departureTimeoutNanos,
        flushDelayNanos,
        other,
        metadata);
  }

  /** The same with another wait for the rest of a frame. */
  public RoomSettings withFlushDelay(long nanos) {
    return new RoomSettings(
        maxParticipants, codecs, emptyTimeoutNanos, departureTimeoutNanos, nanos, policy, metadata);
  }
}
