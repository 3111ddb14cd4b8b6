package dev.sluice.api.webhook;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How webhooks are set up.
 *
 * @param directory the outbox's
 * @param endpoints the receivers; none turns webhooks off
 * @param maxBytes what the events of the outbox may take
 * @param retention how long events are kept that every receiver has
 * @param requestLimit from a request to the end of its answer
 * @param retries when a request is repeated
 */
public record WebhookSettings(
    Path directory,
    List<WebhookEndpoint> endpoints,
    long maxBytes,
    Duration retention,
    Duration requestLimit,
    RetryPolicy retries) {
  public WebhookSettings {
    endpoints = List.copyOf(endpoints);
  }
}
