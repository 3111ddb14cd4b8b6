package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.HttpMedia;
import dev.sluice.e2e.browser.HttpMedia.Exchange;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What offers and answers say of addresses, and that calls come about all the same. */
class CandidateIT {
  /** Any document of a secure origin does; this one runs nothing. */
  private static final String PAGE = "/sdk/sluice.js";

  @Test
  @Tag("C13")
  void aBrowserThatHidesItsAddressesIsServedByAServerThatHidesItsPrivateOnes() {
    try (ServerProcess server =
            ServerProcess.start(
                "private",
                FreePorts.any(),
                Map.of(
                    "sluice.media.advertised-addresses",
                    "192.168.7.7,10.1.2.3,172.16.5.5,fd00::1,127.0.0.1",
                    "sluice.media.hide-private-addresses",
                    "true"));
        Chromium chromium = Chromium.launch("private");
        Chromium hiding = Chromium.launchWithoutCamera("private-hiding");
        Page camera = chromium.open(server.uri(PAGE));
        Page viewer = hiding.open(server.uri(PAGE))) {
      HttpMedia publisher = new HttpMedia(camera);
      HttpMedia player = new HttpMedia(viewer);
      Exchange published =
          publisher.publish("published", "private", HttpMedia.ALL_CODECS, HttpMedia.ALL_CODECS);
      Exchange played = player.playWithCandidates("played", "private");

      assertThat(Exchange.addresses(played.offer()))
          .isNotEmpty()
          .allSatisfy(address -> assertThat(address).endsWith(".local"));
      assertThat(Exchange.addresses(played.answer())).containsExactly("127.0.0.1");
      assertThat(Exchange.addresses(published.answer())).containsExactly("127.0.0.1");
      player.awaitBoth("played");
    }
  }

  @Test
  @Tag("C5")
  void chromiumLooksUpAServerThatIsNamed() {
    try (ServerProcess server =
            ServerProcess.start(
                "named",
                FreePorts.any(),
                Map.of(
                    "sluice.media.advertised-addresses",
                    "192.0.2.1 for 198.51.100.0/24, localhost"));
        Chromium chromium = Chromium.launch("named");
        Page page = chromium.open(server.uri(PAGE))) {
      HttpMedia media = new HttpMedia(page);
      Exchange published =
          media.publish("published", "named", HttpMedia.ALL_CODECS, HttpMedia.ALL_CODECS);
      assertThat(Exchange.addresses(published.answer())).containsExactly("localhost");
      media.play("played", "named");
      media.awaitBoth("played");
    }
  }
}
