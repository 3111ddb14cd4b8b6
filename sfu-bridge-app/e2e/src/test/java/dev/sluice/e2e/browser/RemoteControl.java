package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Machine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A remote control connection to a browser: commands with numbered answers, events to a listener.
 * The framing is what the Chrome DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/) and WebDriver BiDi
 * (https://www.w3.org/TR/webdriver-bidi/) share. May be used from any thread.
 */
final class RemoteControl implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final Consumer<JsonNode> events;
  private final WebSocket socket;
  private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

  /**
   * Connects.
   *
   * @param machine where the browser runs
   * @param port its debugging port there
   * @param path of the address that it announces
   */
  RemoteControl(Machine machine, int port, String path, Consumer<JsonNode> events) {
    URI address = URI.create("ws://" + machine.reach(port) + path);
    this.events = events;
    this.socket =
        http.newWebSocketBuilder()
            // Browsers take control by nothing but loopback, as this header names it.
            .header("Host", "localhost:" + port)
            .buildAsync(address, new Receiver())
            .join();
  }

  /** Sends a command (to a page's session, or to the browser itself) and awaits its result. */
  JsonNode call(@Nullable String session, String method, Map<String, ?> parameters) {
    int id = lastId.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    send(JSON.writeValueAsString(message));
    try {
      return answer.get(COMMAND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method + " was not answered: " + e, e);
    } finally {
      pending.remove(id);
    }
  }

  /** A WebSocket of the JDK takes one message at a time. */
  private synchronized void send(String text) {
    lastSend = lastSend.thenCompose(ignored -> socket.sendText(text, true));
  }

  private void handle(String text) {
    JsonNode message = JSON.readTree(text);
    if (!message.has("id")) {
      events.accept(message);
      return;
    }
    CompletableFuture<JsonNode> answer = pending.get(message.get("id").asInt());
    if (answer == null) {
      return;
    }
    if (message.has("error")) {
      answer.completeExceptionally(new IllegalStateException(message.toString()));
    } else {
      answer.complete(message.path("result"));
    }
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        handle(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      pending.values().forEach(answer -> answer.completeExceptionally(error));
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      onError(from, new IllegalStateException("The browser closed the connection: " + status));
      return null;
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
