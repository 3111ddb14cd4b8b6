package dev.sluice.app;

import static dev.sluice.app.ApiProblem.INTERNAL;
import static dev.sluice.app.ApiProblem.INVALID_REQUEST;
import static dev.sluice.app.ApiProblem.INVALID_ROOM;
import static dev.sluice.app.ApiProblem.INVALID_SDP;
import static dev.sluice.app.ApiProblem.INVALID_TOKEN;
import static dev.sluice.app.ApiProblem.LENGTH_REQUIRED;
import static dev.sluice.app.ApiProblem.MESSAGE_TOO_LARGE;
import static dev.sluice.app.ApiProblem.NOT_ACCEPTABLE;
import static dev.sluice.app.ApiProblem.NOT_PERMITTED;
import static dev.sluice.app.ApiProblem.PARTICIPANT_UNKNOWN;
import static dev.sluice.app.ApiProblem.ROOM_EXISTS;
import static dev.sluice.app.ApiProblem.ROOM_FULL;
import static dev.sluice.app.ApiProblem.ROOM_UNKNOWN;
import static dev.sluice.app.ApiProblem.SESSION_UNKNOWN;
import static dev.sluice.app.ApiProblem.SHUTTING_DOWN;
import static dev.sluice.app.ApiProblem.TOO_MANY_ROOMS;
import static dev.sluice.app.ApiProblem.UNAVAILABLE;
import static dev.sluice.app.ApiProblem.UNSUPPORTED_MEDIA_TYPE;

import io.swagger.v3.oas.models.PathItem.HttpMethod;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What {@code /openapi.json} says of one operation beyond what its controller shows by itself.
 *
 * @param method of the request
 * @param path as the controller maps it
 * @param summary one sentence
 * @param status of success
 * @param request an example of the body, or empty for no body
 * @param response an example of the body on success, or empty for no body
 * @param problems that it may answer with
 */
