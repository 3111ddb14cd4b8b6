package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.Metrics;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.HostileDatagrams;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attacks on the media port, one at a time, beside one call of real browsers. */
class HostilePortIT {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final long SEED = 20_261_121;
  private static final int REPLAYS = 1_000;
  private static final int HELLOS = 500;
  private static final int FLOOD_PER_SECOND = 50_000;
  private static final int FLOOD_BATCH = 250;
  private static final Duration FLOOD =
      TestSettings.duration(Duration.ofSeconds(2), Duration.ofSeconds(10));
  private static final Duration PHASE = Duration.ofSeconds(4);

  /** The server publishes its counters once a second. */
  private static final Duration COUNTERS = Duration.ofSeconds(10);

  /** What the code of a path that runs for the first time may take. */
  private static final double HEAP_SLACK_BYTES = 4 << 20;

  private static AttackedCall call;

  @BeforeAll
  static void startACall() throws IOException {
    call = new AttackedCall("hostile-port");
  }

  @AfterAll
  static void endTheCall() {
    if (call != null) {
      call.close();
    }
  }

  @Tag("S2")
  @Test
  void aThousandReplayedPacketsAreCountedAndForwardedToNobody()
      throws IOException, InterruptedException {
    call.keepsItsPaceDuring(
        "replay",
        PHASE,
        () -> {
          long before = dropped("replayed");
          call.relay().replayToServer(REPLAYS);
          Await.until(
              "all replays are counted",
              COUNTERS,
              () -> dropped("replayed") - before >= REPLAYS,
              () -> call.server().metrics().dropped().toString());
          assertThat(call.relay().replayed()).isEqualTo(REPLAYS);
          assertThat(dropped("replayed") - before).isEqualTo(REPLAYS);
        });
  }

  @Tag("S3")
  @Test
  void aClientHelloFromAnotherPortGetsNoAnswer() throws IOException, InterruptedException {
    HostileDatagrams datagrams = new HostileDatagrams(SEED, call.serverFragment());
    call.keepsItsPaceDuring(
        "client-hello",
        PHASE,
        () -> {
          long before = dropped("unknown_address");
          try (DatagramSocket stranger = new DatagramSocket(0, LOOPBACK)) {
            for (int i = 0; i < HELLOS; i++) {
              send(stranger, datagrams.clientHello());
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertThat(isAnswered(stranger)).as("an answer to a stranger").isFalse();
          }
          Await.until(
              "all are counted",
              COUNTERS,
              () -> dropped("unknown_address") - before >= HELLOS,
              () -> call.server().metrics().dropped().toString());
        });
  }

  @Tag("S4")
  @Test
  void fiftyThousandBadChecksASecondCostTheCallNothing() throws IOException, InterruptedException {
    HostileDatagrams datagrams = new HostileDatagrams(SEED, call.serverFragment());
    byte[][] kinds = new byte[300][];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] =
          switch (i % 3) {
            case 0 -> datagrams.unsignedCheck();
            case 1 -> datagrams.forgedCheck();
            default -> datagrams.checkForNobody();
          };
    }
    double heapBefore = heapAfterCollection();
    long droppedBefore = droppedChecks();
    long[] sent = {0};
    boolean[] answered = {false};
    call.keepsItsPaceDuring(
        "stun-flood",
        FLOOD,
        () -> {
          try (DatagramSocket stranger = new DatagramSocket(0, LOOPBACK)) {
            sent[0] = flood(stranger, kinds);
            answered[0] = isAnswered(stranger);
          }
        });
    Await.pass(Duration.ofSeconds(2));
    double heapAfter = heapAfterCollection();
    long counted = droppedChecks() - droppedBefore;
    new Figures("HostilePortIT.flood")
        .add("sent", sent[0])
        .add("perSecond", (double) sent[0] * 1e9 / FLOOD.toNanos())
        .add("counted", counted)
        .add("heapBeforeBytes", heapBefore)
        .add("heapAfterBytes", heapAfter)
        .publish();
    assertThat(sent[0]).isGreaterThan((long) (0.9 * FLOOD_PER_SECOND * FLOOD.toSeconds()));
    assertThat(answered[0]).as("an answer to a stranger").isFalse();
    // The kernel may have dropped some of the flood; what came is counted.
    assertThat(counted).isBetween(sent[0] / 2, sent[0]);
    assertThat(heapAfter).as("live heap").isLessThan(heapBefore + HEAP_SLACK_BYTES);
  }

  private static long flood(DatagramSocket stranger, byte[][] kinds) throws IOException {
    long startNanos = System.nanoTime();
    long sent = 0;
    long total = FLOOD_PER_SECOND * FLOOD.toSeconds();
    while (sent < total && System.nanoTime() - startNanos < 2 * FLOOD.toNanos()) {
      for (int i = 0; i < FLOOD_BATCH; i++) {
        send(stranger, kinds[(int) (sent++ % kinds.length)]);
      }
      long dueNanos = startNanos + sent * TimeUnit.SECONDS.toNanos(1) / FLOOD_PER_SECOND;
      LockSupport.parkNanos(dueNanos - System.nanoTime());
    }
    return sent;
  }

  private static void send(DatagramSocket from, byte[] bytes) throws IOException {
    from.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, call.server().mediaPort()));
  }

  private static boolean isAnswered(DatagramSocket stranger) throws IOException {
    stranger.setSoTimeout(300);
    try {
      stranger.receive(new DatagramPacket(new byte[1500], 1500));
      return true;
    } catch (SocketTimeoutException silence) {
      return false;
    }
  }

  private static long dropped(String reason) {
    return call.server().metrics().dropped().getOrDefault(reason, 0L);
  }

  private static long droppedChecks() {
    Metrics metrics = call.server().metrics();
    return metrics.dropped().getOrDefault("rate_limited", 0L)
        + metrics.dropped().getOrDefault("authentication_failed", 0L)
        + metrics.dropped().getOrDefault("unknown_address", 0L);
  }

  /** What is still used after a full collection, which is outside of what is measured. */
  private static double heapAfterCollection() throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process collection =
        new ProcessBuilder(jcmd, String.valueOf(call.server().pid()), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(collection.waitFor(30, TimeUnit.SECONDS)).as("jcmd ends").isTrue();
    assertThat(collection.exitValue()).as("status of jcmd").isZero();
    return call.server().metrics().sum("jvm_memory_used_bytes", "area=\"heap\"");
  }
}
