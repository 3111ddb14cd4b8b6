package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Kills the process that writes the outbox, and the receivers, at random moments: everything that
 * was answered for arrives, in order, and without a gap. Five minutes with {@code
 * -Dsluice.e2e.long=true}.
 */
@Tag("A2")
class WebhookKillTest {
  private static final long SEED = 20_261_121;

  /** Rooms that something can be said by. */
  private static final int ENOUGH = 20;

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<String> answeredFor = Collections.synchronizedList(new ArrayList<>());
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void nothingIsLostWhoeverIsKilled() throws Exception {
    Duration length =
        Boolean.getBoolean("sluice.e2e.long") ? Duration.ofMinutes(5) : Duration.ofSeconds(5);
    List<Receiver> receivers = new ArrayList<>(List.of(new Receiver("a"), new Receiver("b")));
    List<Receiver> gone = new ArrayList<>();
    List<Integer> ports = receivers.stream().map(Receiver::port).toList();
    int kills = 0;
    Process server = start(0, ports);
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() - end < 0 || kills == 0 || answeredFor.size() <= ENOUGH) {
      if (random.nextInt(4) > 0) {
        awaitARoomOf(kills);
      }
      pause(100, 500);
      int victim = random.nextInt(4);
      if (victim < 2) {
        receivers.get(victim).close();
        gone.add(receivers.get(victim));
        pause(50, 300);
        receivers.set(victim, new Receiver("receiver", ports.get(victim)));
      } else {
        server.destroyForcibly().waitFor();
        kills++;
        server = start(kills, ports);
      }
    }
    awaitARoomOf(kills);
    server.destroyForcibly().waitFor();
    Process last = start(kills + 1, ports);
    awaitARoomOf(kills + 1);
    List<String> expected = List.copyOf(answeredFor);
    for (int i = 0; i < 2; i++) {
      int port = ports.get(i);
      List<Receiver> ofThisPort =
          Stream.concat(gone.stream(), receivers.stream())
              .filter(receiver -> receiver.port() == port)
              .toList();
      Receiver.await("all has arrived", () -> rooms(ofThisPort).containsAll(expected));
      assertThat(ofThisPort).allSatisfy(each -> assertThat(each.wrongSignatures()).isZero());
      Map<String, List<Long>> sequences = sequences(ofThisPort);
      sequences.forEach(
          (session, numbers) ->
              assertThat(numbers)
                  .as("%s, seed %d", session, SEED)
                  .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList()));
    }
    last.destroyForcibly().waitFor();
    receivers.forEach(Receiver::close);
    System.out.printf("A2 kills=%d answeredFor=%d%n", kills, expected.size());
  }

  private void pause(int fromMillis, int toMillis) {
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(fromMillis, toMillis)).toNanos());
  }

  /** Where the killed processes write what they have to complain of. */
  private Path complaints() {
    return folder.resolve("complaints.txt");
  }

  private String said() {
    try {
      return Files.readString(complaints());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void awaitARoomOf(int run) {
    Receiver.await(
        () -> "run " + run + " has begun; it says: " + said(),
        () ->
            List.copyOf(answeredFor).stream().anyMatch(room -> room.startsWith("run" + run + "-")));
  }

  private Process start(int run, List<Integer> ports) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledServer.class.getName(),
                folder.toString(),
                Integer.toString(run),
                Integer.toString(ports.get(0)),
                Integer.toString(ports.get(1)))
            .redirectError(ProcessBuilder.Redirect.appendTo(complaints().toFile()))
            .start();
    processes.add(process);
    Thread.ofVirtual()
        .start(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().filter(line -> line.startsWith("run")).forEach(answeredFor::add);
              } catch (IOException | RuntimeException e) {
                // The process was killed in the middle of a line.
              }
            });
    return process;
  }

  private static Set<String> rooms(List<Receiver> receivers) {
    Set<String> rooms = new HashSet<>();
    receivers.forEach(receiver -> receiver.addRoomsTo(rooms));
    return rooms;
  }

  /** Of one address, whose receivers came one after the other: the first time of each event. */
  private static Map<String, List<Long>> sequences(List<Receiver> receivers) {
    Map<String, List<Long>> sequences = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (Receiver receiver : receivers) {
      for (JsonNode event : receiver.events()) {
        if (seen.add(event.get("id").stringValue())) {
          sequences
              .computeIfAbsent(event.get("session").stringValue(), session -> new ArrayList<>())
              .add(event.get("seq").longValue());
        }
      }
    }
    return sequences;
  }
}
