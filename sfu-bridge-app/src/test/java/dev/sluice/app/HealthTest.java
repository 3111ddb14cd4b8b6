package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transport.pipeline.SfuNode;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Live, ready, and which version; when it is not ready, which part is to blame. */
@Tag("A4")
class HealthTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static ConfigurableApplicationContext start(String... arguments) {
    return new SpringApplicationBuilder(SluiceApplication.class)
        .properties("server.address=127.0.0.1", "sluice.media.port=0")
        .run(AnyPort.with(arguments));
  }

  private static HttpResponse<String> get(ConfigurableApplicationContext server, String path)
      throws Exception {
    String port = server.getEnvironment().getProperty("local.server.port");
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/" + path))
            .build(),
        BodyHandlers.ofString());
  }

  /** The parts and their states. */
  private static Map<String, String> parts(HttpResponse<String> health) {
    Map<String, String> parts = new TreeMap<>();
    JsonNode components = JSON.readTree(health.body()).get("components");
    components
        .properties()
        .forEach(part -> parts.put(part.getKey(), part.getValue().get("status").stringValue()));
    return parts;
  }

  @Test
  void isLiveAndReadyAndSaysItsVersion() throws Exception {
    try (ConfigurableApplicationContext server =
        start("--sluice.mode=development", "--sluice.https.port=0")) {
      HttpResponse<String> ready = get(server, "health/readiness");
      assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
      assertThat(parts(ready))
          .isEqualTo(
              Map.of(
                  "accessTokens", "UP",
                  "doctor", "UP",
                  "mediaAddress", "UP",
                  "mediaPort", "UP",
                  "mediaWorkers", "UP",
                  "readinessState", "UP"));
      for (InetAddress own :
          List.of(InetAddress.getLocalHost(), InetAddress.ofLiteral("127.0.0.1"))) {
        assertThat(ready.body()).doesNotContain(own.getHostAddress());
      }
      HttpResponse<String> live = get(server, "health/liveness");
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(parts(live).keySet())
          .containsExactly("livenessState", "mediaPort", "mediaWorkers");
      JsonNode info = JSON.readTree(get(server, "info").body());
      assertThat(info.at("/build/version").stringValue()).matches("\\d+\\.\\d+\\.\\d+(-\\w+)?");
      assertThat(info.at("/build/artifact").stringValue()).isEqualTo("sfu-bridge-app");
    }
  }

  @Test
  void namesTheMediaPortWhenItIsLost() throws Exception {
    try (ConfigurableApplicationContext server =
        start("--sluice.mode=development", "--sluice.https.port=0")) {
      server.getBean(SfuNode.class).close();
      HttpResponse<String> ready = get(server, "health/readiness");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(parts(ready))
          .containsEntry("mediaPort", "DOWN")
          .containsEntry("accessTokens", "UP");
      assertThat(
              JSON.readTree(ready.body()).at("/components/mediaPort/details/reason").stringValue())
          .isEqualTo("The media port is not bound.");
      assertThat(get(server, "health/liveness").statusCode())
          .as("a new process may get it back")
          .isEqualTo(503);
    }
  }

  @Test
  @Tag("S5")
  void namesTheAccessTokensWhenTheirKeysAreOutOfReachButStaysLive() throws Exception {
    try (ConfigurableApplicationContext server =
        start("--sluice.auth.jwks-url=http://127.0.0.1:1/keys")) {
      HttpResponse<String> ready = get(server, "health/readiness");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(parts(ready))
          .containsEntry("accessTokens", "DOWN")
          .containsEntry("mediaPort", "UP")
          .containsEntry("mediaWorkers", "UP")
          .containsEntry("mediaAddress", "UP");
      assertThat(get(server, "health/liveness").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void knowsAPortThatIsBoundFromOneThatIsNot() throws Exception {
    InetSocketAddress address;
    MediaPortHealth health;
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), other.getLocalPort());
      health = new MediaPortHealth(address);
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
  }

  @Test
  void missesAnAdvertisedAddressThatTheMachineHasLost() {
    InetAddress first = InetAddress.ofLiteral("192.0.2.1");
    InetAddress second = InetAddress.ofLiteral("192.0.2.2");
    Set<InetAddress> here = new HashSet<>(List.of(first, second));
    MediaAddressHealth health =
        new MediaAddressHealth(List.of("192.0.2.1", "192.0.2.2"), false, here::contains);
    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    here.remove(first);
    assertThat(health.health().getStatus()).as("one is left").isEqualTo(Status.UP);
    here.clear();
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.health().getDetails()).containsEntry("present", 0L);
    assertThat(health.health().toString()).doesNotContain("192.0.2.");
    assertThat(
            new MediaAddressHealth(List.of("sfu.example.org"), true, here::contains)
                .health()
                .getStatus())
        .as("the configuration is believed")
        .isEqualTo(Status.UP);
  }

  @Test
  void looksForAddressesAmongTheInterfacesOfTheMachine() {
    assertThat(MediaAddressHealth.isOfThisMachine(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(MediaAddressHealth.isOfThisMachine(InetAddress.ofLiteral("192.0.2.77"))).isFalse();
  }
}
