package dev.sluice.api.webhook;

import java.io.IOException;

/** Posts to a receiver. */
@FunctionalInterface
interface WebhookSender {
  /**
   * Posts a body and waits for the answer's status.
   *
   * @param id names the content: the same in a repetition
   * @throws IOException when no answer came
   */
  int post(WebhookEndpoint endpoint, String id, String body)
      throws IOException, InterruptedException;
}
