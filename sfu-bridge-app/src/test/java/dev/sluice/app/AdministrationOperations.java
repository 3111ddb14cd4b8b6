package dev.sluice.app;

import static dev.sluice.app.ApiProblem.BANNED;
import static dev.sluice.app.ApiProblem.BAN_UNKNOWN;
import static dev.sluice.app.ApiProblem.CHANGED_MEANWHILE;
import static dev.sluice.app.ApiProblem.DUPLICATE_PARTICIPANT;
import static dev.sluice.app.ApiProblem.ENCRYPTION_REQUIRED;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_IN_PROGRESS;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_KEY_REUSED;
import static dev.sluice.app.ApiProblem.IDENTITY_IN_USE;
import static dev.sluice.app.ApiProblem.INVALID_CONFIGURATION;
import static dev.sluice.app.ApiProblem.INVALID_REQUEST;
import static dev.sluice.app.ApiProblem.INVALID_ROOM;
import static dev.sluice.app.ApiProblem.INVALID_TOKEN;
import static dev.sluice.app.ApiProblem.LENGTH_REQUIRED;
import static dev.sluice.app.ApiProblem.MESSAGE_TOO_LARGE;
import static dev.sluice.app.ApiProblem.NOT_ACCEPTABLE;
import static dev.sluice.app.ApiProblem.NOT_PERMITTED;
import static dev.sluice.app.ApiProblem.OVERLOADED;
import static dev.sluice.app.ApiProblem.PARTICIPANT_UNKNOWN;
import static dev.sluice.app.ApiProblem.RATE_LIMITED;
import static dev.sluice.app.ApiProblem.ROOM_EXISTS;
import static dev.sluice.app.ApiProblem.ROOM_FULL;
import static dev.sluice.app.ApiProblem.ROOM_LOCKED;
import static dev.sluice.app.ApiProblem.ROOM_UNKNOWN;
import static dev.sluice.app.ApiProblem.SHUTTING_DOWN;
import static dev.sluice.app.ApiProblem.TOO_MANY_PUBLISHERS;
import static dev.sluice.app.ApiProblem.TOO_MANY_ROOMS;
import static dev.sluice.app.ApiProblem.TOO_MANY_WATCHED;
import static dev.sluice.app.ApiProblem.TRACK_UNKNOWN;
import static dev.sluice.app.ApiProblem.UNAVAILABLE;
import static dev.sluice.app.ApiProblem.UNSUPPORTED_MEDIA_TYPE;

import io.swagger.v3.oas.models.PathItem.HttpMethod;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The operations of {@code /api/v1}, in an order in which they can be tried one after the other.
 */
final class AdministrationOperations {
  private static final String API = "/api/v1";
  private static final String ROOMS = API + "/rooms";
  private static final String ROOM = ROOMS + "/{room}";
  private static final String PARTICIPANTS = ROOM + "/participants";
  private static final String PARTICIPANT = PARTICIPANTS + "/{participant}";
  private static final String TRACK = PARTICIPANT + "/tracks/{track}";
  private static final String BANS = API + "/bans";
  private static final String NOTHING = "";

  private static final String STANDING =
      """
      "role": "%s", "metadata": "", "handRaised": false,
       "permissions": {"publish": [%s], "subscribe": true, "data": true},
       "maxWidth": 0, "maxHeight": %d, "maxVideoBitrateBps": %d, "maxPublishBitrateBps": 0\
      """;
  private static final String EVERYTHING = "\"audio\", \"video\"";
  private static final String TRACKS =
      """
      "tracks": [{"id": "t1", "kind": "audio", "source": "microphone", "name": "",
       "muted": false, "encrypted": false}]\
      """;
  private static final String ADA =
      "{\"id\": \"P-9a31\", \"identity\": \"ada\", \"name\": \"Ada\", "
          + STANDING.formatted("", EVERYTHING, 0, 0)
          + ", "
          + TRACKS
          + "}";
  private static final String ADA_AS_GUEST =
      "{\"id\": \"P-9a31\", \"identity\": \"ada\", \"name\": \"Ada\", "
          + STANDING.formatted("guest", "\"microphone\"", 360, 800_000)
          + ", "
          + TRACKS
          + "}";
  private static final String EVE_WHO_WAITS =
      "{\"id\": \"P-0c11\", \"identity\": \"eve\", \"name\": \"Eve\", "
          + STANDING.formatted("", EVERYTHING, 0, 0)
          + ", \"tracks\": []}";
  private static final String ROOM_WITH =
      """
      {"id": "standup", "maxParticipants": %d, "codecs": ["opus", "VP8"],
       "emptyTimeoutSeconds": 600, "departureTimeoutSeconds": 600, "flushDelayMillis": 1,
       "policy": {"maxPublishers": 0, "sameIdentity": "allow", "locked": %b,
        "waitingRoom": true, "encryptionRequired": false, "maxWidth": 0, "maxHeight": 0,
        "maxVideoBitrateBps": 0, "maxPublishBitrateBps": 0},
       "metadata": "", "participants": [%s], "waiting": [%s]}\
      """;
  private static final String ROOM_OF_ADA = ROOM_WITH.formatted(20, false, ADA, EVE_WHO_WAITS);

