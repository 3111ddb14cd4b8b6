package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.LayeredMedia;
import dev.sluice.e2e.browser.LayeredMedia.Heard;
import dev.sluice.e2e.browser.LayeredMedia.Seen;
import dev.sluice.e2e.browser.LayeredMedia.Size;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.Metrics;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call of three that share a passphrase, and a fourth that has another one. */
@Tag("X1")
@Timeout(180)
class EncryptionIT {
  private static final Duration MEASURED =
      TestSettings.duration(Duration.ofSeconds(6), Duration.ofSeconds(60));

  @Test
  void whoHasTheKeySeesAndHearsAndNobodyElse() {
    Map<String, String> settings =
        Map.of(
            // A picture that is paused for a moment, as on a busy machine, costs a keyframe, too.
            "sluice.media.congestion-control",
            "false",
            // Each of the first three is sent to by a worker of its own, of which one owns the
            // room.
            "sluice.media.workers",
            "3",
            "sluice.media.subscribers-per-worker",
            "1");
    try (ServerProcess server = ServerProcess.start("encryption", FreePorts.any(), settings);
        Chromium chromium = Chromium.launch("encryption");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "secret", "Ada", "right words");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "secret", "Bob", "right words");
        CallPage cem = CallPage.join(chromium, server.uri("/"), "secret", "Cem", "right words")) {
      List<CallPage> call = List.of(ada, bob, cem);
      call.forEach(page -> page.awaitVideos(2));
      try (CallPage eve =
          CallPage.join(chromium, server.uri("/"), "secret", "Eve", "wrong words")) {
        Await.until(
            "packets of all three reach Eve",
            Duration.ofSeconds(20),
            () ->
                eve.page()
                        .stats()
                        .inbound("video")
                        .filter(video -> video.packetsReceived() > 50)
                        .count()
                    >= 3);
        List<MediaStats> before = call.stream().map(page -> page.page().stats()).toList();
        Await.pass(MEASURED);
        List<MediaStats> after = call.stream().map(page -> page.page().stats()).toList();
        MediaStats overheard = eve.page().stats();
        Figures figures = new Figures("EncryptionIT");
        for (int i = 0; i < call.size(); i++) {
          figures
              .add("framesDecoded" + i, growth(before.get(i), after.get(i), Inbound::framesDecoded))
              .add("keyframesAsked" + i, growth(before.get(i), after.get(i), Inbound::pliCount));
        }
        Metrics metrics = server.metrics();
        figures
            .add("framesDecodedWithoutTheKey", decoded(overheard))
            .add("orders", metrics.sum("sluice_worker_orders_total"))
            .add("dropped", metrics.dropped())
            .publish();

        for (int i = 0; i < call.size(); i++) {
          assertThat(growth(before.get(i), after.get(i), Inbound::framesDecoded))
              .as("frames of two others")
              .isGreaterThan(2 * 5 * MEASURED.toSeconds());
          // A decoder that fails asks for a keyframe.
          assertThat(growth(before.get(i), after.get(i), Inbound::pliCount))
              .as("keyframes asked for")
              .isZero();
          assertThat(after.get(i).inbound("audio").mapToDouble(Inbound::totalAudioEnergy).sum())
              .as("sound of the others")
              .isPositive();
        }
        assertThat(decoded(overheard)).as("frames that Eve decoded").isZero();
        assertThat(metrics.sum("sluice_worker_orders_total"))
            .as("what was encrypted and sent by workers that do not own the room")
            .isGreaterThan(20.0 * MEASURED.toSeconds());
        assertThat(metrics.dropped())
            .doesNotContainKeys("index_reused", "overwritten", "ring_full");
      }
    }
  }

  /** The server reads headers and extensions alone, and redundant audio it passes on as it is. */
  @Test
  @Tag("X2")
  @Tag("B7")
  void layersOfWhatTheServerCannotReadAreSwitched() {
    record Layering(String codec, boolean simulcast, String scalabilityMode) {}
    List<Layering> layerings =
        List.of(
            new Layering("AV1", true, "L1T1"),
            new Layering("AV1", false, "L3T3_KEY"),
            new Layering("VP9", false, "L3T3_KEY"),
            new Layering("VP8", true, "L1T1"));
    String room = "unread";
    String key = "right words";
    try (ServerProcess server = ServerProcess.start("encryption-layers");
        Chromium chromium = Chromium.launch("encryption-layers");
        LayeredMedia publisher = LayeredMedia.open(chromium, server);
        LayeredMedia viewer = LayeredMedia.open(chromium, server)) {
      publisher.enter(room, "ada", "red", key);
      publisher.enter(room, "cem", "opus", key);
      viewer.watch(room, "viewer", 2, 1, key);
      for (Layering layering : layerings) {
        publisher.publish(
            "ada", layering.codec(), layering.simulcast(), layering.scalabilityMode());
        Figures figures = new Figures("EncryptionIT." + layering);
        long asked = -1;
        for (Size size : List.of(new Size(960, 540), new Size(240, 135), new Size(480, 270))) {
          Seen seen = viewer.show("ada", size, layering.codec());
          figures.add(size + "Millis", seen.millis());
          assertThat(seen.millis()).as("%s at %s: %s", layering, size, seen).isNotNegative();
          asked = asked < 0 ? seen.keyframesAsked() : asked;
          assertThat(seen.keyframesAsked())
              .as("a decoder that fails asks for a keyframe: %s at %s", layering, size)
              .isEqualTo(asked);
        }
        figures.publish();
        publisher.unpublish("ada");
      }
      Heard redundant = viewer.heard("ada");
      Heard plain = viewer.heard("cem");
      new Figures("EncryptionIT.redundant").add("red", redundant).add("opus", plain).publish();
      assertThat(redundant.energy()).isPositive();
      assertThat(redundant.concealed()).as("share that could not be decoded").isLessThan(0.2);
      assertThat(redundant.bytesPerPacket())
          .as("two encodings in a packet")
          .isGreaterThan(1.5 * plain.bytesPerPacket());
    }
  }

  private static long decoded(MediaStats stats) {
    return stats.inbound("video").mapToLong(Inbound::framesDecoded).sum();
  }

  /** Of the streams that can be decoded: that of Eve, whose key is another one, cannot. */
  private static long growth(MediaStats before, MediaStats after, ToLongFunction<Inbound> figure) {
    return sum(after, figure) - sum(before, figure);
  }

  private static long sum(MediaStats stats, ToLongFunction<Inbound> figure) {
    return stats
        .inbound("video")
        .filter(video -> video.framesDecoded() > 0)
        .mapToLong(figure)
        .sum();
  }
}
