package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.sluice.e2e.foreign.HttpPeer;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.Metrics;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.harness.WebhookReceiver;
import dev.sluice.e2e.packaging.ContainerImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The container image, built from the checkout and run as the documentation says: not as root, with
 * a root file system that nobody can write and nothing in /tmp that may be executed. Media goes to
 * the container's own address.
 */
class ImageIT {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int STARTS = 3;
  private static final int HTTP_PORT = 8080;
  private static final int MANAGEMENT_PORT = 9090;
  private static final int SIGTERM_STATUS = 143;

  private static final Pattern READY =
      Pattern.compile("^(\\S+Z) .*Sluice is ready", Pattern.MULTILINE);

  @TempDir private static Path context;

  @BeforeAll
  static void buildImage() {
    ContainerImage.requireEngine();
    long start = System.nanoTime();
    ContainerImage.build(context);
    new Figures("ImageIT.build").add("seconds", secondsSince(start)).publish();
  }

  /**
   * The seconds are a figure for the report and not judged: they are the machine's as much as the
   * image's. That the cache saves work is judged, by processor time.
   */
  @Test
  @Tag("A4")
  void startsFromItsAotCacheWithMuchLessWorkThanWithoutIt() {
    double[] cached = new double[STARTS];
    double[] readySeconds = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      // The JVM refuses to start when it cannot use the cache.
      try (GenericContainer<?> sluice =
          production().withEnv("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")) {
        sluice.start();
        cached[i] = cpuSeconds(sluice);
        readySeconds[i] = secondsToReady(sluice);
        assertThat(sluice.getLogs())
            .as("Spring's beans are prepared, and Netty's library is loaded")
            .contains("Starting AOT-processed SluiceApplication")
            .containsIgnoringCase(", epoll, ");
      }
    }
    double uncached;
    try (GenericContainer<?> sluice = production().withEnv("JDK_JAVA_OPTIONS", "-XX:AOTMode=off")) {
      sluice.start();
      uncached = cpuSeconds(sluice);
    }
    Arrays.sort(cached);
    Arrays.sort(readySeconds);
    new Figures("ImageIT.start")
        .add("starts", STARTS)
        .add("readySecondsMin", readySeconds[0])
        .add("readySecondsMedian", readySeconds[STARTS / 2])
        .add("targetReadySeconds", 1.5)
        .add("cpuSecondsMedian", cached[STARTS / 2])
        .add("cpuSecondsWithoutCache", uncached)
        .publish();
    assertThat(cached[STARTS / 2]).as("CPU time until ready").isLessThan(uncached * 0.7);
  }

  @Test
  void givesItsPreparedBeansUpForASettingThatAsksForOthers()
      throws IOException, InterruptedException {
    try (GenericContainer<?> sluice =
        production()
            .withEnv("MANAGEMENT_SERVER_PORT", String.valueOf(MANAGEMENT_PORT))
            .withExposedPorts(HTTP_PORT, MANAGEMENT_PORT)
            .waitingFor(
                Wait.forHttp("/actuator/health/readiness")
                    .forPort(MANAGEMENT_PORT)
                    .withStartupTimeout(START_TIMEOUT))) {
      sluice.start();
      assertThat(get(sluice, "/actuator/prometheus", null).statusCode()).isEqualTo(404);
      assertThat(get(sluice, "/api/v1/rooms", null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void asksForATokenWithTheKeyOfItsEnvironment() throws IOException, InterruptedException {
    try (GenericContainer<?> sluice = production()) {
      sluice.start();
      assertThat(get(sluice, "/api/v1/rooms", null).statusCode()).isEqualTo(401);
      assertThat(get(sluice, "/api/v1/rooms", token("main", KEY)).statusCode()).isEqualTo(200);
      assertThat(
              get(sluice, "/api/v1/rooms", token("main", KEY.toUpperCase(Locale.ROOT)))
                  .statusCode())
          .isEqualTo(401);
      assertThat(get(sluice, "/actuator/health/liveness", null).body()).contains("UP");
    }
  }

  @Test
  @Tag("A2")
  void takesConfigurationKeysAndWebhooksFromFilesAsTheChartMountsThem(@TempDir Path files)
      throws IOException, InterruptedException {
    Path config = Files.createDirectory(files.resolve("config"));
    Path keys = Files.createDirectory(files.resolve("keys"));
    Path webhooks = Files.createDirectory(files.resolve("webhooks"));
    Files.writeString(
        config.resolve("application.yaml"),
        """
        spring.config.import: "configtree:/etc/sluice/secrets/"
        "sluice.webhooks.endpoints.app.url": "https://app.example.org/hook"
        """);
    Files.writeString(keys.resolve("Mobile-2"), KEY);
    Files.writeString(webhooks.resolve("app.secrets"), WebhookReceiver.SECRET);
    try (GenericContainer<?> sluice =
        container(
            new Bind(config.toString(), new Volume("/etc/sluice/config"), AccessMode.ro),
            new Bind(
                keys.toString(), new Volume("/etc/sluice/secrets/sluice/auth/keys"), AccessMode.ro),
            new Bind(
                webhooks.toString(),
                new Volume("/etc/sluice/secrets/sluice/webhooks/endpoints"),
                AccessMode.ro))) {
      sluice
          .withEnv("SPRING_CONFIG_ADDITIONALLOCATION", "/etc/sluice/config/")
          .withEnv("SLUICE_WEBHOOKS_DIRECTORY", "/tmp/webhooks")
          .withEnv("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")
          .start();
      String token = token("Mobile-2", KEY);
      assertThat(get(sluice, "/api/v1/rooms", token).statusCode()).isEqualTo(200);
      assertThat(get(sluice, "/api/v1/webhooks", token).body()).contains("app.example.org");
      assertThat(get(sluice, "/actuator/health", null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Tag("A4")
  void holdsACallAndEndsOnSigtermWhileItRuns() throws IOException, InterruptedException {
    TestSettings.require(
        HttpPeer.available(),
        "The native library of webrtc-java cannot be loaded on this machine.");
    AtomicLong frames = new AtomicLong();
    try (GenericContainer<?> sluice =
        container().withEnv("SLUICE_MODE", "development").withEnv("SERVER_ADDRESS", "0.0.0.0")) {
      sluice.start();
      assertThat(userAndRoot(sluice)).isEqualTo(Map.entry("10001:10001", true));
      try (HttpPeer publisher = HttpPeer.publish(uri(sluice, "/whip/image"));
          HttpPeer player =
              HttpPeer.play(
                  uri(sluice, "/whep/image"),
                  frame -> frames.incrementAndGet(),
                  (data, bits, rate, channels, count) -> {})) {
        Await.until(
            "the player decodes what the publisher sends",
            Duration.ofSeconds(30),
            () -> publisher.connected() && player.connected() && frames.get() > 10,
            sluice::getLogs);
        long framesBefore = frames.get();
        Await.pass(Duration.ofSeconds(3));
        long framesPlayed = frames.get() - framesBefore;
        HttpResponse<String> health = get(sluice, "/actuator/health", null);

        long start = System.nanoTime();
        sluice
            .getDockerClient()
            .killContainerCmd(sluice.getContainerId())
            .withSignal("TERM")
            .exec();
        Await.until(
            "the container ends", STOP_LIMIT, () -> !running(sluice), () -> sluice.getLogs());
        new Figures("ImageIT.call")
            .add("framesPer3s", framesPlayed)
            .add("secondsToEnd", secondsSince(start))
            .publish();
        assertThat(framesPlayed).isGreaterThan(20);
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(inspect(sluice).getState().getExitCodeLong()).isEqualTo(SIGTERM_STATUS);
      }
    }
  }

  private static GenericContainer<?> production() {
    return container().withEnv("SLUICE_AUTH_KEYS_MAIN", KEY);
  }

  @SuppressWarnings("resource") // Whoever asked for it closes it.
  private static GenericContainer<?> container(Bind... binds) {
    return new GenericContainer<>(ContainerImage.NAME)
        .withExposedPorts(HTTP_PORT)
        .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,size=64m"))
        .withCreateContainerCmdModifier(
            command ->
                Objects.requireNonNullElseGet(command.getHostConfig(), HostConfig::new)
                    .withReadonlyRootfs(true)
                    .withBinds(List.of(binds)))
        .waitingFor(
            Wait.forHttp("/actuator/health/readiness")
                .forPort(HTTP_PORT)
                .withStartupTimeout(START_TIMEOUT));
  }

  private static Map.Entry<String, Boolean> userAndRoot(GenericContainer<?> sluice) {
    InspectContainerResponse inspected = inspect(sluice);
    return Map.entry(
        String.valueOf(inspected.getConfig().getUser()),
        Boolean.TRUE.equals(inspected.getHostConfig().getReadonlyRootfs()));
  }

  private static InspectContainerResponse inspect(GenericContainer<?> sluice) {
    return sluice.getDockerClient().inspectContainerCmd(sluice.getContainerId()).exec();
  }

  private static boolean running(GenericContainer<?> sluice) {
    return Boolean.TRUE.equals(inspect(sluice).getState().getRunning());
  }

  private static double cpuSeconds(GenericContainer<?> sluice) {
    return value(sluice, "process_cpu_time_ns_total") / 1e9;
  }

  private static double value(GenericContainer<?> sluice, String metric) {
    try {
      return Metrics.parse(get(sluice, "/actuator/prometheus", null).body()).sum(metric);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** From the start of the container to the log's line that the server is ready. */
  private static double secondsToReady(GenericContainer<?> sluice) {
    Matcher matcher = READY.matcher(sluice.getLogs());
    assertThat(matcher.find()).as("the log tells when the server was ready").isTrue();
    Instant ready = Instant.parse(matcher.group(1));
    Instant started = OffsetDateTime.parse(inspect(sluice).getState().getStartedAt()).toInstant();
    return Duration.between(started, ready).toMillis() / 1e3;
  }

  private static HttpResponse<String> get(
      GenericContainer<?> sluice, String path, @Nullable String token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(sluice, path)).timeout(Duration.ofSeconds(10));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static URI uri(GenericContainer<?> sluice, String path) {
    return URI.create("http://" + sluice.getHost() + ":" + sluice.getMappedPort(HTTP_PORT) + path);
  }

  /** An access token for all rooms, as an application would make it (RFC 7519, HS256). */
  private static String token(String keyId, String key) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    long expires = Instant.now().plusSeconds(60).getEpochSecond();
    String header = "{\"alg\":\"HS256\",\"kid\":\"%s\"}".formatted(keyId);
    String claims =
        "{\"sub\":\"it\",\"exp\":%d,\"sluice\":{\"room\":\"*\",\"admin\":true}}".formatted(expires);
    String content =
        base64.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + base64.encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
