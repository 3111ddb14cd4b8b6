package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.webhook.WebhookEndpoint;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Receivers that can be configured, and the sentence for those that cannot. */
@Tag("A2")
class WebhookPropertiesTest {
  private static final String APP = "sluice.webhooks.endpoints.app.";
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static WebhookProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("sluice.webhooks", WebhookProperties.class);
  }

  private static Map<String, String> app(String url) {
    Map<String, String> settings = new HashMap<>();
    settings.put(APP + "url", url);
    settings.put(APP + "secrets", SECRET);
    return settings;
  }

  @Test
  void isOffByDefault() {
    assertThat(bind(Map.of()).toSettings().endpoints()).isEmpty();
  }

  @Test
  void takesAReceiverFromTheEnvironment() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                // The suffix by which Spring Boot knows another environment.
                "test-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(
                    "SLUICE_WEBHOOKS_ENDPOINTS_APP_URL",
                    "https://app.example.org/sluice",
                    "SLUICE_WEBHOOKS_ENDPOINTS_APP_SECRETS",
                    SECRET)));
    assertThat(
            Binder.get(environment)
                .bind("sluice.webhooks", WebhookProperties.class)
                .get()
                .toSettings()
                .endpoints())
        .singleElement()
        .extracting(WebhookEndpoint::name)
        .isEqualTo("app");
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.org/sluice?key=1, false",
    "http://localhost:3000/, false",
    "http://127.0.0.1:3000/, false",
    "http://[::1]:3000/, false",
    "http://app.default.svc/, true"
  })
  void takesAReceiver(String url, String allowHttp) {
    Map<String, String> settings = app(url);
    settings.put("sluice.webhooks.allow-http", allowHttp);
    assertThat(bind(settings).toSettings().endpoints())
        .singleElement()
        .extracting(WebhookEndpoint::name)
        .isEqualTo("app");
  }

  @ParameterizedTest
  @CsvSource({
    "http://app.example.org/, sluice.webhooks.endpoints.app.url",
    "http://127.0.0.1.example.org/, sluice.webhooks.endpoints.app.url",
    "https://ada:secret@app.example.org/, sluice.webhooks.endpoints.app.url",
    "file:///etc/passwd, sluice.webhooks.endpoints.app.url",
    "/sluice, sluice.webhooks.endpoints.app.url"
  })
  void refusesAUrlThatIsNoPlaceForEvents(String url, String key) {
    assertThatThrownBy(() -> bind(app(url)))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(key)
        .message()
        .doesNotContain("secret@");
  }

  @ParameterizedTest
  @CsvSource({
    "sluice.webhooks.endpoints.app.secrets, plain, sluice.webhooks.endpoints.app.secrets cannot",
    "sluice.webhooks.endpoints.app.secrets, '', sluice.webhooks.endpoints.app.secrets is missing",
    "sluice.webhooks.max-size, 1KB, sluice.webhooks.max-size",
    "sluice.webhooks.keep, 31d, sluice.webhooks.keep",
    "sluice.webhooks.longest-retry, 500ms, sluice.webhooks.longest-retry"
  })
  void refusesWhatCannotBeRight(String key, String value, String message) {
    Map<String, String> settings = app("https://app.example.org/");
    settings.put(key, value);
    assertThatThrownBy(() -> bind(settings))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void takesNoMoreReceiversThanItMay() {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < 9; i++) {
      settings.put("sluice.webhooks.endpoints.r" + i + ".url", "https://app.example.org/" + i);
      settings.put("sluice.webhooks.endpoints.r" + i + ".secrets", SECRET);
    }
    assertThatThrownBy(() -> bind(settings))
        .rootCause()
        .hasMessage("sluice.webhooks.endpoints has 9 receivers; it may have 8.");
  }
}
