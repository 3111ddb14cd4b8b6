package dev.sluice.api.rest;

import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The body of {@code POST /api/v1/rooms}. What is left out is as in a room that a join makes, but
 * for the time that it lives on.
 *
 * @param id the room's name, 1 to 128 characters
 * @param maxParticipants who may be in it at a time, at most what the server allows
 * @param codecs that may be negotiated, by their SDP names without regard to case
 * @param emptyTimeoutSeconds how long it lives on when nobody is in it, at most a day
 */
record RoomRequest(
    @Nullable String id,
    @Nullable Integer maxParticipants,
    @Nullable List<@Nullable String> codecs,
    @Nullable Integer emptyTimeoutSeconds) {
  static final int DEFAULT_EMPTY_TIMEOUT_SECONDS = 300;
  private static final int MAX_EMPTY_TIMEOUT_SECONDS = 86_400;

  /** What the room gets. */
  RoomSettings settings(RoomSettings defaults) throws RequestException {
    int participants = maxParticipants == null ? defaults.maxParticipants() : maxParticipants;
    require(
        participants >= 1 && participants <= defaults.maxParticipants(),
        "The field \"maxParticipants\" is between 1 and " + defaults.maxParticipants() + ".");
    int seconds = emptyTimeoutSeconds == null ? DEFAULT_EMPTY_TIMEOUT_SECONDS : emptyTimeoutSeconds;
    require(
        seconds >= 0 && seconds <= MAX_EMPTY_TIMEOUT_SECONDS,
        "The field \"emptyTimeoutSeconds\" is between 0 and " + MAX_EMPTY_TIMEOUT_SECONDS + ".");
    return new RoomSettings(
        participants,
        codecs == null ? defaults.codecs() : codecs(codecs),
        Duration.ofSeconds(seconds).toNanos());
  }

  private static Set<Codec> codecs(List<@Nullable String> names) throws RequestException {
    Set<Codec> codecs = EnumSet.noneOf(Codec.class);
    for (String name : names) {
      Codec codec = name == null ? null : codec(name);
      require(codec != null, "The field \"codecs\" has a name that is none of " + allNames() + ".");
      if (codec != null) {
        codecs.add(codec);
      }
    }
    require(!codecs.isEmpty(), "The field \"codecs\" must name at least one codec.");
    return codecs;
  }

  private static @Nullable Codec codec(String name) {
    for (Codec codec : Codec.values()) {
      if (codec.encodingName().equalsIgnoreCase(name)) {
        return codec;
      }
    }
    return null;
  }

  private static String allNames() {
    return String.join(", ", List.of(Codec.values()).stream().map(Codec::encodingName).toList());
  }

  private static void require(boolean holds, String sentence) throws RequestException {
    if (!holds) {
      throw new RequestException(HttpStatus.BAD_REQUEST, "invalid-request", sentence);
    }
  }
}
