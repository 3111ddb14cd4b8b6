package dev.sluice.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.network.LinkConditions;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The instrument first: a browser that calls itself, without any server, must decode and play. */
class LoopbackCallIT {
  @Test
  void aPageThatCallsItselfDecodesItsOwnCamera() throws IOException {
    try (BlankSite site = new BlankSite();
        Chromium chromium = Chromium.launch("loopback");
        Page page = chromium.open(site.uri())) {
      page.startLoopbackCall();
      Await.until(
          "the loop-back call decodes",
          Duration.ofSeconds(20),
          () -> page.stats().videosWithFrames(10) == 1);
      MediaStats before = page.stats();
      page.watchVideos();
      Await.pass(Duration.ofSeconds(3));
      MediaStats after = page.stats();
      page.screenshot("loopback.png");
      double frames = after.largestGrowthSince(before, "video", MediaStats.Inbound::framesDecoded);
      double energy =
          after.largestGrowthSince(before, "audio", MediaStats.Inbound::totalAudioEnergy);
      new Figures("LoopbackCallIT")
          .add("framesDecodedPer3s", frames)
          .add("audioEnergy", energy)
          .add("stillness", page.stillness())
          .publish();
      assertThat(frames).isGreaterThan(15);
      assertThat(energy).isPositive();
      assertThat(page.evaluate("__probe.lumaVariance(document.querySelector('video'))").asDouble())
          .isGreaterThan(100);
    }
  }

  @Test
  void aLossyRelayMakesTheBrowserRepair() throws IOException {
    LinkConditions lossy = new LinkConditions(0.03, 0, 0);
    try (BlankSite site = new BlankSite();
        Chromium chromium = Chromium.launch("loopback-lossy");
        Page page = chromium.open(site.uri())) {
      page.evaluate("window.__probe.relay.call().then(() => true)");
      Await.until(
          "the page has a candidate on loopback",
          Duration.ofSeconds(10),
          () -> page.evaluate("window.__probe.relay.wanted.port").asInt() > 0);
      int port = page.evaluate("window.__probe.relay.wanted.port").asInt();
      try (UdpRelay relay = new UdpRelay(port, lossy, 5, null)) {
        page.evaluate("window.__probe.relay.answer(" + relay.port() + ")");
        Await.until(
            "the call over the relay loses and repairs",
            Duration.ofSeconds(30),
            () ->
                page.stats().videosWithFrames(50) == 1
                    && relay.toServer().lost() > 0
                    && page.stats().inbound("video").anyMatch(LoopbackCallIT::repaired),
            () -> page.stats() + ", lost " + relay.toServer().lost());
      }
    }
  }

  private static boolean repaired(MediaStats.Inbound video) {
    return video.retransmittedPacketsReceived() > 0;
  }
}
