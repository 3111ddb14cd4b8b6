package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.SignallingClient;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.harness.WebhookReceiver;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The packaged server and the receivers of its webhooks killed in the middle of it all: once in the
 * short form, for five minutes in the long one.
 */
@Tag("A2")
class WebhookIT {
  private static final long SEED = 7_2026;
  private static final Duration ARRIVAL = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<WebhookReceiver> receivers =
      List.of(new WebhookReceiver(), new WebhookReceiver());

  /** Rooms, and people in them, that the server has answered for. */
  private final Set<String> answeredFor = new HashSet<>();

  private int rooms;
  private int starts;

  @AfterEach
  void close() {
    receivers.forEach(WebhookReceiver::close);
  }

  @Test
  void everyEventArrivesInOrderWhoeverIsKilled() throws Exception {
    Duration length = TestSettings.duration(Duration.ofSeconds(1), Duration.ofMinutes(5));
    long begun = System.nanoTime();
    int kills = 0;
    do {
      try (ServerProcess server = start()) {
        useUntilKilled(server);
        kills++;
      }
    } while (System.nanoTime() - begun < length.toNanos());
    try (ServerProcess server = start()) {
      use(server);
      for (WebhookReceiver receiver : receivers) {
        Await.until(
            "everything has arrived",
            ARRIVAL,
            () -> known(receiver).containsAll(answeredFor),
            () -> "missing: " + missing(receiver));
      }
    }
    new Figures("webhooks, server and receivers killed")
        .add("kills", kills)
        .add("rooms", rooms)
        .add("answered_for", answeredFor.size())
        .add("events", receivers.getFirst().events().size())
        .publish();
    for (WebhookReceiver receiver : receivers) {
      assertThat(receiver.refused()).isZero();
      sequences(receiver)
          .forEach(
              (session, numbers) ->
                  assertThat(numbers)
                      .as("%s, seed %d", session, SEED)
                      .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList()));
      assertThat(receiver.events())
          .extracting(event -> event.path("reason").asString(""))
          .contains("server-lost");
    }
  }

  private ServerProcess start() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < receivers.size(); i++) {
      settings.put("sluice.webhooks.endpoints.r" + i + ".url", receivers.get(i).url());
      settings.put("sluice.webhooks.endpoints.r" + i + ".secrets", WebhookReceiver.SECRET);
    }
    settings.put("sluice.webhooks.directory", folder.toString());
    settings.put("sluice.webhooks.first-retry", "50ms");
    settings.put("sluice.webhooks.longest-retry", "500ms");
    return ServerProcess.start("webhooks-" + ++starts, FreePorts.any(), settings);
  }

  private void useUntilKilled(ServerProcess server) throws InterruptedException {
    long killAt = System.nanoTime() + Duration.ofMillis(random.nextInt(1500, 3500)).toNanos();
    Thread killer =
        Thread.ofVirtual()
            .start(
                () -> {
                  receivers
                      .get(random.split().nextInt(receivers.size()))
                      .beAway(Duration.ofMillis(300));
                  Await.pass(Duration.ofNanos(Math.max(1, killAt - System.nanoTime())));
                  ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
                });
    try {
      while (server.alive()) {
        use(server);
      }
    } catch (UncheckedIOException | AssertionError | java.util.concurrent.CompletionException e) {
      // Killed in the middle of it, as it should be.
    }
    killer.join();
    Await.until("the server is gone", ARRIVAL, () -> !server.alive());
  }

  /** Someone comes into a room and is still there; then a room is made, which is answered for. */
  private void use(ServerProcess server) {
    int number = ++rooms;
    List<String> done = new ArrayList<>();
    try (SignallingClient ada = new SignallingClient(server.signalUri())) {
      ada.join("called-" + number, "ada");
      done.add("called-" + number + " participant.joined");
      if (server.post("/api/v1/rooms", "{\"id\": \"made-" + number + "\"}") == 201) {
        done.add("made-" + number + " room.started");
        answeredFor.addAll(done);
      }
    }
  }

  private static Set<String> known(WebhookReceiver receiver) {
    Set<String> known = new HashSet<>();
    for (JsonNode event : receiver.events()) {
      known.add(event.get("room").stringValue() + " " + event.get("type").stringValue());
    }
    return known;
  }

  private Set<String> missing(WebhookReceiver receiver) {
    Set<String> missing = new HashSet<>(answeredFor);
    missing.removeAll(known(receiver));
    return missing;
  }

  private static Map<String, List<Long>> sequences(WebhookReceiver receiver) {
    Map<String, List<Long>> sequences = new LinkedHashMap<>();
    for (JsonNode event : receiver.events()) {
      sequences
          .computeIfAbsent(event.get("session").stringValue(), session -> new ArrayList<>())
          .add(event.get("seq").longValue());
    }
    return sequences;
  }
}
