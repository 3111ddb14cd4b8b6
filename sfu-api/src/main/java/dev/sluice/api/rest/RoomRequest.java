package dev.sluice.api.rest;

import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.Codec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a room is to be set up: the body of {@code POST /api/v1/rooms} and of {@code PATCH
 * /api/v1/rooms/{room}}. What is left out is as the server has it, or stays.
 *
 * @param id the room's name, 1 to 128 characters; only for a new one
 * @param maxParticipants who may be in it at a time, at most what the server allows
 * @param codecs that may be negotiated, by their SDP names without regard to case
 * @param emptyTimeoutSeconds how long it waits for the first one, at most a day
 * @param departureTimeoutSeconds how long it lives on after the last one, at most a day
 * @param flushDelayMillis how long a video packet may wait for the rest of its frame
 * @param policy its rules
 * @param metadata the application's own words on it
 */
record RoomRequest(
    @Nullable String id,
    @Nullable Integer maxParticipants,
    @Nullable List<@Nullable String> codecs,
    @Nullable Integer emptyTimeoutSeconds,
    @Nullable Integer departureTimeoutSeconds,
    @Nullable Integer flushDelayMillis,
    @Nullable PolicyRequest policy,
    @Nullable String metadata) {
  static final int DEFAULT_EMPTY_TIMEOUT_SECONDS = 300;
  private static final int MAX_TIMEOUT_SECONDS = 86_400;
  private static final int MAX_PICTURE = 16_384;

  /**
   * Rules; 0 is no limit.
   *
   * @param maxPublishers who may publish at a time
   * @param sameIdentity {@code allow}, {@code reject} or {@code replace}
   * @param locked nobody but moderators comes in
   * @param waitingRoom all but moderators wait to be admitted
   * @param encryptionRequired only what is encrypted end to end is taken
   * @param maxWidth of the pictures that anybody is sent
   * @param maxHeight of the same
   * @param maxVideoBitrateBps of all video together that anybody is sent
   * @param maxPublishBitrateBps of all that anybody sends
   */
  record PolicyRequest(
      @Nullable Integer maxPublishers,
      @Nullable String sameIdentity,
      @Nullable Boolean locked,
      @Nullable Boolean waitingRoom,
      @Nullable Boolean encryptionRequired,
      @Nullable Integer maxWidth,
      @Nullable Integer maxHeight,
      @Nullable Integer maxVideoBitrateBps,
      @Nullable Integer maxPublishBitrateBps) {
    private RoomPolicy over(RoomPolicy base) throws RequestException {
      int publishers =
          Fields.between("policy.maxPublishers", or(maxPublishers, of(base)), 0, Integer.MAX_VALUE);
      SlotLimits picture = base.caps().picture();
      return new RoomPolicy(
          publishers == 0 ? Integer.MAX_VALUE : publishers,
          sameIdentity == null
              ? base.sameIdentity()
              : Fields.constant("policy.sameIdentity", sameIdentity, SameIdentity.values()),
          or(locked, base.locked()),
          or(waitingRoom, base.waitingRoom()),
          or(encryptionRequired, base.encryptionRequired()),
          new ParticipantCaps(
              Fields.bitrate(
                  "policy.maxPublishBitrateBps",
                  maxPublishBitrateBps,
                  base.caps().publishBitrateBps()),
              Fields.bitrate(
                  "policy.maxVideoBitrateBps", maxVideoBitrateBps, base.caps().videoBitrateBps()),
              new SlotLimits(
                  Fields.between(
                      "policy.maxWidth", or(maxWidth, picture.maxWidth()), 0, MAX_PICTURE),
                  Fields.between(
                      "policy.maxHeight", or(maxHeight, picture.maxHeight()), 0, MAX_PICTURE),
                  picture.maxFramesPerSecond())));
    }

    private static int of(RoomPolicy base) {
      return base.maxPublishers() == Integer.MAX_VALUE ? 0 : base.maxPublishers();
    }
  }

  /** What a new room gets. */
  RoomSettings settings(RoomSettings server) throws RequestException {
    long waitNanos = Duration.ofSeconds(DEFAULT_EMPTY_TIMEOUT_SECONDS).toNanos();
    RoomSettings waiting =
        new RoomSettings(
            server.maxParticipants(),
            server.codecs(),
            waitNanos,
            waitNanos,
            server.flushDelayNanos(),
            server.policy(),
            server.metadata());
    Integer empty = emptyTimeoutSeconds;
    return empty == null || departureTimeoutSeconds != null
        ? over(waiting, server)
        : new RoomRequest(
                id, maxParticipants, codecs, empty, empty, flushDelayMillis, policy, metadata)
            .over(waiting, server);
  }

  /** What a room gets that is there. */
  RoomSettings over(RoomSettings base, RoomSettings server) throws RequestException {
    int participants =
        Fields.between(
            "maxParticipants",
            or(maxParticipants, base.maxParticipants()),
            1,
            server.maxParticipants());
    return new RoomSettings(
        participants,
        codecs == null ? base.codecs() : codecs(codecs),
        nanos("emptyTimeoutSeconds", emptyTimeoutSeconds, base.emptyTimeoutNanos()),
        nanos("departureTimeoutSeconds", departureTimeoutSeconds, base.departureTimeoutNanos()),
        flushDelayMillis == null
            ? base.flushDelayNanos()
            : Duration.ofMillis(
                    Fields.between(
                        "flushDelayMillis",
                        flushDelayMillis,
                        0,
                        RoomSettings.MAX_FLUSH_DELAY_MILLIS))
                .toNanos(),
        policy == null ? base.policy() : policy.over(base.policy()),
        metadata == null
            ? base.metadata()
            : Fields.atMost("metadata", metadata, Standing.MAX_METADATA_CHARS));
  }

  private static long nanos(String field, @Nullable Integer seconds, long otherwise)
      throws RequestException {
    return seconds == null
        ? otherwise
        : Duration.ofSeconds(Fields.between(field, seconds, 0, MAX_TIMEOUT_SECONDS)).toNanos();
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private static boolean or(@Nullable Boolean value, boolean otherwise) {
    return value == null ? otherwise : value;
  }

  private static Set<Codec> codecs(List<@Nullable String> names) throws RequestException {
    Set<Codec> codecs = EnumSet.noneOf(Codec.class);
    for (String name : names) {
      Codec codec = name == null ? null : codec(name);
      if (codec == null) {
        throw Fields.wrong("codecs", "has a name that is none of " + allNames());
      }
      codecs.add(codec);
    }
    if (codecs.isEmpty()) {
      throw Fields.wrong("codecs", "must name at least one codec");
    }
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
}