  private static final String DOWNLINK =
      """
      {"estimateBps": 700000, "estimateReason": "overuse", "congested": true, "lossShare": 0.0,
       "queueDelayMillis": 42.5, "roundTripMillis": 61.0, "allocatedBps": 500000,
       "wantedBps": 2000000, "sentBytes": 1000000, "paddingBytes": 20000,
       "slots": [{"mid": "3", "track": "t2", "height": 360, "bitrateBps": 450000,
         "cause": "bandwidth"}],
       "changes": [{"agoMillis": 1500.0, "mid": "3", "fromHeight": 720, "toHeight": 360,
         "bitrateBps": 450000, "cause": "bandwidth", "estimateReason": "overuse",
         "estimateBps": 700000, "lossShare": 0.0, "queueDelayMillis": 95.0,
         "allocatedBps": 500000}]}\
      """;

  private static final String QUALITY =
      """
      {"roundTripMillis": 61.0, "estimateBps": 700000, "packetsReceived": 9000,
       "bytesReceived": 1200000, "packetsSent": 8000, "bytesSent": 1000000,
       "candidatePair": {"protocol": "udp", "localAddress": "192.0.2.1", "localPort": 10000,
         "remoteNetwork": "203.0.113.0/24", "remotePort": 50000},
       "received": [{"track": "t1", "kind": "audio", "rid": "", "codec": "opus",
         "packets": 1500, "bytes": 150000, "lost": 3, "jitterMillis": 2.5, "alive": true,
         "picture": null},
        {"track": "t3", "kind": "video", "rid": "h", "codec": "VP8", "packets": 3000,
         "bytes": 2000000, "lost": 5, "jitterMillis": 3.25, "alive": true,
         "picture": {"width": 640, "height": 360, "framesPerSecond": 30.1,
           "bitrateBps": 700000}}],
       "sent": [{"mid": "3", "track": "t2", "kind": "video", "packets": 2000,
         "bytes": 900000, "resent": 40, "lost": 38, "lossShare": 0.02, "jitterMillis": 4.25,
         "freezes": 1, "frozenMillis": 700.0, "frozen": false,
         "picture": {"width": 640, "height": 360, "framesPerSecond": 29.9,
           "bitrateBps": 450000}}]}\
      """;

  static final Set<ApiProblem> ADMINISTRATION =
      EnumSet.of(INVALID_TOKEN, NOT_PERMITTED, RATE_LIMITED, SHUTTING_DOWN, UNAVAILABLE);
  private static final Set<ApiProblem> OF_A_ROOM = with(ADMINISTRATION, INVALID_ROOM, ROOM_UNKNOWN);
  private static final Set<ApiProblem> OF_A_PARTICIPANT = with(OF_A_ROOM, PARTICIPANT_UNKNOWN);
  private static final Set<ApiProblem> OF_A_TRACK = with(OF_A_PARTICIPANT, TRACK_UNKNOWN);

