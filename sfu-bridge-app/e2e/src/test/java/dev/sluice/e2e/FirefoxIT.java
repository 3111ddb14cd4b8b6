package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Browser;
import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Firefox;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.NetworkNamespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Firefox in a room with Chromium. Server and browsers run in a network namespace. */
@Timeout(300)
class FirefoxIT {
  private static final List<String> NAMES = List.of("Ada", "Bob", "Fox");

  /** Firefox makes up a plain picture with a stamp in a corner; an empty tile is far below. */
  private static final double VISIBLE_VARIANCE = 20;

  private static NetworkNamespace namespace;
  private static ServerProcess server;

  @BeforeAll
  static void startServer() {
    namespace = NetworkNamespace.create();
    server = ServerProcess.start("firefox", namespace);
  }

  @AfterAll
  static void stopServer() {
    try {
      if (server != null) {
        server.close();
      }
    } finally {
      if (namespace != null) {
        namespace.close();
      }
    }
  }

  @Test
  void twoChromiumAndOneFirefoxSeeAndHearEachOther() {
    Duration measured = TestSettings.duration(Duration.ofSeconds(20), Duration.ofSeconds(60));
    try (Chromium first = Chromium.launch("firefox-ada", namespace);
        Chromium second = Chromium.launch("firefox-bob", namespace);
        Firefox third = Firefox.launch("firefox-fox", namespace);
        // Any document of a secure origin does for a call of the page with itself.
        Page control = first.open(server.uri("/sdk/sluice.js"))) {
      List<Browser> browsers = List.of(first, second, third);
      List<CallPage> calls = new ArrayList<>();
      for (int i = 0; i < NAMES.size(); i++) {
        calls.add(CallPage.join(browsers.get(i), server.uri("/"), "mixed", NAMES.get(i)));
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
      pages.forEach(Page::watchVideos);
      Await.pass(measured);
      List<MediaStats> after = pages.stream().map(Page::stats).toList();
      List<Stillness> stillness = pages.stream().map(Page::stillness).toList();
      judge(calls, before, after, stillness);
    }
  }

  private static void judge(
      List<CallPage> calls,
      List<MediaStats> before,
      List<MediaStats> after,
      List<Stillness> stillness) {
    int control = NAMES.size();
    double controlFrames =
        after.get(control).largestGrowthSince(before.get(control), "video", Inbound::framesDecoded);
    Figures figures =
        new Figures("FirefoxIT.twoChromiumAndOneFirefoxSeeAndHearEachOther")
            .add("controlFrames", controlFrames)
            .add("control", stillness.get(control));
    for (int i = 0; i < control; i++) {
      calls.get(i).page().screenshot("firefox-" + NAMES.get(i) + ".png");
      figures
          .add(NAMES.get(i) + "Frames", grown(before, after, i, "video", Inbound::framesDecoded))
          .add(NAMES.get(i) + "Energy", grown(before, after, i, "audio", Inbound::totalAudioEnergy))
          .add(NAMES.get(i) + "Tiles", calls.get(i).others())
          .add(NAMES.get(i), stillness.get(i));
    }
    figures.add("dropped", server.metrics().dropped()).publish();
    double allowedMillis = Math.max(1000, stillness.get(control).longestFreezeMillis());
    for (int i = 0; i < control; i++) {
      String name = NAMES.get(i);
      assertThat(grown(before, after, i, "video", Inbound::framesDecoded))
          .as("%s decodes both of the others near the control's pace", name)
          .hasSize(2)
          .allSatisfy(frames -> assertThat(frames).isGreaterThan(0.5 * controlFrames));
      assertThat(grown(before, after, i, "audio", Inbound::totalAudioEnergy))
          .as("%s hears both of the others", name)
          .hasSize(2)
          .allSatisfy(energy -> assertThat(energy).isPositive());
      assertThat(stillness.get(i).longestFreezeMillis())
          .as("%s sees no longer freeze than one second, or than the control page", name)
          .isLessThanOrEqualTo(allowedMillis);
      assertThat(calls.get(i).others())
          .as("%s sees a picture in the tile of each of the others", name)
          .hasSize(2)
          .allSatisfy(tile -> assertThat(tile.lumaVariance()).isGreaterThan(VISIBLE_VARIANCE));
    }
    assertThat(server.metrics().dropped()).doesNotContainKeys("replayed", "authentication_failed");
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
  void anIceRestartOfFirefoxKeepsDtlsAndSrtp() {
    try (Chromium chromium = Chromium.launch("firefox-restart-ada", namespace);
        Firefox firefox = Firefox.launch("firefox-restart-fox", namespace);
        CallPage ada = CallPage.join(chromium, server.uri("/"), "restart", "Ada");
        CallPage fox = CallPage.join(firefox, server.uri("/"), "restart", "Fox")) {
      IceRestart.during(fox, ada, server, "FirefoxIT.anIceRestartOfFirefoxKeepsDtlsAndSrtp");
    }
  }
}
