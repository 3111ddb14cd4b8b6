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
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.LinkConditions;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to a call when the network path of a browser changes or ends. */
class PathIT {
  @Test
  @Tag("C7")
  void anIceRestartKeepsDtlsAndSrtp() {
    try (ServerProcess server = ServerProcess.start("restart");
        Chromium chromium = Chromium.launch("restart");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "restart", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "restart", "Bob")) {
      IceRestart.during(ada, bob, server, "PathIT.anIceRestartKeepsDtlsAndSrtp");
    }
  }

  @Test
  @Tag("C8")
  void mediaFollowsClientsToNewPortsWithoutSignalling() throws IOException {
    int mediaPort = FreePorts.any();
    try (UdpRelay relay = new UdpRelay(mediaPort, LinkConditions.PERFECT, 8, null);
        ServerProcess server =
            ServerProcess.start(
                "migration",
                mediaPort,
                Map.of("sluice.media.advertised-addresses", "127.0.0.1:" + relay.port()));
        Chromium chromium = Chromium.launch("migration");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "migration", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "migration", "Bob")) {
      List<CallPage> both = List.of(ada, bob);
      both.forEach(call -> call.awaitVideos(1));
      List<Long> answers = both.stream().map(call -> call.signals("answer")).toList();
      both.forEach(call -> call.page().watchVideos());
      Await.pass(Duration.ofSeconds(2));
      relay.moveClients();
      Await.pass(Duration.ofSeconds(4));
      List<MediaStats> before = both.stream().map(call -> call.page().stats()).toList();
      Await.pass(Duration.ofSeconds(3));
      List<MediaStats> after = both.stream().map(call -> call.page().stats()).toList();
      List<Stillness> stillness = both.stream().map(call -> call.page().stillness()).toList();
      new Figures("PathIT.mediaFollowsClientsToNewPortsWithoutSignalling")
          .add("ada", stillness.get(0))
          .add("bob", stillness.get(1))
          .add("dropped", server.metrics().dropped())
          .publish();

      for (int i = 0; i < both.size(); i++) {
        assertThat(stillness.get(i).longestStillMillis())
            .as("longer than the gap between two frames, so the move was felt")
            .isBetween(150.0, 3000.0);
        assertThat(after.get(i).largestGrowthSince(before.get(i), "video", Inbound::framesDecoded))
            .as("frames in three seconds after the move")
            .isGreaterThan(20);
        assertThat(both.get(i).signals("answer"))
            .as("offers and answers since the move")
            .isEqualTo(answers.get(i));
      }
    }
  }

  @Test
  void theOthersSeeAKilledBrowserLeaveWithinThirtySeconds() {
    try (ServerProcess server = ServerProcess.start("killed");
        Chromium staying = Chromium.launch("killed-staying");
        Chromium doomed = Chromium.launch("killed-doomed");
        CallPage ada = CallPage.join(staying, server.uri("/"), "killed", "Ada");
        CallPage bob = CallPage.join(staying, server.uri("/"), "killed", "Bob")) {
      CallPage.join(doomed, server.uri("/"), "killed", "Eve");
      ada.awaitVideos(2);
      bob.awaitVideos(2);
      assertThat(ada.othersNames()).containsExactly("Bob", "Eve");

      long start = System.nanoTime();
      doomed.kill();
      Await.until(
          "both of the others see the killed one leave",
          Duration.ofSeconds(30),
          () ->
              ada.othersNames().equals(List.of("Bob")) && bob.othersNames().equals(List.of("Ada")));
      new Figures("PathIT.theOthersSeeAKilledBrowserLeaveWithinThirtySeconds")
          .add("seconds", (System.nanoTime() - start) / 1e9)
          .publish();

      MediaStats before = ada.page().stats();
      Await.pass(Duration.ofSeconds(2));
      assertThat(ada.page().stats().largestGrowthSince(before, "video", Inbound::framesDecoded))
          .as("the call of the two that stayed goes on")
          .isGreaterThan(10);
    }
  }

  @Test
  @Tag("C9")
  void aFrozenBrowserIsGoneAfterThirtySecondsWithOneEvent() {
    try (ServerProcess server = ServerProcess.start("consent");
        Chromium staying = Chromium.launch("consent-staying");
        Chromium frozen = Chromium.launch("consent-frozen");
        CallPage ada = CallPage.join(staying, server.uri("/"), "consent", "Ada")) {
      CallPage.join(frozen, server.uri("/"), "consent", "Bob");
      ada.awaitVideos(1);
      long start = System.nanoTime();
      frozen.process().freeze();
      Await.until(
          "the frozen browser is gone",
          Duration.ofSeconds(40),
          () -> ada.signals("participantLeft") > 0);
      double seconds = (System.nanoTime() - start) / 1e9;
      new Figures("PathIT.aFrozenBrowserIsGoneAfterThirtySecondsWithOneEvent")
          .add("seconds", seconds)
          .publish();
      assertThat(seconds).isBetween(25.0, 35.0);
      // Its socket is given up after 45 seconds; that must not be a second departure.
      Await.pass(TestSettings.duration(Duration.ofSeconds(3), Duration.ofSeconds(25)));
      assertThat(ada.signals("participantLeft")).isOne();
      assertThat(ada.othersNames()).isEmpty();
    }
  }
}
