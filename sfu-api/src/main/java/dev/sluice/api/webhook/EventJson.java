package dev.sluice.api.webhook;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.TrackInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes events as receivers get them. Stateless. */
final class EventJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private EventJson() {}

  /**
   * The event, or null for a change that receivers are not told of.
   *
   * @param outbox names the outbox
   * @param number counts the events of the outbox
   */
  static @Nullable String write(Happening happening, String outbox, long number) {
    ObjectNode event =
        NODES
            .objectNode()
            .put("id", outbox + "-" + number)
            .put("number", number)
            .put("type", "")
            .put("time", Instant.ofEpochMilli(happening.timeMillis()).toString())
            .put("room", happening.room())
            .put("session", happening.session())
            .put("seq", happening.seq());
    String type =
        switch (happening.what()) {
          case Happening.Started _ -> "room.started";
          case Happening.Ended ended -> {
            event.put("reason", wireName(ended.reason()));
            yield "room.ended";
          }
          case Happening.Changed changed -> writeChange(event, changed);
        };
    return type == null ? null : event.put("type", type).toString();
  }

  private static @Nullable String writeChange(ObjectNode event, Happening.Changed changed) {
    return switch (changed.change()) {
      case RoomEvent.RoomUpdated updated -> {
        event.set("settings", settings(updated.settings()));
        yield "room.updated";
      }
      case RoomEvent.ParticipantJoined came -> {
        event.set("participant", participant(came.participant()));
        yield "participant.joined";
      }
      case RoomEvent.ParticipantUpdated updated -> {
        event.set("participant", participant(updated.participant()));
        yield "participant.updated";
      }
      case RoomEvent.ParticipantLeft gone -> {
        event.set("participant", reference(gone.participant().value(), changed.identity()));
        event.put("reason", wireName(gone.reason()));
        yield "participant.left";
      }
      case RoomEvent.TrackPublished published -> {
        TrackInfo track = published.track();
        event.set("participant", reference(track.participant().value(), changed.identity()));
        event.set("track", track(track));
        yield "track.published";
      }
      case RoomEvent.TrackUnpublished ended -> {
        event.set("track", NODES.objectNode().put("id", ended.track().value()));
        yield "track.unpublished";
      }
      case RoomEvent.TrackMuted muted -> {
        event.set(
            "track",
            NODES.objectNode().put("id", muted.track().value()).put("muted", muted.muted()));
        yield "track.muted";
      }
      default -> null;
    };
  }

  private static ObjectNode participant(ParticipantInfo participant) {
    return reference(participant.id().value(), participant.identity())
        .put("name", participant.name())
        .put("role", participant.standing().role())
        .put("metadata", participant.standing().metadata())
        .put("handRaised", participant.standing().handRaised());
  }

  private static ObjectNode reference(String id, @Nullable String identity) {
    ObjectNode participant = NODES.objectNode().put("id", id);
    return identity == null ? participant : participant.put("identity", identity);
  }

  private static ObjectNode track(TrackInfo track) {
    return NODES
        .objectNode()
        .put("id", track.id().value())
        .put("kind", wireName(track.kind()))
        .put("source", wireName(track.source()))
        .put("name", track.name())
        .put("muted", track.muted())
        .put("encrypted", track.encrypted());
  }

  /** As the REST API shows them. */
  private static ObjectNode settings(RoomSettings settings) {
    RoomPolicy policy = settings.policy();
    ObjectNode written = NODES.objectNode().put("maxParticipants", settings.maxParticipants());
    ArrayNode codecs = written.putArray("codecs");
    settings.codecs().stream().sorted().forEach(codec -> codecs.add(codec.encodingName()));
    written
        .put("emptyTimeoutSeconds", Duration.ofNanos(settings.emptyTimeoutNanos()).toSeconds())
        .put(
            "departureTimeoutSeconds",
            Duration.ofNanos(settings.departureTimeoutNanos()).toSeconds())
        .put("flushDelayMillis", Duration.ofNanos(settings.flushDelayNanos()).toMillis());
    written
        .putObject("policy")
        .put(
            "maxPublishers",
            policy.maxPublishers() == Integer.MAX_VALUE ? 0 : policy.maxPublishers())
        .put("sameIdentity", wireName(policy.sameIdentity()))
        .put("locked", policy.locked())
        .put("waitingRoom", policy.waitingRoom())
        .put("encryptionRequired", policy.encryptionRequired())
        .put("maxWidth", policy.caps().picture().maxWidth())
        .put("maxHeight", policy.caps().picture().maxHeight())
        .put("maxVideoBitrateBps", policy.caps().videoBitrateBps())
        .put("maxPublishBitrateBps", policy.caps().publishBitrateBps());
    return written.put("metadata", settings.metadata());
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
