package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.transport.pipeline.SfuNode;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What Prometheus gets of a whole server, however many rooms there are. */
class RoomMetricsTest {
  /** As docs/metrics.md says, without those of watched rooms. */
  private static final int MAX_SERIES_OF_THE_SERVER = 500;

  private static final int ROOMS = 1000;
  private static final Pattern METRIC = Pattern.compile("\\b(?:sluice|jvm|process)_[a-z0-9_]+");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static ConfigurableApplicationContext start(Class<?> application, String... arguments) {
    return new SpringApplicationBuilder(application)
        .properties(
            "server.address=127.0.0.1",
            "sluice.mode=development",
            "sluice.https.port=0",
            "sluice.media.port=0")
        .run(AnyPort.with(arguments));
  }

  private static URI uri(ConfigurableApplicationContext server, String path) {
    String port = server.getEnvironment().getProperty("local.server.port");
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** The time series at the endpoint, with their values. */
  private static Map<String, Double> scrape(ConfigurableApplicationContext server)
      throws Exception {
    String text =
        HTTP.send(
                HttpRequest.newBuilder(uri(server, "/actuator/prometheus")).build(),
                BodyHandlers.ofString())
            .body();
    Map<String, Double> series = new TreeMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
    return series;
  }

  private static int watch(ConfigurableApplicationContext server, String room) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(uri(server, "/api/v1/rooms/" + room + "/watch"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"seconds\": 60}"))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  /** A thousand rooms with somebody in each, and three in the one that is watched. */
  private static void fill(SfuNode node) throws Exception {
    for (int i = 0; i < ROOMS; i++) {
      RoomId room = new RoomId("room-" + i);
      assertThat(
              node.createRoom(room, node.defaultSettings())
                  .toCompletableFuture()
                  .get(5, TimeUnit.SECONDS))
          .isEqualTo(RoomCreation.CREATED);
      for (int j = 0; j < (i == ROOMS / 2 ? 3 : 1); j++) {
        ParticipantId participant = new ParticipantId("P-" + i + "-" + j);
        node.submit(
            new RoomCommand.Join(
                room,
                participant,
                "ada" + j,
                "Ada",
                Standing.of(Grants.ALL),
                SlotCounts.UNBOUNDED,
                event -> {}));
      }
    }
  }

  @Test
  @Tag("O1")
  void aThousandRoomsHaveFewTimeSeriesAndAWatchedOneHasAll() throws Exception {
    try (ConfigurableApplicationContext server = start(SluiceApplication.class)) {
      fill(server.getBean(SfuNode.class));
      Map<String, Double> before = scrape(server);
      assertThat(before).hasSizeLessThan(MAX_SERIES_OF_THE_SERVER);
      assertThat(before.keySet()).noneMatch(series -> series.contains("room-"));
      System.out.println("O1 rooms=" + ROOMS + " series=" + before.size());

      assertThat(watch(server, "room-500")).isEqualTo(204);
      assertThat(watch(server, "nowhere")).isEqualTo(404);
      Map<String, Double> watching = scrape(server);
      assertThat(watching).containsEntry("sluice_room_participants{room=\"room-500\"}", 3.0);
      for (int i = 0; i < 3; i++) {
        assertThat(watching)
            .containsKey(
                "sluice_participant_received_bytes_total{participant=\"P-500-%d\",room=\"room-500\"}"
                    .formatted(i));
      }
      assertThat(watching.keySet())
          .filteredOn(series -> series.contains("room=\""))
          .allMatch(series -> series.contains("room=\"room-500\""))
          .hasSize(watching.getOrDefault("sluice_watched_series", 0.0).intValue());

      for (int i = 1; i < 10; i++) {
        assertThat(watch(server, "room-" + i)).isEqualTo(204);
      }
      assertThat(watch(server, "room-11")).as("the eleventh").isEqualTo(409);
    }
  }

  @Test
  @Tag("O1")
  void tellsEachStreamOfAWatchedRoom() throws Exception {
    try (ConfigurableApplicationContext server = start(ServerStartTest.Wiring.class)) {
      SilentSfu sfu = server.getBean(SilentSfu.class);
      sfu.createRoom(new RoomId("standup"), sfu.defaultSettings());
      assertThat(watch(server, "standup")).isEqualTo(204);
      String ada = "participant=\"P-9a31\",";
      assertThat(scrape(server))
          .containsEntry(
              "sluice_participant_round_trip_seconds{" + ada + "room=\"standup\"}", 0.061)
          .containsEntry(
              "sluice_stream_received_packets_total{kind=\"audio\","
                  + ada
                  + "rid=\"\",room=\"standup\",track=\"t1\"}",
              1500.0)
          .containsEntry(
              "sluice_stream_sent_loss_ratio{kind=\"video\",mid=\"3\","
                  + ada
                  + "room=\"standup\",track=\"t2\"}",
              0.02);
    }
  }

  @Test
  @Tag("O1")
  void leavesWholeParticipantsOutWhenThereWouldBeTooManySeries() throws Exception {
    try (ConfigurableApplicationContext server =
        start(ServerStartTest.Wiring.class, "--sluice.metrics.max-series=100")) {
      SilentSfu sfu = server.getBean(SilentSfu.class);
      for (int i = 0; i < 10; i++) {
        sfu.createRoom(new RoomId("standup-" + i), sfu.defaultSettings());
        assertThat(watch(server, "standup-" + i)).isEqualTo(204);
      }
      Map<String, Double> series = scrape(server);
      double used = series.getOrDefault("sluice_watched_series", 0.0);
      double leftOut = series.getOrDefault("sluice_watched_participants_left_out", 0.0);
      assertThat(used).isBetween(80.0, 100.0);
      assertThat(leftOut).isBetween(1.0, 9.0);
      assertThat(series.keySet())
          .filteredOn(name -> name.startsWith("sluice_participant_round_trip_seconds"))
          .as("each of the ten is there whole, or is counted")
          .hasSize(10 - (int) leftOut);
    }
  }

  @Test
  @Tag("O5")
  void aDropAppearsUnderItsOwnReasonAndNoOther() throws Exception {
    try (ConfigurableApplicationContext server = start(SluiceApplication.class);
        DatagramSocket socket = new DatagramSocket()) {
      int port = server.getBean(SfuNode.class).mediaPort();
      for (int i = 0; i < 7; i++) {
        send(socket, port, 0xFF); // the first byte of no protocol (RFC 7983)
      }
      for (int i = 0; i < 5; i++) {
        send(socket, port, 0x80); // RTP from somebody who has proved nothing
      }
      Map<String, Double> drops = new TreeMap<>();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (sum(drops) < 12 && System.nanoTime() - deadline < 0) {
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        drops = new TreeMap<>(scrape(server));
        drops.keySet().removeIf(name -> !name.startsWith("sluice_packets_dropped_total"));
        drops.values().removeIf(count -> count == 0);
      }
      assertThat(drops)
          .containsOnly(
              Map.entry("sluice_packets_dropped_total{reason=\"unknown_protocol\"}", 7.0),
              Map.entry("sluice_packets_dropped_total{reason=\"unknown_address\"}", 5.0));
    }
  }

  private static double sum(Map<String, Double> drops) {
    return drops.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static void send(DatagramSocket socket, int port, int firstByte) throws Exception {
    byte[] bytes = new byte[40];
    bytes[0] = (byte) firstByte;
    socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral("127.0.0.1"), port));
  }

