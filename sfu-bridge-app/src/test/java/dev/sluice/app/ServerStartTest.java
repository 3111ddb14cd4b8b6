package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.SigningKeys;
import dev.sluice.api.session.SignallingService;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.SfuControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Starts the server as a user does, over a media side that does nothing. */
@ExtendWith(OutputCaptureExtension.class)
class ServerStartTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static ConfigurableApplicationContext start(String... arguments) {
    return new SpringApplicationBuilder(Wiring.class)
        .properties("logging.level.org.apache=warn")
        .run(arguments);
  }

  private static HttpResponse<String> get(ConfigurableApplicationContext server, String path)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(server) + path)).build(),
        BodyHandlers.ofString());
  }

  private static @Nullable String port(ConfigurableApplicationContext server) {
    return server.getEnvironment().getProperty("local.server.port");
  }

  @Test
  void developmentModeListensOnLoopbackAsksForNoTokenAndSaysSo(CapturedOutput output)
      throws Exception {
    try (ConfigurableApplicationContext server =
        start("--sluice.mode=development", "--server.port=0")) {
      assertThat(server.getEnvironment().getProperty("server.address")).isEqualTo("127.0.0.1");
      assertThat(output)
          .contains("DEVELOPMENT MODE - NOT FOR PRODUCTION")
          .contains("http://localhost:" + port(server) + "/")
          .contains("two windows");
      assertThat(server.getBean(SigningKeys.class).ids()).containsExactly("development");
      assertThat(get(server, "/api/v1/rooms").body()).isEqualTo("[]");
    }
  }

  @Test
  void developmentModeListensWhereItIsToldTo() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "user", Map.of("sluice.mode", "development", "server.address", "0.0.0.0")));
    new DevelopmentDefaults().postProcessEnvironment(environment, new SpringApplication());
    assertThat(environment.getProperty("server.address")).isEqualTo("0.0.0.0");
  }

  @Test
  void productionRefusesToStartWithoutKeysInOneSentence(CapturedOutput output) {
    assertThatThrownBy(() -> start("--server.port=0"))
        .rootCause()
        .isInstanceOf(ConfigurationException.class);
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("Production mode needs at least one key for access tokens")
        .contains("Set sluice.auth.keys.<id>=<secret of at least 32 bytes>")
        .doesNotContain("\tat dev.sluice");
  }

  @Test
  void productionAsksForTokensAndShowsOnlyWhatItShould(CapturedOutput output) throws Exception {
    try (ConfigurableApplicationContext server =
        start("--server.port=0", "--sluice.auth.keys.app=" + SECRET)) {
      assertThat(output).doesNotContain("DEVELOPMENT MODE");
      assertThat(get(server, "/api/v1/rooms").statusCode()).isEqualTo(401);
      String token =
          server
              .getBean(AccessTokens.class)
              .issue(
                  "app",
                  new AccessToken("ops", "", AccessToken.ANY_ROOM, Grants.ALL, true),
                  InstantSource.system().instant().plusSeconds(60));
      HttpResponse<String> rooms =
          HTTP.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + port(server) + "/api/v1/rooms"))
                  .header("Authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.ofString());
      assertThat(rooms.statusCode()).isEqualTo(200);
      assertThat(get(server, "/actuator/health").body()).contains("\"UP\"");
      assertThat(get(server, "/actuator/health/readiness").statusCode()).isEqualTo(200);
      assertThat(get(server, "/actuator/info").statusCode()).isEqualTo(200);
      assertThat(get(server, "/actuator/prometheus").body())
          .contains("sluice_signalling_sessions", "sluice_http_sessions");
      for (String hidden :
          new String[] {"/actuator/env", "/actuator/heapdump", "/swagger-ui/index.html"}) {
        HttpResponse<String> response = get(server, hidden);
        assertThat(response.statusCode()).as(hidden).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type"))
            .contains("application/problem+json");
      }
    }
  }

  @Test
  void saysGoodbyeToEveryoneWhenItStops() throws Exception {
    Goodbye goodbye = new Goodbye();
    try (ConfigurableApplicationContext server =
        start("--sluice.mode=development", "--server.port=0")) {
      WebSocket socket =
          HTTP.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port(server) + "/signal"), goodbye)
              .join();
      socket.sendText("{\"type\":\"join\",\"protocol\":1,\"room\":\"a\"}", true).join();
      goodbye.joined.get(10, TimeUnit.SECONDS);
      assertThat(server.getBean(SignallingService.class).isIdle()).isFalse();
    }
    assertThat(goodbye.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(goodbye.heard).last().asString().contains("\"server-shutdown\"");
  }

  @Test
  void explainsAConfigurationFaultWithWhatToDo() {
    ConfigurationException fault = new ConfigurationException("It is wrong.", "Make it right.");
    FailureAnalysis analysis =
        new ConfigurationFailureAnalyzer().analyze(new IllegalStateException(fault), fault);
    assertThat(analysis.getDescription()).isEqualTo("It is wrong.");
    assertThat(analysis.getAction()).isEqualTo("Make it right.");
  }

  /** A directory of its own for what a server writes. */
  static String temporaryDirectory() {
    try {
      return Files.createTempDirectory(Path.of("target"), "server").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The real wiring, with a stand-in for the media side. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({SluiceConfiguration.class, StartupNotice.class})
  static class Wiring {
    @Bean
    SfuControl sfuControl() {
      return new SilentSfu();
    }
  }

  /** Hears the end of a connection. */
  private static final class Goodbye implements WebSocket.Listener {
    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence data, boolean last) {
      heard.add(data.toString());
      joined.complete(true);
      webSocket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(
        WebSocket webSocket, int statusCode, String reason) {
      closed.complete(statusCode);
      return null;
    }
  }
}