  /** Those that leave in a room who is in it. */
  static final List<ApiOperation> OF_WHAT_IS_THERE =
      List.of(
          change(
              HttpMethod.POST,
              ROOMS,
              "Creates a room before anybody joins it.",
              201,
              """
              {"id": "standup", "maxParticipants": 20, "codecs": ["opus", "VP8"],
               "emptyTimeoutSeconds": 600, "policy": {"waitingRoom": true}}\
              """,
              ROOM_WITH.formatted(20, false, "", ""),
              with(ADMINISTRATION, INVALID_ROOM, ROOM_EXISTS, TOO_MANY_ROOMS)),
          show(
              ROOMS,
              "Lists rooms and who is in them, page by page.",
              "[" + ROOM_OF_ADA + "]",
              with(ADMINISTRATION, INVALID_REQUEST)),
          show(ROOM, "Shows a room and who is in it.", ROOM_OF_ADA, OF_A_ROOM),
          change(
              HttpMethod.PATCH,
              ROOM,
              "Sets a room up differently: limits, rules, metadata.",
              200,
              "{\"maxParticipants\": 30, \"policy\": {\"locked\": true}}",
              ROOM_WITH.formatted(30, true, ADA, EVE_WHO_WAITS),
              with(OF_A_ROOM, CHANGED_MEANWHILE)),
          show(
              PARTICIPANTS,
              "Lists who is in a room and what they publish, page by page.",
              "[" + ADA + "]",
              with(OF_A_ROOM, INVALID_REQUEST)),
          show(PARTICIPANT, "Shows a participant and its tracks.", ADA, OF_A_PARTICIPANT),
          show(
              PARTICIPANT + "/downlink",
              "Says how the path to a participant is used, and why.",
              DOWNLINK,
              OF_A_PARTICIPANT),
          show(
              PARTICIPANT + "/quality",
              "Says how a participant's media fares, both ways.",
              QUALITY,
              OF_A_PARTICIPANT),
          change(
              HttpMethod.PATCH,
              PARTICIPANT,
              "Changes what a participant may do, its caps, its role and its metadata.",
              200,
              """
              {"role": "guest", "permissions": {"publish": ["microphone"]}, "maxHeight": 360,
               "maxVideoBitrateBps": 800000}\
              """,
              ADA_AS_GUEST,
              with(OF_A_PARTICIPANT, CHANGED_MEANWHILE)),
          order(PARTICIPANT + "/admit", "Lets one in who waits.", OF_A_PARTICIPANT),
          order(
              TRACK + "/mute",
              "Mutes a track: nobody gets it until its publisher unmutes it.",
              OF_A_TRACK),
          order(
              TRACK + "/ask-to-unmute", "Asks the publisher of a track to unmute it.", OF_A_TRACK),
          change(
              HttpMethod.PUT,
              PARTICIPANT + "/subscriptions/{track}",
              "Lays down what a participant gets of a track, whatever its own view says.",
              204,
              "{\"subscription\": \"subscribed\", \"maxHeight\": 360}",
              NOTHING,
              OF_A_TRACK),
          change(
              HttpMethod.POST,
              ROOM + "/data",
              "Sends a message of the application over the WebSockets of a room.",
              202,
              "{\"topic\": \"chat\", \"data\": \"We begin in five minutes.\"}",
              NOTHING,
              OF_A_ROOM),
          change(
              HttpMethod.POST,
              BANS,
              "Keeps an identity or a token out, and takes everyone of the identity out.",
              201,
              "{\"identity\": \"mallory\", \"room\": \"standup\", \"seconds\": 3600}",
              """
              {"id": "1", "identity": "mallory", "tokenId": null, "room": "standup",
               "until": "2026-11-21T13:00:00Z"}\
              """,
              with(ADMINISTRATION, INVALID_ROOM)),
          show(
              BANS,
              "Lists the bans in force.",
              """
              [{"id": "1", "identity": "mallory", "tokenId": null, "room": "standup",
                "until": "2026-11-21T13:00:00Z"}]\
              """,
              ADMINISTRATION),
          remove(BANS + "/{ban}", "Lifts a ban.", with(ADMINISTRATION, BAN_UNKNOWN)),
          change(
              HttpMethod.PUT,
              ROOM + "/watch",
              "Tells the metrics of a room in full for a time.",
              204,
              "{\"seconds\": 3600}",
              NOTHING,
              with(OF_A_ROOM, TOO_MANY_WATCHED)),
          show(
              API + "/watched-rooms",
              "Lists the rooms whose metrics are told in full.",
              "[{\"room\": \"standup\", \"until\": \"2026-11-21T13:00:00Z\"}]",
              ADMINISTRATION),
          remove(
              ROOM + "/watch",
              "Tells the metrics of a room in full no longer.",
              with(ADMINISTRATION, INVALID_ROOM)),
          new ApiOperation(
              HttpMethod.POST,
              API + "/configuration/reload",
              "Reads the configuration again and puts into force what is safe to change.",
              200,
              NOTHING,
              "{\"changed\": [], \"needRestart\": []}",
              with(
                  ADMINISTRATION,
                  INVALID_CONFIGURATION,
                  NOT_ACCEPTABLE,
                  IDEMPOTENCY_IN_PROGRESS,
                  IDEMPOTENCY_KEY_REUSED)),
          show(
              API + "/audit",
              "Lists what administrators have done and tried to do.",
              """
              [{"seq": 1, "time": "2026-11-21T12:00:00Z", "actor": "ops",
                "action": "POST /api/v1/rooms", "room": "standup",
                "target": "/api/v1/rooms/standup", "status": 201}]\
              """,
              with(ADMINISTRATION, INVALID_REQUEST)),
          show(
              API + "/version",
              "Says what the server speaks.",
              "{\"api\": 1, \"protocol\": 1}",
              ADMINISTRATION),
          change(
              HttpMethod.POST,
              PARTICIPANT + "/move",
              "Takes a participant to another room, with its peer connection.",
              200,
              "{\"room\": \"breakout\"}",
              ADA.replace("\"t1\"", "\"t7\""),
              with(
                  OF_A_PARTICIPANT,
                  BANNED,
                  DUPLICATE_PARTICIPANT,
                  ENCRYPTION_REQUIRED,
                  IDENTITY_IN_USE,
                  OVERLOADED,
                  ROOM_FULL,
                  ROOM_LOCKED,
                  TOO_MANY_PUBLISHERS,
                  TOO_MANY_ROOMS)));

