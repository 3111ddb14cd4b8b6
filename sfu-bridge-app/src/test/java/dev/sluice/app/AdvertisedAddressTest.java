package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the answers of a whole server name, to whom, in which order. */
@Tag("C5")
class AdvertisedAddressTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ADDRESSES =
      "[2001:db8::7]:443, 203.0.113.7:10000, sfu.example.org:444,"
          + " 10.0.0.5:10001 for 10.0.0.0/8 fd00::/8, 10.0.0.6:10002 for 10.9.0.0/16";

  private static final String[] EVERYONES = {
    "2001:db8:0:0:0:0:0:7 443", "203.0.113.7 10000", "sfu.example.org 444"
  };

  private static ConfigurableApplicationContext server;

  @BeforeAll
  static void start() {
    server =
        new SpringApplicationBuilder(SluiceApplication.class)
            .run(
                "--sluice.mode=development",
                "--server.port=0",
                "--sluice.https.port=0",
                "--sluice.media.port=0",
                "--sluice.media.bind-address=127.0.0.1",
                "--sluice.media.advertised-addresses=" + ADDRESSES,
                "--server.forward-headers-strategy=framework");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void namesTheConfiguredAddressesInTheirOrder() throws Exception {
    assertThat(whip(null)).containsExactly(EVERYONES);
    assertThat(whip("198.51.100.9")).containsExactly(EVERYONES);
  }

  @Test
  void namesToAClientOfANetworkOnlyThoseThatAreForIt() throws Exception {
    assertThat(whip("10.1.2.3")).containsExactly("10.0.0.5 10001");
    assertThat(whip("fd00::1")).containsExactly("10.0.0.5 10001");
    assertThat(whip("10.9.2.3")).containsExactly("10.0.0.5 10001", "10.0.0.6 10002");
  }

  @Test
  void tellsClientsOfTheWebSocketApartInTheSameWay() throws Exception {
    assertThat(webSocket("10.1.2.3")).containsExactly("10.0.0.5 10001");
    assertThat(webSocket("198.51.100.9")).containsExactly(EVERYONES);
  }

  /** Through a proxy that saw the client at this address, or directly. */
  private static List<String> whip(@Nullable String client) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("http", "/whip/room"))
            .header("Content-Type", "application/sdp")
            .POST(BodyPublishers.ofString(offer()));
    if (client != null) {
      request.header("X-Forwarded-For", client);
    }
    HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    return addresses(response.body());
  }

  private static List<String> webSocket(String client) throws Exception {
    Received received = new Received();
    WebSocket socket =
        HTTP.newWebSocketBuilder()
            .header("X-Forwarded-For", client)
            .buildAsync(uri("ws", "/signal"), received)
            .join();
    try {
      socket.sendText("{\"type\":\"join\",\"protocol\":1,\"room\":\"sockets\"}", true).join();
      received.await("joined");
      String offer =
          JSON.createObjectNode()
              .put("type", "offer")
              .put("negotiation", 1)
              .put("sdp", offer())
              .toString();
      socket.sendText(offer, true).join();
      return addresses(received.await("answer").get("sdp").stringValue());
    } finally {
      socket.abort();
    }
  }

  private static URI uri(String scheme, String path) {
    String port = server.getEnvironment().getProperty("local.server.port");
    return URI.create(scheme + "://127.0.0.1:" + port + path);
  }

  private static String offer() throws IOException {
    String name = "chromium-156-publish-audio-video.sdp";
    try (InputStream in = AdvertisedAddressTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Address and port of each candidate of the first m-line (RFC 8839 §5.1). */
  private static List<String> addresses(String answer) {
    return answer
        .lines()
        .filter(line -> line.startsWith("a=candidate:"))
        .map(line -> line.split(" ", -1))
        .map(fields -> fields[4] + " " + fields[5])
        .distinct()
        .toList();
  }

  /** The messages of a socket. */
  private static final class Received implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    JsonNode await(String type) throws InterruptedException {
      while (true) {
        JsonNode message = messages.poll(10, TimeUnit.SECONDS);
        assertThat(message).as("a message of type " + type).isNotNull();
        if (message.get("type").stringValue().equals(type)) {
          return message;
        }
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        messages.add(JSON.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
