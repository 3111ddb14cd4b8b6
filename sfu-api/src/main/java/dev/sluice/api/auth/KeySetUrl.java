package dev.sluice.api.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A key set that another server publishes (its {@code jwks_uri}). Redirects are not followed: what
 * is trusted is this address.
 */
public final class KeySetUrl implements KeySetReader, AutoCloseable {
  private static final int OK = 200;

  private final URI url;
  private final Duration limit;
  private final HttpClient http;

  /**
   * Nothing is read yet.
   *
   * @param limit from the request to the last byte of the answer
   * @throws IllegalArgumentException when it is no https: URL; http: is for this machine only,
   *     because who can change the answer on its way can issue tokens
   */
  public KeySetUrl(URI url, Duration limit) {
    if (!isTrustworthy(url)) {
      throw new IllegalArgumentException(
          "A key set comes from an https: URL, or by http: from this machine.");
    }
    this.url = url;
    this.limit = limit;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(limit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Whether nobody on the way can change what comes from there. */
  public static boolean isTrustworthy(URI url) {
    String scheme = url.getScheme();
    String host = url.getHost();
    if (scheme == null || host == null || url.getUserInfo() != null) {
      return false;
    }
    boolean thisMachine =
        host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    return scheme.equalsIgnoreCase("https") || (scheme.equalsIgnoreCase("http") && thisMachine);
  }

  @Override
  public byte[] read() throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      HttpResponse<byte[]> response = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != OK) {
        throw new IOException("The server of the key set answers " + response.statusCode() + ".");
      }
      return response.body();
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("The server of the key set does not answer in time.", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("The wait for the key set was interrupted.", e);
    } catch (ExecutionException e) {
      throw new IOException("The key set cannot be fetched: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
