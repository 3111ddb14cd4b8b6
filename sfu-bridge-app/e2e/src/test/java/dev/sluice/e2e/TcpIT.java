package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.BlankSite;
import dev.sluice.e2e.browser.Browser;
import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Firefox;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.IsolatedServer;
import dev.sluice.e2e.network.NetworkNamespace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls in a network that drops UDP. Server and browsers run in a namespace with a firewall. */
@Tag("C2")
@Timeout(300)
class TcpIT {
  private static final List<String> NAMES = List.of("Ada", "Bob", "Fox");

  @AutoClose private IsolatedServer isolated;

  private NetworkNamespace namespace;
  private ServerProcess server;

  @BeforeEach
  void startServer() {
    isolated = IsolatedServer.start("tcp");
    namespace = isolated.namespace();
    server = isolated.server();
  }

  @Test
  void twoChromiumAndOneFirefoxSeeAndHearEachOtherWithoutUdp() throws IOException {
    Duration measured = TestSettings.duration(Duration.ofSeconds(10), Duration.ofSeconds(60));
    namespace.blockUdp();
    // The control calls itself by UDP, on the machine outside, where there is some.
    try (Chromium first = Chromium.launch("tcp-ada", namespace);
        Chromium second = Chromium.launch("tcp-bob", namespace);
        Firefox third = Firefox.launch("tcp-fox", namespace);
        Chromium outside = Chromium.launch("tcp-control");
        BlankSite site = new BlankSite();
        Page control = outside.open(site.uri())) {
      List<Browser> browsers = List.of(first, second, third);
      List<CallPage> calls = new ArrayList<>();
      for (int i = 0; i < NAMES.size(); i++) {
        calls.add(CallPage.join(browsers.get(i), server.uri("/"), "tcp", NAMES.get(i)));
      }
      calls.forEach(call -> call.awaitVideos(2));
      control.startLoopbackCall();
      Await.until(
          "the control call decodes",
          Duration.ofSeconds(20),
          () -> control.stats().videosWithFrames(10) == 1);
      List<Page> pages = new ArrayList<>(calls.stream().map(CallPage::page).toList());
      pages.add(control);
      List<MediaStats> before = pages.stream().map(Page::stats).toList();
      Await.pass(measured);
      List<MediaStats> after = pages.stream().map(Page::stats).toList();
      judge(calls, before, after);
    }
  }

  private void judge(List<CallPage> calls, List<MediaStats> before, List<MediaStats> after) {
    int control = NAMES.size();
    double controlFrames =
        after.get(control).largestGrowthSince(before.get(control), "video", Inbound::framesDecoded);
    Figures figures =
        new Figures("TcpIT.twoChromiumAndOneFirefoxSeeAndHearEachOtherWithoutUdp")
            .add("controlFrames", controlFrames);
    for (int i = 0; i < control; i++) {
      figures
          .add(NAMES.get(i) + "Frames", grown(before, after, i, "video", Inbound::framesDecoded))
          .add(NAMES.get(i) + "Protocols", calls.get(i).page().protocols());
    }
    figures.add("dropped", server.metrics().dropped()).publish();
    for (int i = 0; i < control; i++) {
      String name = NAMES.get(i);
      assertThat(calls.get(i).page().protocols())
          .as("%s reaches the server", name)
          .containsExactly("tcp " + namespace.mediaAddress());
      assertThat(grown(before, after, i, "video", Inbound::framesDecoded))
          .as("%s decodes both of the others at the control's pace", name)
          .hasSize(2)
          .allSatisfy(frames -> assertThat(frames).isGreaterThan(0.9 * controlFrames));
      assertThat(grown(before, after, i, "audio", Inbound::totalAudioEnergy))
          .as("%s hears both of the others", name)
          .hasSize(2)
          .allSatisfy(energy -> assertThat(energy).isPositive());
    }
    assertThat(server.metrics().dropped())
        .doesNotContainKeys("replayed", "authentication_failed", "tcp_queue_full");
  }

  /** By how much a figure grew, for each received stream that carries something. */
  private static List<Double> grown(
      List<MediaStats> before,
      List<MediaStats> after,
      int index,
      String kind,
      ToDoubleFunction<Inbound> figure) {
    return after.get(index).growthSince(before.get(index), kind, figure).stream()
        .filter(growth -> growth > 0)
        .toList();
  }

  @Test
  @Tag("C7")
  @Tag("C8")
  void aCallThatLosesUdpComesBackByTcpWithTheSameDtlsAndSrtp() {
    try (Chromium chromium = Chromium.launch("tcp-loss", namespace);
        CallPage ada = CallPage.join(chromium, server.uri("/"), "loss", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "loss", "Bob")) {
      List<CallPage> both = List.of(ada, bob);
      both.forEach(call -> call.awaitVideos(1));
      both.forEach(
          call ->
              assertThat(call.page().protocols())
                  .as("while there is UDP, it is preferred")
                  .containsExactly("udp " + namespace.mediaAddress()));
      namespace.blockUdp();
      long start = System.nanoTime();
      // The SDK does so by itself once the browser reports the loss, some seconds later.
      both.forEach(call -> call.page().evaluate("window.sluiceRoom.restartIce()"));
      Await.until(
          "both are on TCP",
          Duration.ofSeconds(20),
          () -> both.stream().allMatch(call -> isByTcp(call.page())),
          () -> both.stream().map(call -> call.page().protocols()).toList().toString());
      List<MediaStats> before = both.stream().map(call -> call.page().stats()).toList();
      Await.until(
          "both decode again",
          Duration.ofSeconds(10),
          () -> framesSince(before, both).stream().allMatch(frames -> frames > 20));
      new Figures("TcpIT.aCallThatLosesUdpComesBackByTcpWithTheSameDtlsAndSrtp")
          .add("seconds", (System.nanoTime() - start) / 1e9)
          .add("dropped", server.metrics().dropped())
          .publish();
      assertThat(ada.page().evaluate("window.__probe.connections.length").asInt()).isOne();
      assertThat(server.metrics().dropped())
          .doesNotContainKeys("replayed", "authentication_failed");
    }
  }

  private boolean isByTcp(Page page) {
    return page.protocols().equals(List.of("tcp " + namespace.mediaAddress()));
  }

  private static List<Double> framesSince(List<MediaStats> before, List<CallPage> calls) {
    List<Double> frames = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      frames.add(
          calls
              .get(i)
              .page()
              .stats()
              .largestGrowthSince(before.get(i), "video", Inbound::framesDecoded));
    }
    return frames;
  }
}
