package dev.sluice.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
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
}
