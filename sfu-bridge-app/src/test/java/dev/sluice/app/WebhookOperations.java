package dev.sluice.app;

import static dev.sluice.app.AdministrationOperations.ADMINISTRATION;
import static dev.sluice.app.AdministrationOperations.change;
import static dev.sluice.app.AdministrationOperations.remove;
import static dev.sluice.app.AdministrationOperations.show;
import static dev.sluice.app.AdministrationOperations.with;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_IN_PROGRESS;
import static dev.sluice.app.ApiProblem.IDEMPOTENCY_KEY_REUSED;
import static dev.sluice.app.ApiProblem.INVALID_REQUEST;
import static dev.sluice.app.ApiProblem.NOT_ACCEPTABLE;
import static dev.sluice.app.ApiProblem.WEBHOOK_UNKNOWN;

import io.swagger.v3.oas.models.PathItem.HttpMethod;
import java.util.List;
import java.util.Set;

/** The operations of {@code /api/v1/webhooks}. */
final class WebhookOperations {
  private static final String WEBHOOKS = "/api/v1/webhooks";
  private static final String WEBHOOK = WEBHOOKS + "/{webhook}";
  private static final String DEAD_LETTERS = WEBHOOK + "/dead-letters";
  private static final String RECEIVER =
      """
      {"name": "app", "url": "https://app.example.org/sluice", "position": 0, "pending": 0,
       "oldestPending": null, "deadLetters": 0, "lastError": null}\
      """;
  private static final String REPLAY = "{\"events\": 0}";
  private static final Set<ApiProblem> OF_A_WEBHOOK = with(ADMINISTRATION, WEBHOOK_UNKNOWN);

  /** All of them. */
  static final List<ApiOperation> ALL =
      List.of(
          show(
              WEBHOOKS,
              "Lists the receivers of webhooks and how they stand.",
              "[" + RECEIVER + "]",
              ADMINISTRATION),
          show(WEBHOOK, "Shows how a receiver stands.", RECEIVER, OF_A_WEBHOOK),
          change(
              HttpMethod.POST,
              WEBHOOK + "/replay",
              "Sends a receiver everything again that is kept behind an event.",
              202,
              "{\"after\": 1203}",
              REPLAY,
              OF_A_WEBHOOK),
          show(
              DEAD_LETTERS,
              "Lists events that a receiver did not take.",
              """
              [{"number": 17, "reason": "5 attempts, the last: HTTP 400",
                "event": {"id": "0abc12de-17", "number": 17, "type": "room.started",
                 "time": "2026-11-21T12:00:00Z", "room": "standup", "session": "3f9c01ab-1",
                 "seq": 1}}]\
              """,
              with(OF_A_WEBHOOK, INVALID_REQUEST)),
          new ApiOperation(
              HttpMethod.POST,
              DEAD_LETTERS + "/replay",
              "Sends a receiver the events again that it did not take.",
              202,
              "",
              REPLAY,
              with(OF_A_WEBHOOK, NOT_ACCEPTABLE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED)),
          remove(
              DEAD_LETTERS, "Throws the events away that a receiver did not take.", OF_A_WEBHOOK));

  private WebhookOperations() {}
}
