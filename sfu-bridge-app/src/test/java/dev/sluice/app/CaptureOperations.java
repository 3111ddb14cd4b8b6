package dev.sluice.app;

import static dev.sluice.app.AdministrationOperations.ADMINISTRATION;
import static dev.sluice.app.AdministrationOperations.change;
import static dev.sluice.app.AdministrationOperations.remove;
import static dev.sluice.app.AdministrationOperations.show;
import static dev.sluice.app.AdministrationOperations.with;
import static dev.sluice.app.ApiProblem.CAPTURES_OFF;
import static dev.sluice.app.ApiProblem.CAPTURE_UNKNOWN;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_IN_PROGRESS;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_KEY_REUSED;
import static dev.sluice.app.ApiProblem.INVALID_ROOM;
import static dev.sluice.app.ApiProblem.NOT_ACCEPTABLE;
import static dev.sluice.app.ApiProblem.PARTICIPANT_UNKNOWN;
import static dev.sluice.app.ApiProblem.ROOM_UNKNOWN;
import static dev.sluice.app.ApiProblem.TOO_MANY_CAPTURES;

import io.swagger.v3.oas.models.PathItem.HttpMethod;
import java.util.List;
import java.util.Set;

/** The operations of captures. Before those that remove the participant and the room. */
final class CaptureOperations {
  private static final String ROOM = "/api/v1/rooms/{room}";
  private static final String CAPTURE = ROOM + "/captures/{capture}";
  private static final String NOTHING = "";
  private static final String SHOWN =
      """
      {"id": "1", "participant": "P-9a31", "payload": false, "state": "%s", "packets": 0,
       "bytes": 76, "started": "2026-11-21T12:00:00Z", "until": "2026-11-21T12:00:30Z"}\
      """;
  private static final Set<ApiProblem> OF_A_CAPTURE =
      with(ADMINISTRATION, INVALID_ROOM, CAPTURE_UNKNOWN);

  /** All of them. */
  static final List<ApiOperation> ALL =
      List.of(
          change(
              HttpMethod.POST,
              ROOM + "/participants/{participant}/captures",
              "Captures a participant's packets for a time.",
              201,
              "{\"seconds\": 30}",
              SHOWN.formatted("running"),
              with(
                  ADMINISTRATION,
                  INVALID_ROOM,
                  ROOM_UNKNOWN,
                  PARTICIPANT_UNKNOWN,
                  CAPTURES_OFF,
                  TOO_MANY_CAPTURES)),
          show(
              ROOM + "/captures",
              "Lists the captures of a room.",
              "[" + SHOWN.formatted("running") + "]",
              with(ADMINISTRATION, INVALID_ROOM)),
          show(CAPTURE, "Shows how a capture stands.", SHOWN.formatted("running"), OF_A_CAPTURE),
          new ApiOperation(
              HttpMethod.POST,
              CAPTURE + "/stop",
              "Ends a capture, which can still be read.",
              200,
              NOTHING,
              SHOWN.formatted("stopped"),
              with(OF_A_CAPTURE, NOT_ACCEPTABLE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED)),
          new ApiOperation(
              HttpMethod.GET,
              CAPTURE + "/pcapng",
              "Reads what was captured by now, as a pcapng file.",
              200,
              NOTHING,
              NOTHING,
              with(OF_A_CAPTURE, NOT_ACCEPTABLE)),
          remove(CAPTURE, "Ends a capture and throws it away.", OF_A_CAPTURE));

  private CaptureOperations() {}
}