  @Test
  @Tag("O1")
  void theDashboardAndThePageNameOnlyMetricsThatThereAre(@TempDir Path outbox) throws Exception {
    Set<String> there = new TreeSet<>();
    try (ConfigurableApplicationContext server =
        start(
            SluiceApplication.class,
            "--sluice.webhooks.endpoints.app.url=http://127.0.0.1:9/",
            "--sluice.webhooks.endpoints.app.secrets=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "--sluice.webhooks.directory=" + outbox,
            "--sluice.tracing.endpoint=http://127.0.0.1:9/v1/traces")) {
      there.addAll(names(scrape(server)));
    }
    try (ConfigurableApplicationContext server = start(ServerStartTest.Wiring.class)) {
      SilentSfu sfu = server.getBean(SilentSfu.class);
      sfu.createRoom(new RoomId("standup"), sfu.defaultSettings());
      watch(server, "standup");
      there.addAll(names(scrape(server)));
    }
    String dashboard = Files.readString(Path.of("../helm/sluice/dashboards/sluice.json"));
    assertThat(found(dashboard)).hasSizeGreaterThan(30);
    assertThat(there).containsAll(found(dashboard));
    String page = Files.readString(Path.of("../docs/metrics.md"));
    Set<String> named = found(page);
    // Prefixes, where an ellipsis stands for the rest.
    named.removeIf(name -> name.endsWith("_"));
    assertThat(there).containsAll(named);
  }

  private static Set<String> names(Map<String, Double> series) {
    Set<String> names = new TreeSet<>();
    series.keySet().forEach(each -> names.add(each.replaceFirst("\\{.*", "")));
    return names;
  }

  private static Set<String> found(String text) {
    List<String> found = METRIC.matcher(text).results().map(MatchResult::group).toList();
    return new TreeSet<>(found);
  }
}
