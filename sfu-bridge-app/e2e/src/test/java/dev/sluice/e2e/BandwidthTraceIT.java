package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.LayeredMedia;
import dev.sluice.e2e.browser.LayeredMedia.Heard;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.network.LinkDirection;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/**
 * A link that carries 1.2, then 0.3, then 1.2 Mbit/s, in user space between a real browser and the
 * server: once on the way to a viewer, under the server's congestion control, and once on the way
 * from a publisher, under libwebrtc's own. Two minutes of real time, so only when it is named.
 */
@Timeout(240)
class BandwidthTraceIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ROOM = "trace";
  private static final long WIDE_BPS = 1_200_000;
  private static final long NARROW_BPS = 300_000;
  private static final Duration STEP = Duration.ofMillis(500);

  /** What was seen while the link carried the same. */
  private record Stage(
      long capacityBps,
      double settledSeconds,
      double sentShare,
      double estimateShare,
      double lossShare) {}

  private record Sample(double seconds, long estimateBps, long bytes) {}

  @Test
  @Tag("B1")
  void aViewerGetsWhatTheLinkCarries() throws IOException {
    int mediaPort = FreePorts.any();
    try (UdpRelay relay = new UdpRelay(mediaPort, BandwidthIT.NEAR, 1, null);
        ServerProcess server = server("trace-down", mediaPort, relay, "layers");
        Chromium chromium = Chromium.launch("trace-down");
        LayeredMedia publisher = LayeredMedia.open(chromium, server);
        LayeredMedia viewer = LayeredMedia.open(chromium, server)) {
      relay.putNewClientsBehindBottleneck(false);
      publisher.enterBusy(ROOM, "ada");
      publisher.publish("ada", "VP8", true, "L1T1");
      relay.putNewClientsBehindBottleneck(true);
      viewer.watch(ROOM, "viewer", 1, 1);
      viewer.show("ada", BandwidthIT.LARGE, "VP8");
      Await.until(
          "the encoders use what they may",
          Duration.ofSeconds(20),
          () -> downlink(server, "wantedBps") > 1.05 * WIDE_BPS,
          () -> server.downlinks(ROOM).toString());
      viewer.notePictures();
      Heard before = viewer.heard("ada");
      List<Stage> stages = follow(relay.toClient(), () -> downlink(server, "estimateBps"));
      Heard after = viewer.heard("ada");
      double longestStill = BandwidthIT.longestGap(viewer.presented());
      new Figures("BandwidthTraceIT.viewer")
          .add("stages", stages)
          .add("longestStillMillis", longestStill)
          .add("told", viewer.availability())
          .add("voicePackets", after.packets() - before.packets())
          .add("voiceConcealed", after.concealed())
          .publish();
      check(stages);
      assertThat(longestStill).as("longest still picture").isLessThan(1_000);
      assertThat(after.packets() - before.packets())
          .as("voice packets in 70 seconds, fifty a second")
          .isGreaterThan(3_400);
    }
  }

  /** Nothing of it is asserted but that the trace did something: it is there to compare with. */
  @Test
  void aPublisherSendsWhatTheLinkCarries() throws IOException {
    int mediaPort = FreePorts.any();
    try (UdpRelay relay = new UdpRelay(mediaPort, BandwidthIT.NEAR, 1, null);
        ServerProcess server = server("trace-up", mediaPort, relay, "off");
        Chromium chromium = Chromium.launch("trace-up");
        LayeredMedia publisher = LayeredMedia.open(chromium, server)) {
      publisher.enterBusy(ROOM, "ada");
      publisher.publish("ada", "VP8", true, "L1T1");
      Await.until(
          "the encoder uses what it may",
          Duration.ofSeconds(30),
          () -> publisher.outgoingBps("ada") > 1.2 * WIDE_BPS,
          () -> publisher.sent("ada").toString());
      List<Stage> stages = follow(relay.toServer(), () -> publisher.outgoingBps("ada"));
      new Figures("BandwidthTraceIT.publisher").add("stages", stages).publish();
      assertThat(stages.get(1).estimateShare()).isLessThan(3);
    }
  }

  private static ServerProcess server(
      String name, int mediaPort, UdpRelay relay, String suspension) {
    return ServerProcess.start(
        name,
        mediaPort,
        Map.of(
            "sluice.media.advertised-addresses",
            "127.0.0.1:" + relay.port(),
            "sluice.media.upstream-suspension",
            suspension));
  }

  private static List<Stage> follow(LinkDirection direction, LongSupplier estimateBps) {
    List<Stage> stages = new ArrayList<>();
    stages.add(stage(direction, WIDE_BPS, Duration.ofSeconds(20), estimateBps));
    stages.add(stage(direction, NARROW_BPS, Duration.ofSeconds(20), estimateBps));
    stages.add(stage(direction, WIDE_BPS, Duration.ofSeconds(30), estimateBps));
    return stages;
  }

  private static Stage stage(
      LinkDirection direction, long capacityBps, Duration length, LongSupplier estimateBps) {
    direction.limit(capacityBps, BandwidthIT.QUEUE);
    long start = System.nanoTime();
    long lostBefore = direction.lost();
    long passedBefore = direction.forwarded();
    List<Sample> samples = new ArrayList<>();
    while (System.nanoTime() - start < length.toNanos()) {
      Await.pass(STEP);
      double seconds = (System.nanoTime() - start) * 1e-9;
      samples.add(new Sample(seconds, estimateBps.getAsLong(), direction.forwardedBytes()));
    }
    long lost = direction.lost() - lostBefore;
    long passed = direction.forwarded() - passedBefore;
    Sample half = samples.get(samples.size() / 2);
    Sample last = samples.getLast();
    double sentBps = (last.bytes() - half.bytes()) * 8 / (last.seconds() - half.seconds());
    double meanEstimate =
        samples.stream()
            .skip(samples.size() / 2)
            .mapToLong(Sample::estimateBps)
            .average()
            .orElseThrow();
    return new Stage(
        capacityBps,
        settledSeconds(samples, capacityBps),
        sentBps / capacityBps,
        meanEstimate / capacityBps,
        BandwidthIT.share(lost, passed));
  }

  /** When the estimate first stays within a quarter of what the link carries, for 1.5 s. */
  private static double settledSeconds(List<Sample> samples, long capacityBps) {
    int inRow = 0;
    for (int i = 0; i < samples.size(); i++) {
      double share = (double) samples.get(i).estimateBps() / capacityBps;
      inRow = share >= 0.75 && share <= 1.25 ? inRow + 1 : 0;
      if (inRow == 3) {
        return samples.get(i - 2).seconds();
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static void check(List<Stage> stages) {
    assertThat(stages.get(1).settledSeconds()).as("after the drop: %s", stages).isLessThan(5);
    assertThat(stages.get(2).settledSeconds()).as("after the rise: %s", stages).isLessThan(15);
    for (Stage stage : stages) {
      assertThat(stage.lossShare()).as("loss: %s", stages).isLessThan(0.1);
    }
  }

  private static long downlink(ServerProcess server, String figure) {
    return server.downlinks(ROOM).stream()
        .map(JSON::readTree)
        .filter(json -> !json.get("slots").isEmpty())
        .mapToLong(json -> json.get(figure).asLong(0))
        .max()
        .orElse(0);
  }
}
