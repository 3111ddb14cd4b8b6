package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** docs/configuration.md says what the server does with each setting, and the server does it. */
@Tag("A5")
class ConfigurationReferenceTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final String WRITE = "sluice.docs.write";
  private static final Pattern RANGE = Pattern.compile("([0-9][0-9 ]*) to ([0-9][0-9 ]*)");

  static SluiceProperties bind(Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putIfAbsent("sluice.mode", "development");
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", all));
    return SettingsReader.read(environment).settings();
  }

  @Test
  void thePageIsWhatTheSettingsSay() throws IOException {
    String page = Files.readString(PAGE);
    String generated = ConfigurationReference.generate(page);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, generated);
      return;
    }
    assertThat(page)
        .as(
            "Mend it with: mvn test -pl sfu-bridge-app -am -Dtest=ConfigurationReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D"
                + WRITE
                + "=true")
        .isEqualTo(generated);
  }

  @Test
  void everySettingHasItsWordsAndItsTable() throws IOException {
    assertThat(ConfigurationReference.words().keySet())
        .as("META-INF/spring-configuration-metadata.json")
        .containsExactlyInAnyOrderElementsOf(ConfigurationReference.defaults().keySet())
        .hasSizeGreaterThan(60);
    List<String> tables = ConfigurationReference.tables(Files.readString(PAGE));
    for (String name : ConfigurationReference.words().keySet()) {
      assertThat(tables.stream().filter(part -> ConfigurationReference.isOf(part, name)))
          .as(name)
          .hasSize(1);
    }
  }

  @Test
  void whatIsSafeToReloadIsThere() {
    assertThat(ConfigurationReference.words().keySet()).containsAll(LiveSettings.SAFE);
  }

  static Stream<Arguments> ranges() {
    return ConfigurationReference.words().entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), RANGE.matcher(entry.getValue().values())))
        .filter(entry -> entry.getValue().matches())
        .map(entry -> range(entry.getKey(), entry.getValue()));
  }

  private static Arguments range(String name, Matcher bounds) {
    return Arguments.of(
        name,
        Long.parseLong(bounds.group(1).replace(" ", "")),
        Long.parseLong(bounds.group(2).replace(" ", "")));
  }

  @ParameterizedTest(name = "{0}: {1} to {2}")
  @MethodSource("ranges")
  void takesWhatThePageSaysAndNothingBeyond(String name, long least, long most) {
    for (long value : List.of(least, most)) {
      assertThatCode(() -> bind(Map.of(name, String.valueOf(value)))).doesNotThrowAnyException();
    }
    for (long value : List.of(least - 1, most + 1)) {
      assertThatThrownBy(() -> bind(Map.of(name, String.valueOf(value))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "%s is %d; it must be between %d and %d.".formatted(name, value, least, most));
    }
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sluice.mode                           | staging   | sluice.mode has \"staging\"",
        "sluice.media.port                     | ten       | sluice.media.port has \"ten\"",
        "sluice.media.bind-address             | example   | which is not a literal address",
        "sluice.media.advertised-addresses     | 1.2.3.4:0 | sluice.media.advertised-addresses",
        "sluice.media.advertised-addresses     | 1.2.3.4 for 10.0.0.0/8 | for certain networks",
        "sluice.media.srtp-profiles            | NONE      | sluice.media.srtp-profiles",
        "sluice.media.keyframe-replay          | 11s       | sluice.media.keyframe-replay",
        "sluice.media.tcp.queue-size           | 1KB       | sluice.media.tcp.queue-size",
        "sluice.media.ciphers                  | rot13     | sluice.media.ciphers has \"rot13\"",
        "sluice.auth.keys.app                  | short     | sluice.auth.keys cannot be used",
        "sluice.auth.jwks-url                  | http://example.org/k | is no https: URL",
        "sluice.auth.clock-skew                | 6m        | sluice.auth.clock-skew",
        "sluice.auth.jwks-refresh              | 0s        | sluice.auth.jwks-refresh",
        "sluice.ice-servers[0].urls            | http://a  | is not a stun: or turn: URI",
        "sluice.signalling.max-message         | 17MB      | sluice.signalling.max-message",
        "sluice.signalling.resume-timeout      | 2d        | at most a day",
        "sluice.rooms.codecs                   | mp3       | sluice.rooms.codecs",
        "sluice.rooms.flush-delay              | 21ms      | sluice.rooms.flush-delay",
        "sluice.rooms.flush-delay              | 20500us   | sluice.rooms.flush-delay is 21",
        "sluice.rooms.max-particpants          | 5         | Is it sluice.rooms.max-participants?",
        "sluice.tracing.endpoint               | ftp://a/b | sluice.tracing.endpoint is no http:",
        "sluice.tracing.endpoint               | http://u:p@a/ | has a user or password in it",
        "sluice.tracing.headers.a              | é         | cannot stand in a request",
        "sluice.tracing.sample-ratio           | 1.5       | it must be between 0 and 1",
        "sluice.https.address                  | here      | which is not a literal address",
      })
  void refusesWhatCannotBeRightInOneSentence(String name, String value, String sentence) {
    assertThatThrownBy(() -> bind(Map.of(name, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("\n")
        .satisfies(
            refusal -> assertThat(((ConfigurationException) refusal).action()).endsWith("."));
  }

  @Test
  void productionModeRefusesWhatIsForDevelopment() {
    for (Map<String, String> wrong :
        List.of(
            Map.of("sluice.mode", "production"),
            Map.of(
                "sluice.mode",
                "production",
                "sluice.auth.keys.app",
                "0123456789abcdef0123456789abcdef",
                "sluice.https.port",
                "8443"),
            Map.of(
                "sluice.mode",
                "production",
                "sluice.auth.keys.app",
                "0123456789abcdef0123456789abcdef",
                "sluice.development.plaintext-capture",
                "capture.pcap"))) {
      assertThatThrownBy(() -> bind(wrong)).isInstanceOf(ConfigurationException.class);
    }
  }
}
