package dev.sluice.e2e.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A receiver of webhooks as an application would have it, which can be away for a while. */
public final class WebhookReceiver implements AutoCloseable {
  /** What the server is to sign with. */
  public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, JsonNode> events = new LinkedHashMap<>();
  private final int port = FreePorts.any();
  private HttpServer server = listen();
  private int refused;

  private HttpServer listen() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      started.createContext("/", this::handle);
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (body.length < Long.parseLong(exchange.getRequestHeaders().getFirst("Content-Length"))) {
        return; // its sender was killed in the middle of it
      }
      String text = new String(body, StandardCharsets.UTF_8);
      boolean ours =
          signature(
                  exchange.getRequestHeaders().getFirst("webhook-id")
                      + "."
                      + exchange.getRequestHeaders().getFirst("webhook-timestamp")
                      + "."
                      + text)
              .equals(exchange.getRequestHeaders().getFirst("webhook-signature"));
      synchronized (this) {
        if (ours) {
          for (JsonNode event : JSON.readTree(text).get("events")) {
            events.putIfAbsent(event.get("id").stringValue(), event);
          }
        } else {
          refused++;
        }
      }
      exchange.sendResponseHeaders(ours ? 204 : 401, -1);
    }
  }

  private static String signature(String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring(6)), "HmacSHA256"));
      byte[] digest = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nobody listens for so long. */
  public void beAway(java.time.Duration time) {
    server.stop(0);
    Await.pass(time);
    server = listen();
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + port + "/hook";
  }

  /** What has come, in its order, repetitions left out. */
  public synchronized List<JsonNode> events() {
    return List.copyOf(events.values());
  }

  /** Requests with a wrong signature. */
  public synchronized int refused() {
    return refused;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
