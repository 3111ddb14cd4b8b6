package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.SignallingClient;
import dev.sluice.e2e.network.HostileDatagrams;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What strangers and broken clients send never disturbs the call beside them. */
@Tag("S4")
@Tag("S8")
class HostileInputIT {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration PHASE = Duration.ofSeconds(5);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long SEED = 20_261_121;

  private AttackedCall call;
  private ServerProcess server;

  @BeforeEach
  void startACall() throws IOException {
    call = new AttackedCall("hostile");
    server = call.server();
  }

  @AfterEach
  void endTheCall() {
    call.close();
  }

  @Test
  void malformedDatagramsDoNotDisturbTheCall() throws IOException, InterruptedException {
    HostileDatagrams datagrams = new HostileDatagrams(SEED, call.serverFragment());
    call.keepsItsPaceDuring(
        "datagrams",
        PHASE,
        () -> {
          long deadline = System.nanoTime() + PHASE.toNanos();
          long sent = 0;
          while (System.nanoTime() - deadline < 0) {
            try (DatagramSocket stranger = new DatagramSocket(0, LOOPBACK)) {
              for (int i = 0; i < 50; i++) {
                byte[] bytes = datagrams.next();
                stranger.send(
                    new DatagramPacket(bytes, bytes.length, LOOPBACK, server.mediaPort()));
                // The same from the validated address of each client: nothing but the
                // cryptography tells it from theirs.
                call.relay().injectToServer(datagrams.next());
                sent++;
              }
            }
            Await.pass(Duration.ofMillis(20));
          }
          assertThat(sent).as("rounds of hostile datagrams, seed %d", SEED).isGreaterThan(2000);
        });
    assertThat(server.metrics().dropped())
        .as("the server counted what it refused")
        .containsKeys("malformed", "authentication_failed");
  }

  @Test
  void wrongSignallingIsAnsweredWithTypedErrorsAndDoesNotDisturbTheCall()
      throws IOException, InterruptedException {
    call.keepsItsPaceDuring(
        "signalling",
        PHASE,
        () -> {
          refuseBeforeJoin("not json", "invalid-message");
          refuseBeforeJoin("[]", "invalid-message");
          refuseBeforeJoin("{}", "invalid-message");
          refuseBeforeJoin("[".repeat(20_000), "invalid-message");
          refuseBeforeJoin("{\"type\": \"dance\"}", "unknown-type");
          refuseBeforeJoin("{\"type\": \"answerApplied\", \"negotiation\": 1}", "not-joined");
          refuseForGood(
              "{\"type\": \"join\", \"protocol\": 99, \"room\": \"r\"}", "unsupported-protocol");
          refuseForGood(
              "{\"type\": \"join\", \"protocol\": 1, \"room\": \"r\", \"token\": \"e30.e30.x\"}",
              "invalid-token");
          refuseForGood(
              "{\"type\": \"resume\", \"protocol\": 1, \"session\": \"S-0\", \"resumeToken\":"
                  + " \"guess\", \"lastSeq\": 0}",
              "session-unknown");
          refuseForGood(
              "{\"type\": \"ping\", \"time\": 1, \"x\": \"" + "x".repeat(300_000) + "\"}",
              "message-too-large");
          refuseAfterJoin();
          noiseOnASocket();
        });
  }

  private void refuseBeforeJoin(String message, String code) {
    try (SignallingClient client = new SignallingClient(server.signalUri())) {
      client.send(message);
      assertError(client.await("error"), code, message);
    }
  }

  private void refuseForGood(String message, String code) {
    try (SignallingClient client = new SignallingClient(server.signalUri())) {
      client.send(message);
      JsonNode error = client.await("error");
      assertError(error, code, message);
      assertThat(error.path("fatal").asBoolean()).as("fatal of %s", error).isTrue();
      assertThat(client.awaitClose()).as("close code after %s", code).isEqualTo(1008);
    }
  }

