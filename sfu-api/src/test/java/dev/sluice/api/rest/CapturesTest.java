package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.TestServer;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Captures by REST: off by default, few, for a while, with a grant for payloads, and audited. */
@Tag("O3")
class CapturesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BEGIN = "/api/v1/rooms/standup/participants/P-1/captures";
  private static final String CAPTURES = "/api/v1/rooms/standup/captures";

  private static TestServer server(String... settings) {
    TestServer server = new TestServer(settings);
    ParticipantInfo ada = new ParticipantInfo(new ParticipantId("P-1"), "ada", "Ada", List.of());
    server.sfu().showRooms(List.of(new RoomInfo(new RoomId("standup"), List.of(ada))));
    return server;
  }

  private static HttpResponse<byte[]> send(
      TestServer server, String token, String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri("http", path).toString()))
            .header("Authorization", "Bearer " + token)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    }
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    return JSON.readTree(response.body());
  }

  private static void assertProblem(HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).get("code").stringValue()).isEqualTo(code);
  }

  @Test
  void areOffUnlessTheConfigurationSaysOtherwise() throws Exception {
    try (TestServer server = server()) {
      String token = server.capturingToken("*");
      assertProblem(send(server, token, "POST", BEGIN, "{\"seconds\": 10}"), 403, "captures-off");
      assertThat(server.sfu().captured()).isEmpty();
    }
  }

  @Test
  void payloadsNeedAGrantOfTheirOwn() throws Exception {
    try (TestServer server = server("captures=2")) {
      String whole = "{\"seconds\": 10, \"payload\": true}";
      assertProblem(
          send(server, server.adminToken("*"), "POST", BEGIN, whole), 403, "not-permitted");
      assertThat(server.sfu().captured()).isEmpty();
      assertThat(
              send(server, server.adminToken("*"), "POST", BEGIN, "{\"seconds\": 10}").statusCode())
          .isEqualTo(201);
      assertThat(send(server, server.capturingToken("*"), "POST", BEGIN, whole).statusCode())
          .isEqualTo(201);
      assertThat(server.sfu().captured())
          .extracting(CaptureBuffer::withPayload)
          .containsExactly(false, true);
      assertProblem(
          send(server, server.adminToken("*"), "GET", CAPTURES + "/2/pcapng", ""),
          403,
          "not-permitted");
      for (String token : List.of(server.adminToken("*"), server.capturingToken("*"))) {
        assertThat(send(server, token, "GET", CAPTURES + "/1/pcapng", "").statusCode())
            .isEqualTo(200);
      }
      assertThat(
              send(server, server.capturingToken("*"), "GET", CAPTURES + "/2/pcapng", "")
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void areBegunReadStoppedAndRemoved() throws Exception {
    try (TestServer server = server("captures=2")) {
      String token = server.adminToken("standup");
      HttpResponse<byte[]> begun = send(server, token, "POST", BEGIN, "{\"seconds\": 10}");
      String location = begun.headers().firstValue("Location").orElseThrow();
      assertThat(location).isEqualTo(CAPTURES + "/1");
      assertThat(json(begun).get("state").stringValue()).isEqualTo("running");

      CaptureBuffer buffer = server.sfu().captured().getFirst();
      byte[] packet = new byte[100];
      packet[0] = (byte) 0x80;
      buffer.handlePacket(true, packet, 0, 100, 100, System.nanoTime());
      HttpResponse<byte[]> file = send(server, token, "GET", location + "/pcapng", "");
      assertThat(file.headers().firstValue("Content-Type")).contains("application/x-pcapng");
      assertThat(file.body()).isEqualTo(buffer.toFile()).startsWith(0x0A, 0x0D, 0x0D, 0x0A);

      JsonNode stopped = json(send(server, token, "POST", location + "/stop", ""));
      assertThat(stopped.get("state").stringValue()).isEqualTo("stopped");
      assertThat(stopped.get("packets").longValue()).isEqualTo(1);
      assertThat(json(send(server, token, "GET", CAPTURES, ""))).hasSize(1);
      assertThat(send(server, token, "DELETE", location, "").statusCode()).isEqualTo(204);
      assertProblem(send(server, token, "GET", location, ""), 404, "capture-unknown");

      JsonNode audit = json(send(server, server.adminToken("*"), "GET", "/api/v1/audit", ""));
      assertThat(audit)
          .extracting(entry -> entry.get("action").stringValue())
          .as("who reads a capture is written down as well as who begins one")
          .contains(
              "POST /api/v1/rooms/{room}/participants/{participant}/captures",
              "GET /api/v1/rooms/{room}/captures/{capture}/pcapng",
              "POST /api/v1/rooms/{room}/captures/{capture}/stop",
              "DELETE /api/v1/rooms/{room}/captures/{capture}");
    }
  }

  @Test
  void areFewAndOfOneRoomAndOfSomebodyWhoIsThere() throws Exception {
    try (TestServer server = server("captures=1")) {
      String token = server.adminToken("*");
      String body = "{\"seconds\": 10}";
      assertProblem(
          send(server, token, "POST", BEGIN.replace("P-1", "P-9"), body),
          404,
          "participant-unknown");
      assertProblem(
          send(server, token, "POST", BEGIN.replace("standup", "other"), body),
          404,
          "room-unknown");
      assertProblem(
          send(server, token, "POST", BEGIN, "{\"seconds\": 301}"), 400, "invalid-request");
      assertThat(send(server, token, "POST", BEGIN, body).statusCode()).isEqualTo(201);
      assertProblem(send(server, token, "POST", BEGIN, body), 409, "too-many-captures");
      String other = server.adminToken("other");
      assertThat(send(server, other, "GET", CAPTURES + "/2/pcapng", "").statusCode())
          .isEqualTo(403);
      assertProblem(
          send(server, other, "GET", "/api/v1/rooms/other/captures/2/pcapng", ""),
          404,
          "capture-unknown");
    }
  }

  @Test
  void oneThatIsOverGoesByItselfAfterAWhile() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    List<Runnable> later = new ArrayList<>();
    Captures captures =
        new Captures(
            new CaptureLimits(1, CaptureBuffer.MIN_BYTES, Duration.ofMinutes(5)),
            now::get,
            () -> 0,
            (delay, task) -> {
              assertThat(delay).isEqualTo(Captures.KEPT.plusSeconds(11));
              later.add(task);
            });
    RoomId room = new RoomId("standup");
    assertThat(captures.begin(room, "P-1", false, Duration.ofSeconds(10))).isNotNull();
    assertThat(captures.begin(room, "P-1", false, Duration.ofSeconds(10))).isNull();
    now.updateAndGet(instant -> instant.plus(Captures.KEPT).plusSeconds(9));
    later.getFirst().run();
    assertThat(captures.of(room)).as("not yet").hasSize(1);
    now.updateAndGet(instant -> instant.plusSeconds(2));
    later.getFirst().run();
    assertThat(captures.of(room)).as("though nobody has asked").isEmpty();
    assertThat(captures.begin(room, "P-2", false, Duration.ofSeconds(10))).isNotNull();
    assertThat(captures.of(room)).extracting(Captures.Capture::participant).containsExactly("P-2");
  }
}
