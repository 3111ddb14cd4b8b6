package dev.sluice.perf.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sluice's own signalling (docs/protocol.md): participants that publish and have slots at once.
 *
 * @param token by room and name
 */
record RoomSocket(HttpClient http, URI uri, BiFunction<String, String, String> token)
    implements Signalling {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long TIMEOUT_SECONDS = 20;

  @Override
  public Session open(String room, String name, Offer offer, String sdp) throws IOException {
    Dialogue dialogue = new Dialogue();
    try {
      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(uri, dialogue)
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      ObjectNode join = message("join").put("protocol", 1).put("room", room);
      join.put("identity", name).put("name", name);
      String jwt = token.apply(room, name);
      if (!jwt.isEmpty()) {
        join.put("token", jwt);
      }
      join.putObject("slots").put("audio", offer.audioSlots()).put("video", offer.videoSlots());
      send(socket, join);
      dialogue.joined.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      ObjectNode message = message("offer").put("negotiation", 1).put("sdp", sdp);
      ObjectNode tracks = message.putObject("tracks");
      if (offer.audio()) {
        tracks.putObject(Offer.AUDIO_MID).put("source", "microphone");
      }
      if (!offer.video().isEmpty()) {
        tracks.putObject(Offer.VIDEO_MID).put("source", "camera");
      }
      send(socket, message);
      Answer answer = Answer.parse(dialogue.answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      send(socket, message("answerApplied").put("negotiation", 1));
      return new Joined(socket, answer, dialogue);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException | TimeoutException refused) {
      if (refused.getCause() instanceof ServerBusyException busy) {
        throw busy;
      }
      throw new IOException(name + " cannot join " + room, refused);
    }
  }

  private static ObjectNode message(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private static void send(WebSocket socket, JsonNode message) throws IOException {
    try {
      WebSocket ignored =
          socket.sendText(message.toString(), true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException failure) {
      throw new IOException("the WebSocket is gone", failure);
    }
  }

  private record Joined(WebSocket socket, Answer answer, Dialogue dialogue) implements Session {
    Joined {
      // Silence for 45 s ends a session; the thread ends with it.
      Thread.ofVirtual()
          .name("ping")
          .start(
              () -> {
                try {
                  while (!dialogue.over.isDone()) {
                    send(socket, message("ping").put("time", 0));
                    Thread.sleep(10_000);
                  }
                } catch (IOException | InterruptedException ended) {
                  dialogue.over.complete(null);
                }
              });
    }

    @Override
    public void close() {
      dialogue.over.complete(null);
      try {
        send(socket, message("leave"));
      } catch (IOException gone) {
        // It has left.
      }
      socket.abort();
    }
  }

  /** What the server says. */
  private static final class Dialogue implements WebSocket.Listener {
    private final CompletableFuture<String> joined = new CompletableFuture<>();
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final CompletableFuture<Map<String, String>> over = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        handle(JSON.readTree(text.toString()));
        text.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void handle(JsonNode message) {
      switch (message.path("type").asString("")) {
        case "joined" -> joined.complete(message.path("participant").path("id").asString(""));
        case "answer" -> answer.complete(message.path("sdp").asString(""));
        case "error", "closed" -> {
          String code = message.path("code").asString("");
          String words = code + ": " + message.path("message").asString("");
          IOException refused =
              code.equals("overloaded") ? new ServerBusyException(words) : new IOException(words);
          joined.completeExceptionally(refused);
          answer.completeExceptionally(refused);
        }
        default -> {}
      }
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      joined.completeExceptionally(error);
      answer.completeExceptionally(error);
      over.complete(Map.of());
    }
  }
}
