package dev.sluice.api.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.Offers;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The signalling protocol over a real socket of a real server. */
class SignallingSocketTest {
  private static final long LIMIT_SECONDS = 30;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final TestServer SERVER = new TestServer();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void reset() {
    SERVER.sfu().reset();
  }

  private static Client connect() {
    Client client = new Client();
    client.socket =
        HTTP.newWebSocketBuilder().buildAsync(SERVER.uri("ws", "/signal"), client).join();
    return client;
  }

  private static Client joined() throws Exception {
    Client client = connect();
    client.say(
        Map.of(
            "type",
            "join",
            "protocol",
            1,
            "room",
            "standup",
            "token",
            SERVER.token("standup", Grants.ALL)));
    assertThat(client.hear().get("type").stringValue()).isEqualTo("joined");
    return client;
  }

  @Test
  void holdsAConversationFromJoinToLeave() throws Exception {
    Client client = joined();
    client.say(Map.of("type", "offer", "negotiation", 1, "sdp", Offers.PUBLISH));
    JsonNode answer = client.hear();
    assertThat(answer.get("type").stringValue()).isEqualTo("answer");
    assertThat(answer.get("seq").intValue()).isEqualTo(2);
    client.say(Map.of("type", "answerApplied", "negotiation", 1));
    client.say(Map.of("type", "ping", "time", 5));
    assertThat(client.hear().get("time").intValue()).isEqualTo(5);
    assertThat(SERVER.sfu().commands(RoomCommand.ConfirmAnswer.class)).hasSize(1);
    SERVER
        .sfu()
        .tell(
            SERVER.sfu().last(RoomCommand.Join.class).participant(),
            new RoomEvent.MediaStateChanged(true));
    assertThat(client.hear().get("state").stringValue()).isEqualTo("connected");
    client.say(Map.of("type", "leave"));
    assertThat(client.closeCode()).isEqualTo(1000);
  }

  @Test
  void goesOnWhereItWasAfterTheSocketBroke() throws Exception {
    Client first = connect();
    first.say(
        Map.of(
            "type",
            "join",
            "protocol",
            1,
            "room",
            "standup",
            "token",
            SERVER.token("standup", Grants.ALL)));
    JsonNode joined = first.hear();
    first.socket().abort();
    SERVER
        .sfu()
        .tell(
            SERVER.sfu().last(RoomCommand.Join.class).participant(),
            new RoomEvent.SlotsWanted(1, 1));
    Client second = connect();
    second.say(
        Map.of(
            "type",
            "resume",
            "protocol",
            1,
            "session",
            joined.get("session").stringValue(),
            "resumeToken",
            joined.get("resumeToken").stringValue(),
            "lastSeq",
            1));
    assertThat(second.hear().get("type").stringValue()).isEqualTo("slotsWanted");
    assertThat(second.hear().get("type").stringValue()).isEqualTo("resumed");
    assertThat(SERVER.sfu().commands(RoomCommand.Leave.class)).isEmpty();
  }

  @Test
  void takesALargeMessageAndRefusesATooLargeOne() throws Exception {
    Client client = joined();
    client.say(Map.of("type", "ping", "time", 1, "pad", "x".repeat(200_000)));
    assertThat(client.hear().get("type").stringValue()).isEqualTo("pong");
    client.say(Map.of("type", "ping", "time", 1, "pad", "x".repeat(300_000)));
    JsonNode refused = client.hear();
    assertThat(refused.get("code").stringValue()).isEqualTo("message-too-large");
    assertThat(refused.get("fatal").booleanValue()).isTrue();
    assertThat(client.closeCode()).isEqualTo(1008);
  }

  @Test
  void answersBinaryMessagesWithAnError() throws Exception {
    Client client = joined();
    client.socket().sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).join();
    assertThat(client.hear().get("code").stringValue()).isEqualTo("invalid-message");
  }

  @Test
  void refusesABadTokenWith1008() throws Exception {
    Client client = connect();
    client.say(Map.of("type", "join", "protocol", 1, "room", "standup", "token", "junk"));
    assertThat(client.hear().get("code").stringValue()).isEqualTo("invalid-token");
    assertThat(client.closeCode()).isEqualTo(1008);
  }

  @Test
  void letsNoPageOfAnotherOriginIn() {
    assertThatThrownBy(
            () ->
                HTTP.newWebSocketBuilder()
                    .header("Origin", "https://evil.example.com")
                    .buildAsync(SERVER.uri("ws", "/signal"), new Client())
                    .join())
        .hasMessageContaining("Handshake");
  }

  @Test
  void saysGoodbyeWhenTheServerGoesDown() throws Exception {
    try (TestServer other = new TestServer()) {
      Client client = new Client();
      client.socket =
          HTTP.newWebSocketBuilder().buildAsync(other.uri("ws", "/signal"), client).join();
      client.say(
          Map.of(
              "type",
              "join",
              "protocol",
              1,
              "room",
              "standup",
              "token",
              other.token("standup", Grants.ALL)));
      assertThat(client.hear().get("type").stringValue()).isEqualTo("joined");
      other.signalling().shutdown();
      assertThat(client.hear().get("code").stringValue()).isEqualTo("server-shutdown");
      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  /** A client that queues what it hears. */
  private static final class Client implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();
    private @Nullable WebSocket socket;

    private WebSocket socket() {
      WebSocket open = socket;
      if (open == null) {
        throw new AssertionError("not connected");
      }
      return open;
    }

    private void say(Map<String, ?> message) {
      socket().sendText(JSON.writeValueAsString(message), true).join();
    }

    private JsonNode hear() throws Exception {
      String text = heard.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertThat(text).as("a message in time").isNotNull();
      return JSON.readTree(text);
    }

    private int closeCode() throws Exception {
      return closed.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        heard.add(parts.toString());
        parts.setLength(0);
      }
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
