package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.network.LinkConditions;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A call of Ada and Bob in two real browsers' windows, over a relay that can send to the server in
 * their name. It measures the call in peace, then for as long while something attacks the server.
 */
final class AttackedCall implements AutoCloseable {
  /**
   * What an attack may cost the call in packets, beyond what is lost in peace; or one packet, where
   * fewer than two hundred flow in so short a time.
   */
  private static final double TOLERATED_LOSS = 0.005;

  private final String name;
  private final UdpRelay relay;
  private final ServerProcess server;
  private final Chromium chromium;
  private final CallPage ada;
  private final CallPage bob;

  interface Attack {
    void run() throws IOException, InterruptedException;
  }

  /** What came and what did not, of all streams that one page receives. */
  private record Packets(double received, double lost) {
    static Packets between(MediaStats earlier, MediaStats later) {
      return new Packets(
          growth(earlier, later, Inbound::packetsReceived),
          growth(earlier, later, Inbound::packetsLost));
    }

    private static double growth(
        MediaStats earlier, MediaStats later, ToDoubleFunction<Inbound> figure) {
      return Stream.of("audio", "video")
          .flatMap(kind -> later.growthSince(earlier, kind, figure).stream())
          .mapToDouble(Double::doubleValue)
          .sum();
    }

    double lossFraction() {
      return received + lost == 0 ? 0 : Math.max(0, lost) / (received + Math.max(0, lost));
    }

    double fractionOfOne() {
      return 1 / Math.max(1, received + Math.max(0, lost));
    }
  }

  AttackedCall(String name) throws IOException {
    this.name = name;
    int mediaPort = FreePorts.any();
    relay = new UdpRelay(mediaPort, LinkConditions.PERFECT, 1, null);
    server =
        ServerProcess.start(
            name,
            mediaPort,
            Map.of("sluice.media.advertised-addresses", "127.0.0.1:" + relay.port()));
    chromium = Chromium.launch(name);
    ada = CallPage.join(chromium, server.uri("/"), "hostile", "Ada");
    bob = CallPage.join(chromium, server.uri("/"), "hostile", "Bob");
    ada.awaitVideos(1);
    bob.awaitVideos(1);
  }

  UdpRelay relay() {
    return relay;
  }

  ServerProcess server() {
    return server;
  }

  /** The server's ICE user name fragment for Ada, which a stranger could have seen on the wire. */
  String serverFragment() {
    return ada.page()
        .evaluate("/a=ice-ufrag:(\\S+)/.exec(__probe.connections.at(-1).remoteDescription.sdp)[1]")
        .asString();
  }

  /**
   * Measures the call in peace, then for as long while the attack runs, and compares: frames,
   * packets, freezes.
   */
  void keepsItsPaceDuring(String attackName, Duration phase, Attack attack)
      throws IOException, InterruptedException {
    MediaStats start = ada.page().stats();
    long startNanos = System.nanoTime();
    Await.pass(phase);
    MediaStats calm = ada.page().stats();
    long calmNanos = System.nanoTime();
    ada.page().watchVideos();
    bob.page().watchVideos();
    attack.run();
    Duration rest = phase.minusNanos(System.nanoTime() - calmNanos);
    Await.pass(rest.isNegative() ? Duration.ZERO : rest);
    MediaStats attacked = ada.page().stats();
    long endNanos = System.nanoTime();
    double calmRate = framesDecoded(start, calm) * 1e9 / (calmNanos - startNanos);
    double attackedRate = framesDecoded(calm, attacked) * 1e9 / (endNanos - calmNanos);
    double calmLoss = Packets.between(start, calm).lossFraction();
    Packets underAttack = Packets.between(calm, attacked);
    double attackedLoss = underAttack.lossFraction();
    Stillness adaSaw = ada.page().stillness();
    Stillness bobSaw = bob.page().stillness();
    new Figures(name + "." + attackName)
        .add("calmFramesPerSecond", calmRate)
        .add("attackedFramesPerSecond", attackedRate)
        .add("calmLossFraction", calmLoss)
        .add("attackedLossFraction", attackedLoss)
        .add("ada", adaSaw)
        .add("bob", bobSaw)
        .add("dropped", server.metrics().dropped())
        .publish();
    assertThat(attackedRate).as("frames a second").isGreaterThan(0.8 * calmRate);
    assertThat(attackedLoss)
        .as("packets lost")
        .isLessThanOrEqualTo(calmLoss + Math.max(TOLERATED_LOSS, underAttack.fractionOfOne()));
    assertThat(adaSaw.longestFreezeMillis()).isLessThanOrEqualTo(1000);
    assertThat(bobSaw.longestFreezeMillis()).isLessThanOrEqualTo(1000);
    assertThat(ada.othersNames()).containsExactly("Bob");
    assertThat(ada.signals("joined")).isOne();
    assertThat(server.alive()).isTrue();
  }

  private static double framesDecoded(MediaStats earlier, MediaStats later) {
    return later.largestGrowthSince(earlier, "video", Inbound::framesDecoded);
  }

  @Override
  public void close() {
    chromium.close();
    server.close();
    relay.close();
  }
}
