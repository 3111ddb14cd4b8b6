package dev.sluice.api.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A receiver of webhooks that checks signatures, notes what comes, and answers as it is told. */
final class Receiver implements AutoCloseable {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int TAKEN = 204;

  /** Long, for a machine that has much else to do; only a failure takes it. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Map<String, JsonNode> taken = new LinkedHashMap<>();
  private final Set<String> rooms = new HashSet<>();
  private final List<String> ids = new ArrayList<>();
  private int size;
  private final HttpServer server;
  private volatile ToIntFunction<List<JsonNode>> answer = events -> TAKEN;
  private final AtomicInteger wrongSignatures = new AtomicInteger();

  Receiver(String name) throws IOException {
    this(name, 0);
  }

  Receiver(String name, int port) throws IOException {
    this.name = name;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      long time = Long.parseLong(exchange.getRequestHeaders().getFirst("webhook-timestamp"));
      String signature = WebhookSignature.of(List.of(WebhookEndpoint.key(SECRET)), id, time, body);
      if (!signature.equals(exchange.getRequestHeaders().getFirst("webhook-signature"))) {
        wrongSignatures.incrementAndGet();
      }
      List<JsonNode> events = new ArrayList<>();
      JSON.readTree(body).get("events").forEach(events::add);
      int status = answer.applyAsInt(events);
      if (status == TAKEN) {
        synchronized (this) {
          for (JsonNode event : events) {
            taken.putIfAbsent(event.get("id").stringValue(), event);
            rooms.add(event.get("room").stringValue());
          }
          size += events.size();
          ids.add(id);
        }
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  /** Answers with these statuses from now on; 204 takes the events. */
  void answer(ToIntFunction<List<JsonNode>> newAnswer) {
    answer = newAnswer;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/hook");
  }

  int port() {
    return server.getAddress().getPort();
  }

  WebhookEndpoint endpoint() {
    return new WebhookEndpoint(name, url(), List.of(WebhookEndpoint.key(SECRET)));
  }

  int wrongSignatures() {
    return wrongSignatures.get();
  }

  /** What it has taken, in the order in which it came, repetitions left out. */
  synchronized List<JsonNode> events() {
    return List.copyOf(taken.values());
  }

  /** How much it has taken, repetitions included. */
  synchronized int size() {
    return size;
  }

  /** Adds the rooms of which it has taken something. */
  synchronized void addRoomsTo(Set<String> all) {
    all.addAll(rooms);
  }

  /** The ids of requests, repetitions left out. */
  synchronized Set<String> requestIds() {
    return new LinkedHashSet<>(ids);
  }

  /** The numbers in each session of each room, in the order in which they came. */
  Map<String, List<Long>> sequences() {
    Map<String, List<Long>> sequences = new LinkedHashMap<>();
    for (JsonNode event : events()) {
      sequences
          .computeIfAbsent(event.get("session").stringValue(), session -> new ArrayList<>())
          .add(event.get("seq").longValue());
    }
    return sequences;
  }

  /** Waits until something is so. */
  static void await(String what, BooleanSupplier condition) {
    await(() -> what, condition);
  }

  /** The same; what is asked for only when it was in vain. */
  static void await(Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "Waited %d s in vain: %s".formatted(LIMIT.toSeconds(), what.get()));
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
