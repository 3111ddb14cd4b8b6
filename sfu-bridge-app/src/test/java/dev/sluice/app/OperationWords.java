package dev.sluice.app;

import static java.util.Map.entry;

import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.tags.Tag;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code /openapi.json} says of groups of operations, of parameters and of headers. */
final class OperationWords {
  private static final String ROOMS = "/api/v1/rooms";
  private static final String ROOM = ROOMS + "/{room}";
  private static final String PARTICIPANTS = ROOM + "/participants";
  private static final String PARTICIPANT = PARTICIPANTS + "/{participant}";
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_BAN_SECONDS = 2_592_000;

  private static final String OF_ROOMS = "Rooms";
  private static final String OF_PARTICIPANTS = "Participants";
  private static final String OF_CAPTURES = "Captures";
  private static final String OF_BANS = "Bans";
  private static final String OF_WEBHOOKS = "Webhooks";
  private static final String OF_THE_SERVER = "Server";
  private static final String WHIP_AND_WHEP = "WHIP and WHEP";

  /** By where they are and their names; those that are numbers for some have two. */
  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          entry("path room", "the room's name"),
          entry("path participant", "the participant's id"),
          entry("path track", "the track's id"),
          entry("path ban", "the ban's id"),
          entry("path capture", "the capture's id"),
          entry("path webhook", "the receiver's name in the configuration"),
          entry("path session", "what the Location of the session ends with"),
          entry("query limit", "entries of a page at most"),
          entry(
              "query after",
              "goes on behind the entry with this id, or number; the last one of the page before"),
          entry("query prefix", "only rooms whose names begin so"),
          entry("query empty", "true for rooms with nobody in them, false for the others"),
          entry(
              "query banSeconds",
              "how long all of the participant's identity stay out of the room; 0 for no ban"),
          entry("query track", "only the track of this id"),
          entry("query participant", "only the tracks of this participant, by its id or identity"),
          entry(
              "header If-Match",
              "the tag of what is to be updated; if it has another one by now nothing is changed"),
          entry(
              "header Idempotency-Key",
              "1 to 128 characters: the request is carried out once for each"));

  private static final Set<String> TAGGED =
      Set.of(
          "POST " + ROOMS,
          "GET " + ROOM,
          "PATCH " + ROOM,
          "GET " + PARTICIPANT,
          "PATCH " + PARTICIPANT,
          "POST " + PARTICIPANT + "/move");
  private static final Set<String> PAGED = Set.of("GET " + ROOMS, "GET " + PARTICIPANTS);

  private OperationWords() {}

  /** The groups, in an order in which they can be read. */
  static List<Tag> tags() {
    return List.of(
        new Tag().name(OF_ROOMS).description("Rooms, their rules, and messages to them."),
        new Tag().name(OF_PARTICIPANTS).description("Who is in a room, and what they get."),
        new Tag().name(OF_CAPTURES).description("The packets of one participant."),
        new Tag().name(OF_BANS).description("Who is kept out."),
        new Tag().name(OF_WEBHOOKS).description("What the receivers of events have got."),
        new Tag().name(OF_THE_SERVER).description("What it is, and what was done with it."),
        new Tag().name(WHIP_AND_WHEP).description("Publishing and playing by HTTP."));
  }

  /** The group of an operation. */
  static String tag(String path) {
    if (path.contains("/captures")) {
      return OF_CAPTURES;
    }
    if (path.startsWith(PARTICIPANTS)) {
      return OF_PARTICIPANTS;
    }
    if (path.startsWith(ROOMS) || path.endsWith("/watched-rooms")) {
      return OF_ROOMS;
    }
    if (path.startsWith("/api/v1/bans")) {
      return OF_BANS;
    }
    if (path.startsWith("/api/v1/webhooks")) {
      return OF_WEBHOOKS;
    }
    return path.startsWith("/api/") ? OF_THE_SERVER : WHIP_AND_WHEP;
  }

  /** Says what a parameter means, and which values it may have. */
  static void describe(Parameter parameter) {
    parameter.description(PARAMETERS.get(parameter.getIn() + " " + parameter.getName()));
    switch (parameter.getName()) {
      case "limit" -> within(parameter.getSchema(), 1, MAX_LIMIT);
      case "banSeconds" -> within(parameter.getSchema(), 0, MAX_BAN_SECONDS);
      default -> {
        // Of any value.
      }
    }
  }

  private static void within(Schema<?> schema, long min, long max) {
    schema.setMinimum(BigDecimal.valueOf(min));
    schema.setMaximum(BigDecimal.valueOf(max));
  }

  /** The headers of an operation's success, besides {@code Location}. */
  static Map<String, Header> headers(ApiOperation operation) {
    String name = operation.method() + " " + operation.path();
    Map<String, Header> headers = new LinkedHashMap<>();
    if (TAGGED.contains(name)) {
      headers.put("ETag", header("names how it is set up, for If-Match"));
    }
    if (operation.isSdp()) {
      headers.put("ETag", header("names the ICE session (RFC 9725 §4.3.1)"));
    }
    if (PAGED.contains(name)) {
      headers.put("Link", header("leads to the next page (rel=\"next\"), where there is one"));
    }
    if (operation.takesIdempotencyKey()) {
      headers.put(
          "Idempotency-Replayed", header("true for the answer of an earlier request of this key"));
    }
    return headers;
  }

  private static Header header(String description) {
    Schema<String> text = new StringSchema();
    text.addType("string");
    return new Header().description(description).schema(text);
  }
}
