package dev.sluice.app;

import static dev.sluice.app.ApiProblem.BANNED;
import static dev.sluice.app.ApiProblem.ENCRYPTION_REQUIRED;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_KEY_REUSED;
import static dev.sluice.app.ApiProblem.IDENTITY_IN_USE;
import static dev.sluice.app.ApiProblem.INTERNAL;
import static dev.sluice.app.ApiProblem.INVALID_ROOM;
import static dev.sluice.app.ApiProblem.INVALID_SDP;
import static dev.sluice.app.ApiProblem.INVALID_TOKEN;
import static dev.sluice.app.ApiProblem.MESSAGE_TOO_LARGE;
import static dev.sluice.app.ApiProblem.NOT_ACCEPTABLE;
import static dev.sluice.app.ApiProblem.NOT_PERMITTED;
import static dev.sluice.app.ApiProblem.RATE_LIMITED;
import static dev.sluice.app.ApiProblem.ROOM_FULL;
import static dev.sluice.app.ApiProblem.ROOM_LOCKED;
import static dev.sluice.app.ApiProblem.SESSION_UNKNOWN;
import static dev.sluice.app.ApiProblem.SHUTTING_DOWN;
import static dev.sluice.app.ApiProblem.TOO_MANY_ROOMS;
import static dev.sluice.app.ApiProblem.UNSUPPORTED_MEDIA_TYPE;
import static dev.sluice.app.ApiProblem.WAITING_ROOM;

import io.swagger.v3.oas.models.PathItem.HttpMethod;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

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
  private static final String WHIP = "/whip/{room}";
  private static final String WHEP = "/whep/{room}";
  private static final String SESSION = "/{session}";
  private static final String NOTHING = "";

  private static final Set<ApiProblem> OF_AN_OFFER =
      EnumSet.of(
          INVALID_ROOM,
          INVALID_SDP,
          INVALID_TOKEN,
          NOT_PERMITTED,
          BANNED,
          ROOM_LOCKED,
          IDENTITY_IN_USE,
          ENCRYPTION_REQUIRED,
          WAITING_ROOM,
          NOT_ACCEPTABLE,
          MESSAGE_TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          RATE_LIMITED,
          ROOM_FULL,
          TOO_MANY_ROOMS,
          SHUTTING_DOWN,
          INTERNAL);
  private static final Set<ApiProblem> OF_A_SESSION = EnumSet.of(INVALID_ROOM, SESSION_UNKNOWN);

  private static final List<ApiOperation> WHIP_AND_WHEP =
      List.of(
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

  /** All of them, in an order in which they can be tried. */
  static final List<ApiOperation> ALL =
      Stream.of(
              AdministrationOperations.OF_WHAT_IS_THERE,
              CaptureOperations.ALL,
              AdministrationOperations.OF_ITS_END,
              WebhookOperations.ALL,
              WHIP_AND_WHEP)
          .flatMap(List::stream)
          .toList();

  ApiOperation {
    problems = Set.copyOf(problems);
  }

  /** Whether it takes a token: the URL of a session is proof enough, and OPTIONS tells nothing. */
  boolean takesToken() {
    return problems.contains(INVALID_TOKEN);
  }

  /** Whether it can be repeated without being done twice. */
  boolean takesIdempotencyKey() {
    return problems.contains(IDEMPOTENCY_KEY_REUSED);
  }

  /** Whether its bodies are SDP; else they are JSON. */
  boolean isSdp() {
    return problems.contains(INVALID_SDP);
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
}
