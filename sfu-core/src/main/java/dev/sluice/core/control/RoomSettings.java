package dev.sluice.core.control;

import dev.sluice.core.media.Codec;
import java.util.EnumSet;
import java.util.Set;

/**
 * How one room is set up, from its creation to its end.
 *
 * @param maxParticipants who may be in it at a time, hidden ones included; at least 1
 * @param codecs that its participants may negotiate; at least one
 * @param emptyTimeoutNanos how long it lives on without anybody in it; 0 ends it with the last one
 */
public record RoomSettings(int maxParticipants, Set<Codec> codecs, long emptyTimeoutNanos) {
  public RoomSettings {
    codecs = Set.copyOf(codecs);
    if (maxParticipants < 1 || codecs.isEmpty() || emptyTimeoutNanos < 0) {
      throw new IllegalArgumentException(
          "a room is for someone, has a codec, and waits for no negative time");
    }
  }

  /** All codecs. */
  public static Set<Codec> defaultCodecs() {
    return EnumSet.allOf(Codec.class);
  }
}
