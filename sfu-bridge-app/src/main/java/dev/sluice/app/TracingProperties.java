package dev.sluice.app;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Traces of signalling, under {@code sluice.tracing.}.
 *
 * @param endpoint where they are posted to, by OTLP; null turns tracing off
 * @param headers of these requests, by name
 * @param sampleRatio the share of exchanges that is traced
 */
public record TracingProperties(
    @Nullable URI endpoint,
    @DefaultValue Map<String, String> headers,
    @DefaultValue("1") double sampleRatio) {
  /** RFC 9110 §5.6.2, without what nobody needs in the name of a field. */
  private static final String FIELD_NAME = "[A-Za-z0-9_-]{1,64}";

  private static final String PRINTABLE = "[\\x20-\\x7e]{1,4096}";

  public TracingProperties {
    headers = Map.copyOf(headers);
    if (endpoint != null && !isHttp(endpoint)) {
      throw new ConfigurationException(
          "sluice.tracing.endpoint is no http: or https: URL, or has a user or password in it.",
          "Write for example http://localhost:4318/v1/traces, and credentials into"
              + " sluice.tracing.headers.");
    }
    headers.forEach(TracingProperties::requireField);
    if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
      throw new ConfigurationException(
          "sluice.tracing.sample-ratio is %s; it must be between 0 and 1.".formatted(sampleRatio),
          "Change it, or leave it out for its default.");
    }
  }

  private static boolean isHttp(URI url) {
    String scheme = url.getScheme();
    return url.getHost() != null
        && url.getUserInfo() == null
        && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
  }

  private static void requireField(String name, String value) {
    if (!name.matches(FIELD_NAME) || !value.matches(PRINTABLE)) {
      throw new ConfigurationException(
          "sluice.tracing.headers has a field that cannot stand in a request: \"%s\"."
              .formatted(name),
          "A name has letters, digits, hyphens and underscores; a value printable ASCII.");
    }
  }

  @Override
  public String toString() {
    return "Tracing" + headers.keySet();
  }
}
