package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.BlankSite;
import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.browser.WatchedCall;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.SignallingClient;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.TcpRelay;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A call between real browsers: what they see and hear, and what happens when one is hurt. */
class CallIT {
  /** A picture counts as seen when its luma varies by at least that much. */
  private static final double VISIBLE_VARIANCE = 100;

  /** Of the control's frames, that each of the others' videos has at least. */
  private static final double LEAST_FRAME_SHARE = 0.6;

  /** Notes the longest time in which no packet of audio came. */
  private static final String WATCH_AUDIO =
      """
      (() => {
        let last = performance.now();
        let packets = -1;
        window.__longestAudioGap = 0;
        setInterval(async () => {
          const reports = [...(await window.sluiceRoom.peerConnection.getStats()).values()];
          const audio = reports.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
          const sum = audio.reduce((all, { packetsReceived }) => all + packetsReceived, 0);
          if (sum > packets) {
            if (packets >= 0) {
              window.__longestAudioGap = Math.max(window.__longestAudioGap, performance.now() - last);
            }
            packets = sum;
            last = performance.now();
          }
        }, 20);
      })()\
      """;

  private static ServerProcess server;

  @BeforeAll
  static void startServer() {
    server = ServerProcess.start("call");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  @Tag("O10")
  void threeBrowsersSeeAndHearEachOther() throws IOException {
    Duration measured = TestSettings.duration(Duration.ofSeconds(15), Duration.ofSeconds(60));
    List<String> names = List.of("Ada", "Bob", "Eve");
    long linesBefore;
    try (Chromium first = Chromium.launch("call-ada");
        Chromium second = Chromium.launch("call-bob");
        Chromium third = Chromium.launch("call-eve");
        BlankSite site = new BlankSite();
        Page control = first.open(site.uri())) {
      linesBefore = server.log().lines().count();
      List<Chromium> browsers = List.of(first, second, third);
      List<CallPage> calls = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        calls.add(CallPage.join(browsers.get(i), server.uri("/"), "three", names.get(i)));
      }
      WatchedCall call = WatchedCall.watch(names, calls, control, measured);
      call.publish("CallIT.threeBrowsersSeeAndHearEachOther");
      new Figures("CallIT.threeBrowsersSeeAndHearEachOther.downlinks")
          .add("downlinks", server.downlinks("three"))
          .publish();
      call.assertAllSeeAndHearEachOther(LEAST_FRAME_SHARE, VISIBLE_VARIANCE);
    }
    List<String> lines = server.log().lines().skip(linesBefore).toList();
    new Figures("CallIT.threeBrowsersSeeAndHearEachOther.log").add("lines", lines.size()).publish();
    assertThat(lines).as("of all three, with joins, media and goodbyes").hasSizeLessThan(3);
  }

  @Test
  @Tag("M7")
  void oneWhoIsMovedToAnotherRoomGoesOnWithTheSameConnection() {
    try (Chromium chromium = Chromium.launch("moved");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "plenary", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "plenary", "Bob");
        CallPage eve = CallPage.join(chromium, server.uri("/"), "breakout", "Eve")) {
      ada.awaitVideos(1);
      bob.awaitVideos(1);
      String id = ada.page().evaluate("window.sluiceRoom.localParticipant.id").asString();
      long answers = ada.signals("answer");
      ada.page().evaluate(WATCH_AUDIO);
      Await.pass(Duration.ofSeconds(1));

      assertThat(
              server.post(
                  "/api/v1/rooms/plenary/participants/" + id + "/move", "{\"room\": \"breakout\"}"))
          .isEqualTo(200);
      Await.until(
          "Ada and Eve see each other",
          Duration.ofSeconds(10),
          () -> seesOnly(ada, "Eve") && seesOnly(eve, "Ada") && bob.others().isEmpty());
      Await.pass(Duration.ofSeconds(1));
      double gapMillis = ada.page().evaluate("window.__longestAudioGap").asDouble();
      new Figures("CallIT.oneWhoIsMovedToAnotherRoomGoesOnWithTheSameConnection")
          .add("longestAudioGapMillis", gapMillis)
          .publish();

      assertThat(gapMillis).isBetween(1.0, 500.0);
      assertThat(ada.signals("moved")).isOne();
      assertThat(ada.signals("joined")).isOne();
      assertThat(ada.signals("answer")).as("nothing was negotiated").isEqualTo(answers);
      assertThat(ada.state()).isEqualTo("connected");
      assertThat(
              ada.page().evaluate("document.querySelector('#room-label').textContent").asString())
          .isEqualTo("breakout");
    }
  }

  private static boolean seesOnly(CallPage viewer, String name) {
    List<CallPage.Tile> others = viewer.others();
    return others.size() == 1
        && others.getFirst().name().equals(name)
        && others.getFirst().lumaVariance() > VISIBLE_VARIANCE;
  }

  @Test
  void aCutSocketIsResumedWhileTheMediaNeverStops() throws IOException {
    try (TcpRelay relay = new TcpRelay(server.httpPort());
        Chromium chromium = Chromium.launch("cut");
        CallPage ada =
            CallPage.join(
                chromium, URI.create("http://localhost:" + relay.port() + "/"), "cut", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "cut", "Bob")) {
      ada.awaitVideos(1);
      bob.awaitVideos(1);
      ada.page().watchVideos();
      bob.page().watchVideos();

      long start = System.nanoTime();
      assertThat(relay.cut()).as("connections that were cut").isPositive();
      Await.until(
          "the page resumes its session",
          Duration.ofSeconds(20),
          () -> ada.signals("resumed") == 1 && ada.state().equals("connected"));
      double resumedSeconds = (System.nanoTime() - start) / 1e9;
      Await.pass(Duration.ofSeconds(5));
      Stillness adaSaw = ada.page().stillness();
      Stillness bobSaw = bob.page().stillness();
      new Figures("CallIT.aCutSocketIsResumedWhileTheMediaNeverStops")
          .add("resumedSeconds", resumedSeconds)
          .add("ada", adaSaw)
          .add("bob", bobSaw)
          .publish();

      assertThat(ada.signals("joined")).as("Ada did not have to join again").isOne();
      assertThat(bob.signals("participantLeft")).as("Bob never saw Ada leave").isZero();
      assertThat(adaSaw.videos()).isOne();
      assertThat(adaSaw.longestStillMillis()).isLessThan(1000);
      assertThat(bobSaw.longestStillMillis()).isLessThan(1000);
      try (SignallingClient eve = new SignallingClient(server.signalUri())) {
        eve.join("cut", "Eve");
        Await.until(
            "the resumed session hears of a newcomer",
            Duration.ofSeconds(5),
            () -> ada.othersNames().equals(List.of("Bob", "Eve")));
      }
    }
  }
}
