package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.foreign.HttpPeer;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another WebRTC stack publishes by WHIP and plays by WHEP, in one room with a browser. */
@Tag("G2")
@Tag("G3")
class WhipWhepIT {
  private static ServerProcess server;

  @BeforeAll
  static void startServer() {
    TestSettings.require(
        HttpPeer.available(),
        "The native library of webrtc-java cannot be loaded on this machine.");
    // The stack gathers no loopback candidates, so the server names all of its addresses itself.
    server =
        ServerProcess.start(
            "whip", FreePorts.any(), Map.of("sluice.media.advertised-addresses", ""));
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aBrowserSeesWhatAnotherStackPublishesByWhip() throws IOException, InterruptedException {
    try (Chromium chromium = Chromium.launch("whip");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "whip", "Ada");
        HttpPeer publisher = HttpPeer.publish(server.uri("/whip/whip"))) {
      ada.awaitVideos(1);
      MediaStats before = ada.page().stats();
      Await.pass(Duration.ofSeconds(3));
      MediaStats after = ada.page().stats();
      ada.page().screenshot("whip.png");
      double frames = after.largestGrowthSince(before, "video", Inbound::framesDecoded);
      double audioPackets = after.largestGrowthSince(before, "audio", Inbound::packetsReceived);
      new Figures("WhipWhepIT.whip")
          .add("framesPer3s", frames)
          .add("audioPacketsPer3s", audioPackets)
          .publish();
      assertThat(frames).isGreaterThan(20);
      assertThat(audioPackets).isGreaterThan(50);
      assertThat(ada.others())
          .singleElement()
          .satisfies(tile -> assertThat(tile.lumaVariance()).isGreaterThan(100));

      assertThat(publisher.delete()).isEqualTo(200);
      Await.until(
          "the browser sees the publisher leave",
          Duration.ofSeconds(5),
          () -> ada.others().isEmpty());
      assertThat(publisher.delete()).as("DELETE of an ended session").isEqualTo(404);
    }
  }

  @Test
  void anotherStackPlaysByWhepWhatABrowserPublishes() throws IOException, InterruptedException {
    AtomicLong frames = new AtomicLong();
    AtomicLong visible = new AtomicLong();
    AtomicLong sounds = new AtomicLong();
    try (Chromium chromium = Chromium.launch("whep");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "whep", "Ada");
        HttpPeer player =
            HttpPeer.play(
                server.uri("/whep/whep"),
                frame -> {
                  frames.incrementAndGet();
                  if (hasContrast(frame)) {
                    visible.incrementAndGet();
                  }
                },
                (data, bits, rate, channels, count) -> {
                  if (isAudible(data)) {
                    sounds.incrementAndGet();
                  }
                })) {
      Await.until(
          "the player is connected and decodes frames",
          Duration.ofSeconds(20),
          () -> player.connected() && frames.get() > 10);
      long framesBefore = frames.get();
      Await.pass(Duration.ofSeconds(3));
      long framesPlayed = frames.get() - framesBefore;
      new Figures("WhipWhepIT.whep")
          .add("framesPer3s", framesPlayed)
          .add("visibleFrames", visible.get())
          .add("audibleBlocks", sounds.get())
          .add("packets", player.packetsReceived())
          .publish();
      assertThat(framesPlayed).isGreaterThan(20);
      assertThat(visible.get()).as("frames with a picture").isGreaterThan(20);
      assertThat(sounds.get()).as("blocks of sound that are not silent").isPositive();
      assertThat(ada.others()).as("a player is not shown to the others").isEmpty();
    }
  }

  private static boolean hasContrast(VideoFrame frame) {
    ByteBuffer luma = frame.buffer.toI420().getDataY();
    int least = 255;
    int most = 0;
    for (int i = 0; i < luma.capacity(); i += 97) {
      int value = luma.get(i) & 0xFF;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return most - least > 50;
  }

  private static boolean isAudible(byte[] samples) {
    for (byte sample : samples) {
      if (sample > 8 || sample < -8) {
        return true;
      }
    }
    return false;
  }
}
