package dev.sluice.api.webhook;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts over HTTP. Redirects are not followed: what was configured is this address, and an answer
 * must not choose another one inside our network. What the receiver answers is not read.
 */
final class HttpWebhookSender implements WebhookSender, AutoCloseable {
  private final Duration limit;
  private final InstantSource clock;
  private final HttpClient http;

  /**
   * Nothing is sent yet.
   *
   * @param limit from the request to the end of the answer
   */
  HttpWebhookSender(Duration limit, InstantSource clock) {
    this.limit = limit;
    this.clock = clock;
    http =
        HttpClient.newBuilder()
            .connectTimeout(limit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public int post(WebhookEndpoint endpoint, String id, String body)
      throws IOException, InterruptedException {
    long timeSeconds = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.url())
            .header("Content-Type", "application/json")
            .header("User-Agent", "Sluice")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(timeSeconds))
            .header(
                "webhook-signature", WebhookSignature.of(endpoint.keys(), id, timeSeconds, body))
            .POST(BodyPublishers.ofString(body))
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, BodyHandlers.discarding());
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS).statusCode();
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + limit.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
