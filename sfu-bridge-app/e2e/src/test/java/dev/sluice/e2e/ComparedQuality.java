package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.MediaQuality;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the server says of a participant's media beside what its browser says, second by second.
 * What swings is compared by its median; jitter, which forgets within a third of a second (RFC
 * 3550, section 6.4.1) and so differs between two looks of one side, by where that median lies in
 * what the other side has seen. What grows is compared with what the server said a report before
 * and says a report later: each side knows the other's counts only by reports, one a second.
 */
final class ComparedQuality {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final int LOOKS = 5;
  private static final double SHARE = 0.1;

  /** Below that, a tenth is less than what the clocks of a busy machine are good for. */
  private static final double LEAST_MILLIS = 5;

  private static final double LEAST_PICTURES = 2;

  private final List<MediaQuality> browser = new ArrayList<>();
  private final List<MediaQuality> server = new ArrayList<>();
  private final JsonNode last;

  /** Takes {@value #LOOKS} looks at each, which takes as many seconds. */
  ComparedQuality(ServerProcess from, String room, String name, CallPage page) {
    String path = participant(from, room, name) + "/quality";
    JsonNode said = JSON.readTree(from.get(path).body());
    server.add(MediaQuality.ofServer(said));
    for (int i = 0; i < LOOKS; i++) {
      Await.pass(LOOK_INTERVAL);
      browser.add(page.page().quality());
      said = JSON.readTree(from.get(path).body());
      server.add(MediaQuality.ofServer(said));
    }
    Await.pass(LOOK_INTERVAL.plusMillis(200));
    said = JSON.readTree(from.get(path).body());
    server.add(MediaQuality.ofServer(said));
    last = said;
  }

  /** Where REST has a participant. */
  static String participant(ServerProcess server, String room, String name) {
    String participants = "/api/v1/rooms/" + room + "/participants";
    for (JsonNode each : JSON.readTree(server.get(participants).body())) {
      if (each.get("name").stringValue().equals(name)) {
        return participants + "/" + each.get("id").stringValue();
      }
    }
    throw new AssertionError("no " + name + " in " + room);
  }

  void publish(String test) {
    new Figures(test).add("browser", browser).add("server", server).publish();
  }

  void assertAgrees() {
    assertThat(last.at("/candidatePair/protocol").stringValue()).isEqualTo("udp");
    assertThat(last.at("/candidatePair/remoteNetwork").stringValue()).isEqualTo("127.0.0.0/24");
    double shortest = browser.getLast().roundTripMillis();
    assertThat(server.stream().mapToDouble(MediaQuality::roundTripMillis).min().orElseThrow())
        .as("round trip: the server's shortest, and within a tenth the browser's")
        .isCloseTo(shortest, within(Math.max(LEAST_MILLIS, SHARE * shortest)));
    assertInRange("jitter down", MediaQuality::jitterDownMillis);
    assertInRange("jitter up", MediaQuality::jitterUpMillis);
    assertMedian("pictures a second", MediaQuality::framesPerSecond, LEAST_PICTURES);
    assertMedian("width", MediaQuality::width, 0);
    assertGrowing("lost down", MediaQuality::lostDown);
    assertGrowing("lost up", MediaQuality::lostUp);
  }

  private void assertMedian(String what, ToDoubleFunction<MediaQuality> figure, double least) {
    double expected = MediaQuality.median(browser, figure);
    assertThat(MediaQuality.median(server, figure))
        .as("%s: the server's, and within a tenth the browser's", what)
        .isCloseTo(expected, within(Math.max(least, SHARE * expected)));
  }

  private void assertInRange(String what, ToDoubleFunction<MediaQuality> figure) {
    double least = browser.stream().mapToDouble(figure).min().orElseThrow();
    double most = browser.stream().mapToDouble(figure).max().orElseThrow();
    assertThat(MediaQuality.median(server, figure))
        .as("%s: the server's median, and a tenth around what the browser has seen", what)
        .isBetween(
            least - Math.max(LEAST_MILLIS, SHARE * least),
            most + Math.max(LEAST_MILLIS, SHARE * most));
  }

  private void assertGrowing(String what, ToDoubleFunction<MediaQuality> figure) {
    for (int i = 0; i < browser.size(); i++) {
      double before = figure.applyAsDouble(server.get(i));
      double after = figure.applyAsDouble(server.get(i + 2));
      assertThat(figure.applyAsDouble(browser.get(i)))
          .as("%s, look %d: the browser's, and the server's around it", what, i)
          .isBetween((1 - SHARE) * before - 1, (1 + SHARE) * after + 1);
    }
  }
}