record ApiOperation(
    HttpMethod method,
    String path,
    String summary,
    int status,
    String request,
    String response,
    Set<ApiProblem> problems) {
  private static final String ROOMS = "/api/v1/rooms";
  private static final String ROOM = ROOMS + "/{room}";
  private static final String PARTICIPANTS = ROOM + "/participants";
  private static final String PARTICIPANT = PARTICIPANTS + "/{participant}";
  private static final String WHIP = "/whip/{room}";
  private static final String WHEP = "/whep/{room}";
  private static final String SESSION = "/{session}";
  private static final String NOTHING = "";

  private static final String ADA =
      """
      {"id": "P-9a31", "identity": "ada", "name": "Ada", "tracks": [
        {"id": "t1", "kind": "audio", "source": "microphone", "name": "", "muted": false}]}\
      """;
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
  private static final String ROOM_OF_ADA =
      """
      {"id": "standup", "maxParticipants": 20, "codecs": ["opus", "VP8"],
       "emptyTimeoutSeconds": 600, "participants": [%s]}\
      """
          .formatted(ADA);

  private static final Set<ApiProblem> ADMINISTRATION =
      EnumSet.of(INVALID_TOKEN, NOT_PERMITTED, SHUTTING_DOWN, UNAVAILABLE);
  private static final Set<ApiProblem> OF_A_ROOM = with(ADMINISTRATION, INVALID_ROOM, ROOM_UNKNOWN);
  private static final Set<ApiProblem> OF_A_PARTICIPANT = with(OF_A_ROOM, PARTICIPANT_UNKNOWN);
  private static final Set<ApiProblem> OF_AN_OFFER =
      EnumSet.of(
          INVALID_ROOM,
          INVALID_SDP,
          INVALID_TOKEN,
          NOT_PERMITTED,
          NOT_ACCEPTABLE,
          MESSAGE_TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          ROOM_FULL,
          TOO_MANY_ROOMS,
          SHUTTING_DOWN,
          INTERNAL);
  private static final Set<ApiProblem> OF_A_SESSION = EnumSet.of(INVALID_ROOM, SESSION_UNKNOWN);

  /** All of them. */
  static final List<ApiOperation> ALL =
      List.of(
          new ApiOperation(
              HttpMethod.POST,
              ROOMS,
              "Creates a room before anybody joins it.",
              201,
              """
              {"id": "standup", "maxParticipants": 20, "codecs": ["opus", "VP8"],
               "emptyTimeoutSeconds": 600}\
              """,
              """
              {"id": "standup", "maxParticipants": 20, "codecs": ["opus", "VP8"],
               "emptyTimeoutSeconds": 600, "participants": []}\
              """,
              with(
                  ADMINISTRATION,
                  INVALID_REQUEST,
                  INVALID_ROOM,
                  NOT_ACCEPTABLE,
                  ROOM_EXISTS,
                  LENGTH_REQUIRED,
                  MESSAGE_TOO_LARGE,
                  UNSUPPORTED_MEDIA_TYPE,
                  TOO_MANY_ROOMS)),
          show(
              ROOMS,
              "Lists all rooms and who is in them.",
              "[" + ROOM_OF_ADA + "]",
              ADMINISTRATION),
          show(ROOM, "Shows a room and who is in it.", ROOM_OF_ADA, OF_A_ROOM),
          show(
              PARTICIPANTS,
              "Lists who is in a room and what they publish.",
              "[" + ADA + "]",
              OF_A_ROOM),
          show(PARTICIPANT, "Shows a participant and its tracks.", ADA, OF_A_PARTICIPANT),
          show(
              PARTICIPANT + "/downlink",
              "Says how the path to a participant is used, and why.",
              DOWNLINK,
              OF_A_PARTICIPANT),
          remove(PARTICIPANT, "Removes a participant.", 204, OF_A_PARTICIPANT),
          remove(ROOM, "Closes a room; everyone in it leaves.", 204, OF_A_ROOM),
          exchange(
              WHIP,
              "Publishes what the offer sends (RFC 9725).",
              ExampleSdp.WHIP_OFFER,
              ExampleSdp.WHIP_ANSWER),
          exchange(
              WHEP,
              "Plays the room, a participant or a track (WHEP).",
              ExampleSdp.WHEP_OFFER,
              ExampleSdp.WHEP_ANSWER),
          remove(WHIP + SESSION, "Ends a publication.", 200, OF_A_SESSION),
          remove(WHEP + SESSION, "Ends a playback.", 200, OF_A_SESSION),
          options(WHIP),
          options(WHEP),
          options(WHIP + SESSION),
          options(WHEP + SESSION));

  ApiOperation {
    problems = Set.copyOf(problems);
  }

  /** Whether it takes a token: the URL of a session is proof enough, and OPTIONS tells nothing. */
  boolean takesToken() {
    return problems.contains(INVALID_TOKEN);
  }

  /** Whether its bodies are SDP; else they are JSON. */
  boolean isSdp() {
    return problems.contains(INVALID_SDP);
  }

  private static ApiOperation show(
      String path, String summary, String response, Set<ApiProblem> problems) {
    return new ApiOperation(
        HttpMethod.GET, path, summary, 200, NOTHING, response, with(problems, NOT_ACCEPTABLE));
  }

  private static ApiOperation remove(
      String path, String summary, int status, Set<ApiProblem> problems) {
    return new ApiOperation(HttpMethod.DELETE, path, summary, status, NOTHING, NOTHING, problems);
  }

  private static ApiOperation exchange(String path, String summary, String offer, String answer) {
    return new ApiOperation(HttpMethod.POST, path, summary, 201, offer, answer, OF_AN_OFFER);
  }

  private static ApiOperation options(String path) {
    return new ApiOperation(
        HttpMethod.OPTIONS, path, "Says what may be done here.", 204, NOTHING, NOTHING, Set.of());
  }

  private static Set<ApiProblem> with(Set<ApiProblem> some, ApiProblem... more) {
    Set<ApiProblem> all = EnumSet.copyOf(some);
    all.addAll(List.of(more));
    return all;
  }
}