  private void refuseAfterJoin() {
    try (SignallingClient client = new SignallingClient(server.signalUri())) {
      client.join("elsewhere", "Mallory");
      Map<String, String> table =
          Map.of(
              "{\"type\": \"offer\", \"negotiation\": 1, \"sdp\": \"v=0\\r\\n\", \"tracks\": {}}",
              "invalid-sdp",
              "{\"type\": \"offer\", \"negotiation\": \"one\", \"sdp\": \"\", \"tracks\": {}}",
              "invalid-message",
              "{\"type\": \"answerApplied\", \"negotiation\": 77}",
              "unknown-negotiation",
              "{\"type\": \"mute\", \"track\": \"t999\", \"muted\": true}",
              "unknown-track",
              "{\"type\": \"join\", \"protocol\": 1, \"room\": \"elsewhere\", \"name\": \"M\"}",
              "already-joined");
      table.forEach(
          (message, code) -> {
            client.send(message);
            assertError(client.await("error"), code, message);
          });
    }
  }

  private static void assertError(JsonNode error, String code, String message) {
    String shown = message.substring(0, Math.min(80, message.length()));
    assertThat(error.path("code").asString()).as("error to %s: %s", shown, error).isEqualTo(code);
    assertThat(error.path("message").asString()).as("sentence to %s", shown).isNotBlank();
  }

  private void noiseOnASocket() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[1 + random.nextInt(2000)];
      random.nextBytes(bytes);
      try (SignallingClient client = new SignallingClient(server.signalUri())) {
        client.sendBinary(bytes);
        client.send(new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }
  }

  @Test
  void wrongHttpIsAnsweredWithProblemsAndDoesNotDisturbTheCall()
      throws IOException, InterruptedException {
    call.keepsItsPaceDuring(
        "http",
        PHASE,
        () -> {
          try (HttpClient http = HttpClient.newHttpClient()) {
            String sdp = "application/sdp";
            for (String path : List.of("/whip/hostile", "/whep/hostile")) {
              assertProblem(400, http, request(path, sdp).POST(BodyPublishers.ofString("hello")));
              assertProblem(400, http, request(path, sdp).POST(BodyPublishers.noBody()));
              assertProblem(
                  413, http, request(path, sdp).POST(BodyPublishers.ofString("x".repeat(70_000))));
              assertProblem(
                  415, http, request(path, "text/plain").POST(BodyPublishers.ofString("v=0")));
              assertProblem(405, http, request(path, sdp).PUT(BodyPublishers.ofString("v=0")));
              assertProblem(
                  401,
                  http,
                  request(path, sdp)
                      .header("Authorization", "Bearer e30.e30.x")
                      .POST(BodyPublishers.ofString("v=0")));
              assertProblem(404, http, request(path + "/no-such-session", sdp).DELETE());
            }
            assertProblem(404, http, request("/no/such/page", sdp).GET());
          }
          assertThat(rawHttp("GARBAGE\r\n\r\n")).contains(" 400");
          assertThat(rawHttp("GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 400");
          assertThat(rawHttp("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"))
              .containsAnyOf(" 400", " 431");
        });
  }

  private HttpRequest.Builder request(String path, String contentType) {
    return HttpRequest.newBuilder(server.uri(path))
        .timeout(Duration.ofSeconds(10))
        .header("Content-Type", contentType);
  }

  private static void assertProblem(int status, HttpClient http, HttpRequest.Builder builder)
      throws IOException, InterruptedException {
    HttpRequest request = builder.build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    String what = request.method() + " " + request.uri().getPath() + ": " + response.body();
    assertThat(response.statusCode()).as(what).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .as(what)
        .startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.path("status").asInt()).as(what).isEqualTo(status);
    assertThat(problem.path("title").asString("")).as(what).isNotBlank();
    if (status == 405) {
      assertThat(response.headers().firstValue("Allow")).as(what).isPresent();
    }
    if (status == 401) {
      assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
          .as(what)
          .startsWith("Bearer");
    }
  }

  /** Sends bytes as they are; answers the first line of what comes back. */
  private String rawHttp(String request) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, server.httpPort())) {
      socket.setSoTimeout(5000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      byte[] start = socket.getInputStream().readNBytes(40);
      return new String(start, StandardCharsets.ISO_8859_1);
    }
  }
}
