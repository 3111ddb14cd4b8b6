package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.MediaStats.Outbound;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.Metrics;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.LinkConditions;
import dev.sluice.e2e.network.RepairTimes;
import dev.sluice.e2e.network.Tshark;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A call over a link that loses three (or five) of a hundred datagrams in each direction. */
class LossIT {
  private static final long SEED = 3;
  private static final LinkConditions LOSSY =
      new LinkConditions(TestSettings.longForm() ? 0.05 : 0.03, Duration.ofMillis(10).toNanos(), 0);

  /** VP8 as Chromium numbers it. */
  private static final int VIDEO = 96;

  private static final long REPAIRED_WITHIN_MILLIS = 300;

  @Test
  @Tag("R1")
  @Tag("O2")
  @Tag("O3")
  void repairsLossInBothDirectionsWithoutAFreeze() throws IOException, InterruptedException {
    TestSettings.require(Tshark.installed(), "tshark is not installed.");
    Duration measured = TestSettings.duration(Duration.ofSeconds(15), Duration.ofSeconds(60));
    Path capture = TestSettings.artifact("loss-plain.pcap");
    Files.deleteIfExists(capture);
    int mediaPort = FreePorts.any();
    try (UdpRelay relay = new UdpRelay(mediaPort, LOSSY, SEED, null);
        ServerProcess server =
            ServerProcess.start(
                "loss",
                mediaPort,
                Map.of(
                    "sluice.media.advertised-addresses",
                    "127.0.0.1:" + relay.port(),
                    // Of repairs, whatever the path is taken for: a busy machine may look like a
                    // jam.
                    "sluice.media.congestion-control",
                    "false",
                    "sluice.capture.max-captures",
                    "1",
                    "sluice.development.plaintext-capture",
                    capture.toString()));
        Chromium chromium = Chromium.launch("loss");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "loss", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "loss", "Bob")) {
      ada.awaitVideos(1);
      bob.awaitVideos(1);
      MediaStats before = ada.page().stats();
      ada.page().watchVideos();
      bob.page().watchVideos();
      Await.pass(measured.minusSeconds(6));
      CapturedParticipant captured = new CapturedParticipant(server, "loss", "Ada");
      ComparedQuality quality = new ComparedQuality(server, "loss", "Ada", ada);
      quality.publish("LossIT.quality");
      long untilNanos = System.nanoTime();
      MediaStats after = ada.page().stats();
      Stillness adaSaw = ada.page().stillness();
      Stillness bobSaw = bob.page().stillness();
      Metrics metrics = server.metrics();
      double framesPerSecond =
          after.largestGrowthSince(before, "video", Inbound::framesDecoded)
              / measured.toMillis()
              * 1000;
      long repairedDown =
          after.inbound("video").mapToLong(Inbound::retransmittedPacketsReceived).sum();
      long repairedUp =
          after.outbound().stream().mapToLong(Outbound::retransmittedPacketsSent).sum();
      // Time for the last repairs, and for the capture to reach the disk.
      Await.pass(Duration.ofSeconds(1));
      captured.stopAndRead("LossIT");
      RepairTimes up = repairTimes(relay, true, capture, untilNanos);
      RepairTimes down = repairTimes(relay, false, capture, untilNanos);
      new Figures("LossIT")
          .add("seed", SEED)
          .add("lostUp", relay.toServer().lost() + "/" + relay.toServer().forwarded())
          .add("lostDown", relay.toClient().lost() + "/" + relay.toClient().forwarded())
          .add("framesPerSecond", framesPerSecond)
          .add("retransmittedDown", repairedDown)
          .add("retransmittedUp", repairedUp)
          .add("gapsUp", up.gaps())
          .add("gapsDown", down.gaps())
          .add("repairedUpWithin300Millis", up.within(REPAIRED_WITHIN_MILLIS))
          .add("repairedDownWithin300Millis", down.within(REPAIRED_WITHIN_MILLIS))
          .add("repairP50Millis", List.of(up.percentileMillis(50), down.percentileMillis(50)))
          .add("repairP98Millis", List.of(up.percentileMillis(98), down.percentileMillis(98)))
          .add("ada", adaSaw)
          .add("bob", bobSaw)
          .add("dropped", metrics.dropped())
          .publish();

      assertThat(relay.toServer().lost()).as("the relay lost datagrams").isGreaterThan(10);
      assertThat(relay.toClient().lost()).as("the relay lost datagrams").isGreaterThan(10);
      for (RepairTimes repairs : List.of(up, down)) {
        // The short form has few gaps: one by itself is no two of a hundred.
        assertThat(repairs.within(REPAIRED_WITHIN_MILLIS) + 1.0 / repairs.gaps())
            .as("share of the gaps that are repaired in time: %s", repairs)
            .isGreaterThan(0.98);
      }
      quality.assertAgrees();
      assertThat(framesPerSecond).isGreaterThan(10);
      assertThat(adaSaw.longestFreezeMillis()).isLessThanOrEqualTo(1000);
      assertThat(bobSaw.longestFreezeMillis()).isLessThanOrEqualTo(1000);
      assertThat(adaSaw.longestStillMillis()).isLessThanOrEqualTo(1000);
      assertThat(bobSaw.longestStillMillis()).isLessThanOrEqualTo(1000);
      assertThat(repairedDown).as("retransmissions of the server to the browser").isPositive();
      assertThat(repairedUp).as("retransmissions of the browser to the server").isPositive();
      assertThat(metrics.dropped())
          .as("drops by reason; loss must make no good packet look replayed or forged")
          .doesNotContainKeys("replayed", "authentication_failed");
      // A repair of what came before the picture with which a slot began is too old for it, too.
      assertThat(metrics.dropped().getOrDefault("too_old", 0L)).isLessThan(10);
    }
  }

  private static RepairTimes repairTimes(UdpRelay relay, boolean up, Path capture, long untilNanos)
      throws IOException {
    return RepairTimes.measure(
        relay.lostPackets(), up, capture, VIDEO, untilNanos, LOSSY.delayNanos());
  }
}
