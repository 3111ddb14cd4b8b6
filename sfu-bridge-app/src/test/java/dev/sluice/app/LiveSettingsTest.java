package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.SigningKeys;
import dev.sluice.api.auth.TokenException;
import dev.sluice.api.rest.HttpLimits;
import dev.sluice.core.control.Grants;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;

/** What a running server takes from a changed configuration, and what it leaves for a restart. */
@Tag("A5")
class LiveSettingsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String OLD = "0123456789abcdef0123456789abcdef";
  private static final String NEW = "fedcba9876543210fedcba9876543210";

  private final Map<String, String> written = new HashMap<>(Map.of("sluice.auth.keys.app", OLD));
  private final Map<String, LogLevel> levels = new HashMap<>();
  private final List<String> logged = new ArrayList<>();
  private final List<SluiceProperties.Rooms> rooms = new ArrayList<>();
  private final AccessTokens tokens =
      new AccessTokens(SigningKeys.of(Map.of("app", OLD)), InstantSource.fixed(NOW));
  private final LiveSettings settings =
      new LiveSettings(
          this::read,
          read(),
          (logger, level) -> logged.add(logger + "=" + level),
          tokens,
          rooms::add);

  private LiveSettings.Reading read() {
    return new LiveSettings.Reading(ConfigurationReferenceTest.bind(written), levels);
  }

  @Test
  void takesWhatIsSafe() {
    written.put("sluice.http.request-burst", "7");
    written.put("sluice.signalling.message-burst", "9");
    written.put("sluice.signalling.resume-timeout", "1m");
    written.put("sluice.rooms.max-rooms", "3");
    assertThat(settings.reload())
        .isEqualTo(
            new LiveSettings.Outcome(
                List.of(
                    "sluice.http.request-burst",
                    "sluice.rooms.max-rooms",
                    "sluice.signalling.message-burst",
                    "sluice.signalling.resume-timeout"),
                List.of()));
    assertThat(settings.httpLimits()).isEqualTo(new HttpLimits(200, 7));
    assertThat(settings.signallingLimits().traffic().messageBurst()).isEqualTo(9);
    assertThat(settings.signallingLimits().timeouts().resume()).hasMinutes(1);
    assertThat(rooms).extracting(SluiceProperties.Rooms::maxRooms).containsExactly(3);
    assertThat(settings.reload()).isEqualTo(new LiveSettings.Outcome(List.of(), List.of()));
  }

  @Test
  void leavesTheRestForARestartAndSaysSoUntilThen() {
    written.put("sluice.media.port", "20000");
    written.put("sluice.signalling.max-message", "1MB");
    written.put("sluice.signalling.max-sessions", "5");
    List<String> waiting =
        List.of(
            "sluice.media.port", "sluice.signalling.max-message", "sluice.signalling.max-sessions");
    assertThat(settings.reload()).isEqualTo(new LiveSettings.Outcome(List.of(), waiting));
    assertThat(settings.reload().needRestart()).isEqualTo(waiting);
    assertThat(settings.signallingLimits().traffic().maxMessageBytes()).isEqualTo(256 * 1024);
    assertThat(settings.signallingLimits().capacity().maxSessions()).isEqualTo(10_000);
    written.remove("sluice.media.port");
    assertThat(settings.reload().needRestart()).doesNotContain("sluice.media.port");
  }

  @Test
  void aConfigurationWithWhichTheServerWouldNotStartChangesNothing() {
    written.put("sluice.http.request-burst", "7");
    written.put("sluice.rooms.max-rooms", "0");
    assertThatThrownBy(settings::reload)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("sluice.rooms.max-rooms is 0");
    assertThat(settings.httpLimits().requestBurst()).isEqualTo(1000);
    written.put("sluice.rooms.max-rooms", "1000");
    assertThat(settings.reload().changed()).containsExactly("sluice.http.request-burst");
  }

  @Test
  void keysFollowOneAnother() throws Exception {
    AccessToken content = new AccessToken("ada", "", "standup", Grants.ALL);
    String old = tokens.issue("app", content, NOW.plusSeconds(60));
    written.put("sluice.auth.keys.next", NEW);
    assertThat(settings.reload().changed()).containsExactly("sluice.auth.keys");
    assertThat(tokens.verify(old).identity()).isEqualTo("ada");
    String next = tokens.issue("next", content, NOW.plusSeconds(60));
    written.remove("sluice.auth.keys.app");
    settings.reload();
    assertThatThrownBy(() -> tokens.verify(old)).isInstanceOf(TokenException.class);
    assertThat(tokens.verify(next).identity()).isEqualTo("ada");
  }

  @Test
  void loggersSayMoreAndLessAgain() {
    levels.put("dev.sluice.api", LogLevel.DEBUG);
    levels.put("root", LogLevel.WARN);
    assertThat(settings.reload().changed())
        .containsExactly("logging.level.dev.sluice.api", "logging.level.root");
    levels.remove("dev.sluice.api");
    assertThat(settings.reload().changed()).containsExactly("logging.level.dev.sluice.api");
    assertThat(logged).containsExactly("dev.sluice.api=DEBUG", "ROOT=WARN", "dev.sluice.api=null");
  }
}
