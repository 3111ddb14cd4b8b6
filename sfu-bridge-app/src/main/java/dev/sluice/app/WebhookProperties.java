package dev.sluice.app;

import dev.sluice.api.webhook.RetryPolicy;
import dev.sluice.api.webhook.WebhookEndpoint;
import dev.sluice.api.webhook.WebhookSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Webhooks, under {@code sluice.webhooks.}.
 *
 * @param endpoints name to receiver; none turns webhooks off
 * @param directory where the outbox is
 * @param maxSize what the events in the outbox may take
 * @param keep how long events are kept that every receiver has
 * @param requestTimeout from a request to the end of its answer
 * @param firstRetry the wait after the first failure; it doubles with each
 * @param longestRetry the longest wait
 * @param giveUpAfter how long an event is tried
 * @param allowHttp whether receivers on other machines may be reached without TLS
 */
public record WebhookProperties(
    @DefaultValue Map<String, Endpoint> endpoints,
    @DefaultValue("webhooks") String directory,
    @DefaultValue("256MB") DataSize maxSize,
    @DefaultValue("24h") Duration keep,
    @DefaultValue("10s") Duration requestTimeout,
    @DefaultValue("1s") Duration firstRetry,
    @DefaultValue("5m") Duration longestRetry,
    @DefaultValue("1h") Duration giveUpAfter,
    @DefaultValue("false") boolean allowHttp) {
  private static final int MAX_ENDPOINTS = 8;
  private static final long MIN_BYTES = 1024 * 1024;
  private static final long MAX_BYTES = 64L * 1024 * 1024 * 1024;
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final String KEY = "sluice.webhooks.endpoints.";

  /**
   * A receiver.
   *
   * @param url where events are posted to
   * @param secrets that requests are signed with, each {@code whsec_} and Base64
   */
  public record Endpoint(@Nullable URI url, @DefaultValue List<String> secrets) {
    public Endpoint {
      secrets = List.copyOf(secrets);
    }

    @Override
    public String toString() {
      return "Endpoint";
    }
  }

  public WebhookProperties {
    endpoints = new TreeMap<>(endpoints);
    if (endpoints.size() > MAX_ENDPOINTS) {
      throw new ConfigurationException(
          "sluice.webhooks.endpoints has %d receivers; it may have %d."
              .formatted(endpoints.size(), MAX_ENDPOINTS),
          "Let one receiver pass events on to the others.");
    }
    for (Map.Entry<String, Endpoint> each : endpoints.entrySet()) {
      toEndpoint(each.getKey(), each.getValue(), allowHttp);
    }
    SluiceProperties.requireBetween(
        "sluice.webhooks.max-size", maxSize.toBytes(), MIN_BYTES, MAX_BYTES);
    requireDuration("keep", keep, Duration.ZERO);
    requireDuration("request-timeout", requestTimeout, Duration.ofMillis(100));
    requireDuration("first-retry", firstRetry, Duration.ofMillis(10));
    requireDuration("longest-retry", longestRetry, firstRetry);
    requireDuration("give-up-after", giveUpAfter, Duration.ofMillis(100));
  }

  private static void requireDuration(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new ConfigurationException(
          "sluice.webhooks.%s must be between %d ms and 30 days.".formatted(name, least.toMillis()),
          "Write it with a unit, such as 30s, or leave it out for its default.");
    }
  }

  private static WebhookEndpoint toEndpoint(String name, Endpoint endpoint, boolean allowHttp) {
    URI url = endpoint.url();
    if (url == null || !isTrustworthy(url, allowHttp)) {
      throw new ConfigurationException(
          KEY + name + ".url is missing, or no https: URL.",
          "Write https://…; http: is for this machine, or for all with"
              + " sluice.webhooks.allow-http=true. A user or password does not belong in it.");
    }
    if (!name.matches("[a-z0-9-]{1,32}")) {
      throw new ConfigurationException(
          "The webhook \"" + name + "\" is called what it cannot be called.",
          "A name has 1 to 32 small letters, digits and hyphens.");
    }
    if (endpoint.secrets().isEmpty()) {
      throw new ConfigurationException(
          KEY + name + ".secrets is missing: without one a receiver cannot tell who sends.",
          "Make one with: echo whsec_$(openssl rand -base64 32)");
    }
    try {
      return new WebhookEndpoint(
          name, url, endpoint.secrets().stream().map(WebhookEndpoint::key).toList());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          KEY + name + ".secrets cannot be used: it is not whsec_ and 24 to 64 bytes in Base64.",
          "Make one with: echo whsec_$(openssl rand -base64 32)");
    }
  }

  private static boolean isTrustworthy(URI url, boolean allowHttp) {
    String host = url.getHost();
    if (url.getScheme() == null || host == null || url.getUserInfo() != null) {
      return false;
    }
    boolean thisMachine =
        host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    return url.getScheme().equalsIgnoreCase("https")
        || (url.getScheme().equalsIgnoreCase("http") && (thisMachine || allowHttp));
  }

  /** As the outbox takes them. */
  WebhookSettings toSettings() {
    return new WebhookSettings(
        Path.of(directory),
        endpoints.entrySet().stream()
            .map(each -> toEndpoint(each.getKey(), each.getValue(), allowHttp))
            .toList(),
        maxSize.toBytes(),
        keep,
        requestTimeout,
        new RetryPolicy(firstRetry, longestRetry, giveUpAfter));
  }
}
