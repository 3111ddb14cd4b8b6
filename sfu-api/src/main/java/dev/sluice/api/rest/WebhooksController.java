package dev.sluice.api.rest;

import dev.sluice.api.webhook.WebhookStatus;
import dev.sluice.api.webhook.Webhooks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How webhooks stand, and sending them again. Receivers are named in the configuration only: who
 * may call this cannot make the server send anything anywhere else.
 */
@RestController
final class WebhooksController {
  private static final String WEBHOOKS = "/api/v1/webhooks";
  private static final String WEBHOOK = WEBHOOKS + "/{webhook}";
  private static final String DEAD_LETTERS = WEBHOOK + "/dead-letters";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Webhooks webhooks;

  WebhooksController(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  /** A receiver; see {@link WebhookStatus}. */
  record WebhookView(
      String name,
      String url,
      long position,
      long pending,
      @Nullable String oldestPending,
      int deadLetters,
      @Nullable String lastError) {
    private static WebhookView of(WebhookStatus status) {
      Instant oldest = status.oldestPending();
      return new WebhookView(
          status.name(),
          status.address(),
          status.position(),
          status.pending(),
          oldest == null ? null : oldest.truncatedTo(ChronoUnit.MILLIS).toString(),
          status.deadLetters(),
          status.lastError());
    }
  }

  /**
   * An event that a receiver did not take.
   *
   * @param number of the event
   * @param reason why it did not
   * @param event as it was sent
   */
  record DeadLetterView(long number, String reason, JsonNode event) {}

  /**
   * Where to begin anew.
   *
   * @param after the number of the last event that is not to be sent again
   */
  record ReplayRequest(@Nullable Long after) {}

  /**
   * What is under way.
   *
   * @param events how many
   */
  record ReplayView(long events) {}

  /** All receivers. */
  @GetMapping(path = WEBHOOKS, produces = MediaType.APPLICATION_JSON_VALUE)
  List<WebhookView> listWebhooks() {
    return webhooks.names().stream()
        .flatMap(name -> webhooks.status(name).stream())
        .map(WebhookView::of)
        .toList();
  }

  /** One of them. */
  @GetMapping(path = WEBHOOK, produces = MediaType.APPLICATION_JSON_VALUE)
  WebhookView showWebhook(@PathVariable String webhook) throws RequestException {
    return webhooks
        .status(webhook)
        .map(WebhookView::of)
        .orElseThrow(WebhooksController::webhookUnknown);
  }

  /** Sends everything again that is kept behind a number. */
  @PostMapping(
      path = WEBHOOK + "/replay",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ReplayView> replay(@PathVariable String webhook, @RequestBody ReplayRequest body)
      throws RequestException {
    requireKnown(webhook);
    Long after = body.after();
    if (after == null || after < 0) {
      throw Fields.wrong("after", "is the number of an event, or 0 for all that are kept");
    }
    return ResponseEntity.accepted().body(new ReplayView(webhooks.replay(webhook, after)));
  }

  /** Events that a receiver did not take, the oldest first. */
  @GetMapping(path = DEAD_LETTERS, produces = MediaType.APPLICATION_JSON_VALUE)
  List<DeadLetterView> listDeadLetters(
      @PathVariable String webhook,
      @RequestParam(defaultValue = "0") long after,
      @RequestParam(defaultValue = "100") int limit)
      throws RequestException {
    requireKnown(webhook);
    if (after < 0) {
      throw Fields.wrongParameter("after", "is the number of an event, or 0");
    }
    return webhooks
        .deadLetters(webhook, after, Fields.parameterBetween("limit", limit, 1, Page.MAX_LIMIT))
        .stream()
        .map(
            letter ->
                new DeadLetterView(letter.number(), letter.reason(), JSON.readTree(letter.event())))
        .toList();
  }

  /** Sends a receiver its dead letters again. */
  @PostMapping(path = DEAD_LETTERS + "/replay", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ReplayView> replayDeadLetters(@PathVariable String webhook)
      throws RequestException {
    requireKnown(webhook);
    return ResponseEntity.accepted().body(new ReplayView(webhooks.replayDeadLetters(webhook)));
  }

  /** Throws them away. */
  @DeleteMapping(path = DEAD_LETTERS)
  ResponseEntity<Void> discardDeadLetters(@PathVariable String webhook) throws RequestException {
    requireKnown(webhook);
    webhooks.discardDeadLetters(webhook);
    return ResponseEntity.noContent().build();
  }

  private void requireKnown(String webhook) throws RequestException {
    if (!webhooks.names().contains(webhook)) {
      throw webhookUnknown();
    }
  }

  private static RequestException webhookUnknown() {
    return new RequestException(
        HttpStatus.NOT_FOUND, "webhook-unknown", "There is no such webhook in the configuration.");
  }
}
