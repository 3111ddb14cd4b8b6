package dev.sluice.app;

import static java.util.Map.entry;

import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.control.SubscriptionRule;
import dev.sluice.core.media.Codec;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of the requests' bodies may have, beyond their types: ranges, lengths, names, and
 * which must be there. Of schemas whose name ends with {@code Request}; a test holds them against
 * what the server refuses.
 */
final class RequestSchemas {
  private static final int MAX_METADATA_CHARS = 4096;
  private static final int MAX_NAME_CHARS = 128;
  private static final int MAX_PICTURE = 16_384;
  private static final int DAY_SECONDS = 86_400;
  private static final int MAX_BAN_SECONDS = 2_592_000;
  private static final String SUFFIX = "Request";

  private static final Map<String, Supplier<Schema<?>>> FIELDS =
      Map.ofEntries(
          entry("RoomRequest.id", () -> text(1, MAX_NAME_CHARS)),
          entry(
              "RoomRequest.maxParticipants",
              () -> whole(1, null).description("at most sluice.rooms.max-participants")),
          entry(
              "RoomRequest.codecs",
              () -> list(Stream.of(Codec.values()).map(Codec::encodingName).toList()).minItems(1)),
          entry("RoomRequest.emptyTimeoutSeconds", () -> whole(0, DAY_SECONDS)),
          entry("RoomRequest.departureTimeoutSeconds", () -> whole(0, DAY_SECONDS)),
          entry(
              "RoomRequest.flushDelayMillis", () -> whole(0, RoomSettings.MAX_FLUSH_DELAY_MILLIS)),
          entry("RoomRequest.metadata", () -> text(0, MAX_METADATA_CHARS)),
          entry("PolicyRequest.maxPublishers", () -> whole(0, Integer.MAX_VALUE)),
          entry("PolicyRequest.sameIdentity", () -> oneOf(SameIdentity.values())),
          entry("PolicyRequest.maxWidth", () -> whole(0, MAX_PICTURE)),
          entry("PolicyRequest.maxHeight", () -> whole(0, MAX_PICTURE)),
          entry("PolicyRequest.maxVideoBitrateBps", () -> whole(0, Integer.MAX_VALUE)),
          entry("PolicyRequest.maxPublishBitrateBps", () -> whole(0, Integer.MAX_VALUE)),
          entry("ParticipantRequest.role", () -> text(0, 32)),
          entry("ParticipantRequest.metadata", () -> text(0, MAX_METADATA_CHARS)),
          entry("ParticipantRequest.maxWidth", () -> whole(0, MAX_PICTURE)),
          entry("ParticipantRequest.maxHeight", () -> whole(0, MAX_PICTURE)),
          entry("ParticipantRequest.maxVideoBitrateBps", () -> whole(0, Integer.MAX_VALUE)),
          entry("ParticipantRequest.maxPublishBitrateBps", () -> whole(0, Integer.MAX_VALUE)),
          entry(
              "PermissionsRequest.publish", () -> list(PublishGrant.allNames()).uniqueItems(true)),
          entry(
              "SubscriptionRequest.subscription", () -> oneOf(SubscriptionRule.Allowance.values())),
          entry("SubscriptionRequest.maxWidth", () -> whole(0, MAX_PICTURE)),
          entry("SubscriptionRequest.maxHeight", () -> whole(0, MAX_PICTURE)),
          entry("SubscriptionRequest.maxFps", () -> whole(0, 240)),
          entry("DataRequest.topic", () -> text(0, 64)),
          entry("DataRequest.data", () -> text(0, 8192)),
          entry("MoveRequest.room", () -> text(1, MAX_NAME_CHARS)),
          entry("BanRequest.identity", () -> text(1, MAX_NAME_CHARS)),
          entry("BanRequest.tokenId", () -> text(1, MAX_NAME_CHARS)),
          entry("BanRequest.room", () -> text(1, MAX_NAME_CHARS)),
          entry("BanRequest.seconds", () -> whole(1, MAX_BAN_SECONDS)),
          entry(
              "CaptureRequest.seconds",
              () -> whole(1, null).description("at most sluice.capture.max-duration")),
          entry("WatchRequest.seconds", () -> whole(1, DAY_SECONDS)),
          entry("ReplayRequest.after", () -> whole(0, null).format("int64")));

  private static final Map<String, List<String>> REQUIRED =
      Map.of(
          "DataRequest", List.of("data"),
          "MoveRequest", List.of("room"),
          "BanRequest", List.of("seconds"),
          "CaptureRequest", List.of("seconds"),
          "WatchRequest", List.of("seconds"),
          "ReplayRequest", List.of("after"));

  private RequestSchemas() {}

  static void complete(OpenAPI api) {
    api.getComponents()
        .getSchemas()
        .forEach(
            (name, schema) -> {
              if (name.endsWith(SUFFIX)) {
                complete(name, schema);
              }
            });
  }

  private static void complete(String name, Schema<?> schema) {
    schema.additionalProperties(false);
    schema
        .getProperties()
        .replaceAll(
            (field, found) -> {
              Supplier<Schema<?>> known = FIELDS.get(name + "." + field);
              return known == null ? found : known.get();
            });
    schema.setRequired(REQUIRED.get(name));
  }

  private static Schema<?> whole(long min, @Nullable Integer max) {
    Schema<Number> schema = new IntegerSchema();
    schema.addType("integer");
    schema.setMinimum(BigDecimal.valueOf(min));
    if (max != null) {
      schema.setMaximum(BigDecimal.valueOf(max));
    }
    return schema;
  }

  private static Schema<?> text(int minChars, int maxChars) {
    Schema<String> schema = new StringSchema();
    schema.addType("string");
    if (minChars > 0) {
      schema.setMinLength(minChars);
    }
    schema.setMaxLength(maxChars);
    return schema;
  }

  private static Schema<?> oneOf(Enum<?>[] constants) {
    return oneOf(
        Stream.of(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList());
  }

  private static Schema<?> oneOf(List<String> names) {
    Schema<String> schema = new StringSchema();
    schema.addType("string");
    schema.setEnum(names);
    return schema;
  }

  private static Schema<?> list(List<String> names) {
    Schema<Object> schema = new ArraySchema().items(oneOf(names));
    schema.addType("array");
    return schema;
  }
}
