package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.session.SignallingLimits;
import dev.sluice.app.SluiceProperties.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SluicePropertiesTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static SluiceProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("sluice", SluiceProperties.class);
  }

  private static Map<String, String> development(String key, String value) {
    return Map.of("sluice.mode", "development", key, value);
  }

  @Test
  void hasTheDocumentedDefaults() {
    SluiceProperties properties = bind(Map.of("sluice.mode", "development"));
    assertThat(properties.media())
        .isEqualTo(
            new SluiceProperties.Media(10000, "0.0.0.0", List.of(), 0, false, 256, 400, 800, 50));
    assertThat(properties.signalling().toLimits()).isEqualTo(SignallingLimits.DEFAULTS);
    assertThat(properties.http().allowedOrigins()).containsExactly("*");
    assertThat(properties.iceServers()).isEmpty();
  }

  @Test
  void isForProductionUnlessTold() {
    assertThat(bind(Map.of("sluice.auth.keys.app", SECRET)).mode()).isEqualTo(Mode.PRODUCTION);
  }

  @Test
  void refusesProductionWithoutKeys() {
    assertThatThrownBy(() -> bind(Map.of()))
        .hasRootCauseInstanceOf(ConfigurationException.class)
        .rootCause()
        .hasMessage(
            "Production mode needs at least one key for access tokens, and sluice.auth.keys has"
                + " none.");
  }

  @Test
  void refusesAPlaintextCaptureInProduction() {
    assertThatThrownBy(
            () ->
                bind(
                    Map.of(
                        "sluice.auth.keys.app",
                        SECRET,
                        "sluice.development.plaintext-capture",
                        "out.pcap")))
        .rootCause()
        .hasMessageContaining("plaintext-capture");
    assertThat(
            bind(development("sluice.development.plaintext-capture", "out.pcap"))
                .development()
                .plaintextCapture())
        .isEqualTo("out.pcap");
  }

  @Test
  void refusesAWeakKeyInEveryModeWithoutShowingIt() {
    assertThatThrownBy(() -> bind(development("sluice.auth.keys.app", "changeme")))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("\"app\"")
        .hasMessageContaining("32")
        .hasMessageNotContaining("changeme");
  }

  @Test
  void neverPrintsSecrets() {
    Map<String, String> settings = new HashMap<>();
    settings.put("sluice.auth.keys.app", SECRET);
    settings.put("sluice.ice-servers[0].urls", "turn:turn.example.org");
    settings.put("sluice.ice-servers[0].username", "user");
    settings.put("sluice.ice-servers[0].credential", "turn-password");
    SluiceProperties properties = bind(settings);
    assertThat(properties.iceServers().getFirst().credential()).isEqualTo("turn-password");
    assertThat(properties.toString()).doesNotContain(SECRET, "turn-password").contains("app");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, 0",
    "192.0.2.1:443, 192.0.2.1, 443",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1, 0",
    "[2001:db8::1]:443, 2001:db8:0:0:0:0:0:1, 443",
    "[2001:db8::1], 2001:db8:0:0:0:0:0:1, 0"
  })
  void readsAdvertisedAddresses(String text, String address, int port) {
    assertThat(bind(development("sluice.media.advertised-addresses", text)).media().advertised())
        .containsExactly(new AdvertisedAddress(address, port));
  }

  @ParameterizedTest
  @CsvSource({
    "sluice.media.advertised-addresses, example.org, advertised-addresses",
    "sluice.media.advertised-addresses, 192.0.2.1:, advertised-addresses",
    "sluice.media.advertised-addresses, 192.0.2.1:70000, advertised-addresses",
    "sluice.media.advertised-addresses, [2001:db8::1]x, advertised-addresses",
    "sluice.media.advertised-addresses, [2001:db8::1, advertised-addresses",
    "sluice.media.port, 70000, sluice.media.port is 70000",
    "sluice.media.workers, -1, sluice.media.workers is -1",
    "sluice.signalling.max-message, 1GB, sluice.signalling.max-message",
    "sluice.signalling.resume-timeout, 0s, sluice.signalling.resume-timeout",
    "sluice.signalling.silence-timeout, 48h, sluice.signalling.silence-timeout",
    "sluice.rooms.max-participants, 0, sluice.rooms.max-participants is 0",
    "sluice.ice-servers[0].urls, http://example.org, ice-servers",
    "sluice.ice-servers[0].urls, stun:a>;x, ice-servers"
  })
  void refusesWithASentence(String key, String value, String part) {
    assertThatThrownBy(() -> bind(development(key, value)))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(part)
        .hasMessageEndingWith(".");
  }
}
