package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.BlankSite;
import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.MediaStats;
import dev.sluice.e2e.browser.MediaStats.Inbound;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.browser.Page.Stillness;
import dev.sluice.e2e.browser.WatchedCall;
import dev.sluice.e2e.harness.AccessToken;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.SignallingClient;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.TcpRelay;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    server =
        ServerProcess.start("call", FreePorts.any(), Map.of("sluice.capture.max-captures", "1"));
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

  @Test
  @Tag("O3")
  @Tag("O4")
  void anOperatorSeesAndActsInTheConsole() {
    try (Chromium chromium = Chromium.launch("console");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "watched", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "watched", "Bob");
        Page console = chromium.open(server.uri("/console?room=watched"))) {
      awaitTrue(console, "document.querySelectorAll('#participants tr').length === 2");
      console.evaluate("%s.querySelector('.link').click()".formatted(row("Ada")));
      click(console, row("Bob"), "Capture…");
      console.evaluate("document.querySelector('#question-yes').click()");
      awaitTrue(
          console,
          "[...document.querySelectorAll('#charts polyline')].filter((line) =>"
              + " (line.getAttribute('points') ?? '').split(' ').length > 4).length >= 9");
      awaitTrue(console, "document.querySelectorAll('#slots tbody tr').length === 1");
      awaitTrue(console, "document.querySelectorAll('#received tbody tr').length >= 2");
      awaitTrue(console, "/^UDP from /.test(document.querySelector('#path').textContent)");

      console.evaluate("%s.querySelector('li button').click()".formatted(row("Bob")));
      Await.until("Bob is muted", Duration.ofSeconds(5), () -> bob.signals("trackMuted") == 1);
      console.evaluate("document.querySelector('#lock').click()");
      Await.until(
          "the room is locked", Duration.ofSeconds(5), () -> ada.signals("roomUpdated") == 1);
      awaitTrue(console, "document.querySelectorAll('#audit li').length >= 3");
      console.screenshot("console.png");
      assertCaptures(console);

      click(console, row("Bob"), "Remove…");
      console.evaluate("document.querySelector('#question-yes').click()");
      Await.until("Bob is out", Duration.ofSeconds(5), () -> ada.others().isEmpty());
      assertThat(bob.signals("closed")).isOne();
      assertSignsIn(chromium);
    }
  }

  /** The capture that runs has packets; its file is one, and it is thrown away. */
  private static void assertCaptures(Page console) {
    String captured = "document.querySelector('#capture-rows tr')";
    awaitTrue(console, "/[1-9][0-9]* packets/.test(%s.innerText)".formatted(captured));
    console.evaluate(
        """
        window.__files = [];
        URL.createObjectURL = (file) => { window.__files.push(file.slice(0, 4).bytes()); return 'blob:none'; };
        HTMLAnchorElement.prototype.click = function () { window.__fileName = this.download; };\
        """);
    click(console, captured, "Download");
    awaitTrue(console, "/^capture-[0-9]+\\.pcapng$/.test(window.__fileName)");
    assertThat(
            console.evaluate("window.__files[0].then((bytes) => [...bytes].join(' '))").asString())
        .as("the block type of a pcapng section header")
        .isEqualTo("10 13 13 10");
    click(console, captured, "Stop");
    awaitTrue(console, "%s.innerText.includes('stopped')".formatted(captured));
    click(console, captured, "Throw away");
    awaitTrue(console, "document.querySelector('#captures').hidden");
  }

  /** In production mode, where a token is asked for. */
  private static void assertSignsIn(Chromium chromium) {
    String secret = "0123456789abcdef0123456789abcdef";
    try (ServerProcess production =
            ServerProcess.start(
                "console-production",
                FreePorts.any(),
                Map.of(
                    "sluice.mode",
                    "production",
                    "sluice.auth.keys." + AccessToken.KEY_ID,
                    secret));
        Page console = chromium.open(production.uri("/console"))) {
      awaitTrue(console, "!document.querySelector('#sign-in').hidden");
      signIn(console, AccessToken.ofAdministrator("f" + secret.substring(1)));
      awaitTrue(
          console,
          "!document.querySelector('#sign-in-error').hidden && sessionStorage.length === 0"
              + " && document.querySelector('#console').hidden");
      signIn(console, AccessToken.ofAdministrator(secret));
      awaitTrue(
          console,
          "document.querySelector('#sign-in').hidden &&"
              + " document.querySelector('#summary').textContent === '0 rooms shown, 0 in them'");
      console.evaluate("document.querySelector('#sign-out').click()");
      awaitTrue(
          console,
          "!document.querySelector('#sign-in').hidden && document.querySelector('#console').hidden"
              + " && sessionStorage.length === 0");
    }
  }

  private static void signIn(Page console, String token) {
    console.evaluate("document.querySelector('#token').value = '%s'".formatted(token));
    console.evaluate("document.querySelector('#sign-in button').click()");
  }

  private static void click(Page console, String within, String words) {
    console.evaluate(
        "[...%s.querySelectorAll('button')].find((each) => each.textContent === '%s').click()"
            .formatted(within, words));
  }

  private static String row(String name) {
    return ("[...document.querySelectorAll('#participants tr')].find((each) =>"
            + " each.innerText.startsWith('%s'))")
        .formatted(name);
  }

  /** A page that is just being loaded lacks elements: it is not true yet. */
  private static void awaitTrue(Page page, String expression) {
    String attempt =
        "(() => { try { return %s; } catch { return false; } })()".formatted(expression);
    Await.until(
        expression,
        Duration.ofSeconds(20),
        () -> page.evaluate(attempt).asBoolean(),
        () -> page.evaluate("document.body?.innerText ?? ''").asString());
  }

  private static boolean seesOnly(CallPage viewer, String name) {
    List<CallPage.Tile> others = viewer.others();
    return others.size() == 1
        && others.getFirst().name().equals(name)
        && others.getFirst().lumaVariance() > VISIBLE_VARIANCE;
  }

  @Test
  void theOthersSeeAKilledBrowserLeaveWithinThirtySeconds() {
    try (Chromium staying = Chromium.launch("killed-staying");
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
      new Figures("CallIT.theOthersSeeAKilledBrowserLeaveWithinThirtySeconds")
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
