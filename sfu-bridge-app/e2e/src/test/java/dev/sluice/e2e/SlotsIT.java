package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A viewer with fewer slots than there are publishers: pages, pins and speakers, all without SDP.
 * Times are from the command to the first decoded frame whose CSRC is that of the new track.
 */
class SlotsIT {
  private static final int PUBLISHERS = 63;
  private static final int VIDEO_SLOTS = 9;
  private static final int AUDIO_SLOTS = 2;
  private static final int VOICES = 4;
  private static final String ROOM = "slots";

  private static ServerProcess server;

  @BeforeAll
  static void startServer() {
    server = ServerProcess.start("slots");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  @Tag("M3")
  @Tag("M4")
  @Tag("R10")
  void fewSlotsShowEveryoneWithoutSdp() throws IOException {
    try (Chromium publishing = Chromium.launch("slots-publishers");
        Chromium watching = Chromium.launch("slots-viewer");
        Page stage = open(publishing);
        Page viewer = open(watching)) {
      stage.evaluate("__slots.publish('%s', 0, %d, %d)".formatted(ROOM, PUBLISHERS, VOICES));
      viewer.evaluate(
          "__slots.watch('%s', { audio: %d, video: %d })"
              .formatted(ROOM, AUDIO_SLOTS, VIDEO_SLOTS));
      Await.until(
          "the first page plays",
          Duration.ofSeconds(30),
          () -> viewer.evaluate("__slots.allPlay('video', " + VIDEO_SLOTS + ")").asBoolean(),
          () ->
              viewer.evaluate("__slots.shown('video')")
                  + " of "
                  + viewer.evaluate("__slots.published()"));
      JsonNode sdpBefore = viewer.evaluate("__slots.sdp()");

      List<Double> pages = new ArrayList<>();
      Set<String> seen = new HashSet<>(shown(viewer, "video"));
      for (int offset = VIDEO_SLOTS; offset < PUBLISHERS; offset += VIDEO_SLOTS) {
        pages.addAll(millis(viewer, "__slots.turnTo(" + offset + ", " + VIDEO_SLOTS + ")"));
        seen.addAll(shown(viewer, "video"));
      }
      pages.addAll(millis(viewer, "__slots.turnTo(0, " + VIDEO_SLOTS + ")"));
      List<Double> pins = millis(viewer, "__slots.pin('" + name(PUBLISHERS - 1) + "')");
      List<String> withPin = shown(viewer, "video");

      int speaker = PUBLISHERS - 2;
      viewer.evaluate("__slots.followSpeakers(0)");
      viewer.evaluate("(() => { window.__voice = __slots.awaitVoice(); return true; })()");
      stage.evaluate("__slots.talk(" + speaker + ", true)");
      List<Double> voices = millis(viewer, "window.__voice");
      Await.until(
          "the speaker is seen",
          Duration.ofSeconds(5),
          () -> shown(viewer, "video").contains(name(speaker)));
      List<String> withSpeaker = shown(viewer, "video");
      List<String> heard = shown(viewer, "audio");
      JsonNode sdpAfter = viewer.evaluate("__slots.sdp()");

      Collections.sort(pages);
      new Figures("SlotsIT.fewSlotsShowEveryoneWithoutSdp")
          .add("publishers", PUBLISHERS)
          .add("switches", pages.size())
          .add("p50Millis", at(pages, 50))
          .add("p95Millis", at(pages, 95))
          .add("pinMillis", pins)
          .add("voiceMillis", voices)
          .add("sdp", sdpAfter)
          .publish();
      assertThat(sdpAfter).as("nothing was negotiated after the join").isEqualTo(sdpBefore);
      assertThat(sdpAfter.get("negotiations").asInt()).isZero();
      assertThat(seen).as("every publisher was seen").hasSize(PUBLISHERS);
      assertThat(pages).as("every slot of every page changed").hasSize(PUBLISHERS);
      assertThat(at(pages, 95)).as("p95 of a page").isLessThan(400);
      assertThat(pins).hasSize(1);
      assertThat(voices).as("a voice that was not heard before").hasSize(1);
      assertThat(withPin).contains(name(PUBLISHERS - 1));
      assertThat(withSpeaker).contains(name(PUBLISHERS - 1), name(speaker));
      assertThat(heard).contains(name(speaker)).hasSize(AUDIO_SLOTS);
    }
  }

  private static Page open(Chromium browser) throws IOException {
    Page page = browser.open(server.uri("/?room=none&audio=0&video=0"));
    page.evaluate(script());
    return page;
  }

  private static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Page.class.getResourceAsStream("slots.js"), "slots.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> shown(Page viewer, String kind) {
    List<String> names = new ArrayList<>();
    viewer
        .evaluate("__slots.shown('" + kind + "')")
        .values()
        .forEach(each -> names.add(each.stringValue()));
    return names;
  }

  private static List<Double> millis(Page viewer, String expression) {
    List<Double> millis = new ArrayList<>();
    viewer.evaluate(expression).values().forEach(each -> millis.add(each.doubleValue()));
    return millis;
  }

  private static String name(int publisher) {
    return "p%02d".formatted(publisher);
  }

  private static double at(List<Double> sorted, int percent) {
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
  }
}
