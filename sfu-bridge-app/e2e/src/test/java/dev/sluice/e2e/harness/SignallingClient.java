package dev.sluice.e2e.harness;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A signalling socket that sends whatever a test wants, also what no proper client would. */
public final class SignallingClient implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;

  /** Connects. */
  public SignallingClient(URI address) {
    socket =
        http.newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(address, new Receiver())
            .join();
  }

  /** Joins a room of a server in development mode; answers the {@code joined} message. */
  public JsonNode join(String room, String name) {
    send(
        JSON.createObjectNode()
            .put("type", "join")
            .put("protocol", 1)
            .put("room", room)
            .put("identity", name)
            .put("name", name)
            .toString());
    return await("joined");
  }

  /** Sends a text message; a socket that the server has closed meanwhile is no error here. */
  public void send(String text) {
    quietly(() -> socket.sendText(text, true));
  }

  /** Sends a binary message. */
  public void sendBinary(byte[] data) {
    quietly(() -> socket.sendBinary(ByteBuffer.wrap(data), true));
  }

  private static void quietly(java.util.function.Supplier<CompletableFuture<WebSocket>> sending) {
    try {
      sending.get().join();
    } catch (CompletionException e) {
      // The server was faster in closing; what it said is in the queue.
    }
  }

  /** The next message of this type within ten seconds; others before it are passed over. */
  public JsonNode await(String type) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    try {
      while (true) {
        JsonNode message = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null) {
          throw new AssertionError("No message of type " + type + " came within 10 s.");
        }
        if (message.path("type").asString().equals(type)) {
          return message;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The close code, once the server has closed the socket; -1 when it does not within 10 s. */
  public int awaitClose() {
    try {
      return closed.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      return -1;
    }
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        received.add(JSON.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed.complete(status);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.completeExceptionally(error);
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