  /** Those that remove who and what was there. */
  static final List<ApiOperation> OF_ITS_END =
      List.of(
          remove(
              PARTICIPANT,
              "Removes a participant, with ban or without.",
              with(OF_A_PARTICIPANT, INVALID_REQUEST)),
          remove(ROOM, "Closes a room; everyone in it leaves.", OF_A_ROOM));

  private AdministrationOperations() {}

  static ApiOperation show(String path, String summary, String response, Set<ApiProblem> problems) {
    return new ApiOperation(
        HttpMethod.GET, path, summary, 200, NOTHING, response, with(problems, NOT_ACCEPTABLE));
  }

  /** Something with a body. */
  static ApiOperation change(
      HttpMethod method,
      String path,
      String summary,
      int status,
      String request,
      String response,
      Set<ApiProblem> problems) {
    Set<ApiProblem> all =
        with(problems, INVALID_REQUEST, LENGTH_REQUIRED, MESSAGE_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE);
    if (!response.isEmpty()) {
      all.add(NOT_ACCEPTABLE);
    }
    if (method == HttpMethod.POST) {
      all.add(IDEMPOTENCY_IN_PROGRESS);
      all.add(IDEMPOTENCY_KEY_REUSED);
    }
    return new ApiOperation(method, path, summary, status, request, response, all);
  }

  /** Something without a body, that is carried out after it is answered. */
  static ApiOperation order(String path, String summary, Set<ApiProblem> problems) {
    return new ApiOperation(
        HttpMethod.POST,
        path,
        summary,
        202,
        NOTHING,
        NOTHING,
        with(problems, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED));
  }

  static ApiOperation remove(String path, String summary, Set<ApiProblem> problems) {
    return new ApiOperation(HttpMethod.DELETE, path, summary, 204, NOTHING, NOTHING, problems);
  }

  static Set<ApiProblem> with(Set<ApiProblem> some, ApiProblem... more) {
    Set<ApiProblem> all = EnumSet.copyOf(some);
    all.addAll(List.of(more));
    return all;
  }
}
