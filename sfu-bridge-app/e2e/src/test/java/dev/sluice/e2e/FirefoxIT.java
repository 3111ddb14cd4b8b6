package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Browser;
import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Firefox;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.browser.WatchedCall;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.IsolatedServer;
import dev.sluice.e2e.network.NetworkNamespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
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

  /** Of the control's frames, that each of the others' videos has at least. */
  private static final double LEAST_FRAME_SHARE = 0.5;

  @AutoClose private static IsolatedServer isolated;

  private static NetworkNamespace namespace;
  private static ServerProcess server;

  @BeforeAll
  static void startServer() {
    isolated = IsolatedServer.start("firefox");
    namespace = isolated.namespace();
    server = isolated.server();
  }

  @Test
  void twoChromiumAndOneFirefoxSeeAndHearEachOther() {
    Duration measured = TestSettings.duration(Duration.ofSeconds(12), Duration.ofSeconds(60));
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
      WatchedCall call = WatchedCall.watch(NAMES, calls, control, measured);
      call.publish("FirefoxIT.twoChromiumAndOneFirefoxSeeAndHearEachOther");
      call.assertAllSeeAndHearEachOther(LEAST_FRAME_SHARE, VISIBLE_VARIANCE);
      assertThat(server.metrics().dropped())
          .doesNotContainKeys("replayed", "authentication_failed");
    }
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
