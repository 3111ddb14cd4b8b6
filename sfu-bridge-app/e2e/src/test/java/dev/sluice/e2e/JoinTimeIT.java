package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * From the click on join to the first picture of someone else. The figures are printed and not
 * judged, because they are the machine's as much as the server's; that each join succeeds is.
 */
class JoinTimeIT {
  private static final int WARM_UP_JOINS = 3;
  private static final int JOINS = 20;

  @Test
  void showsTheFirstPictureSoonAfterTheClick() {
    List<Double> millis = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start("join-time");
        Chromium chromium = Chromium.launch("join-time");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "joins", "Ada")) {
      for (int i = 0; i < WARM_UP_JOINS + JOINS; i++) {
        try (CallPage bob = CallPage.prepare(chromium, server.uri("/"), "joins", "Bob" + i)) {
          double firstFrame = bob.joinAndAwaitFirstFrameMillis();
          if (i >= WARM_UP_JOINS) {
            millis.add(firstFrame);
          }
        }
      }
      assertThat(ada.state()).isEqualTo("connected");
    }
    Collections.sort(millis);
    new Figures("JoinTimeIT")
        .add("joins", millis.size())
        .add("p50Millis", millis.get(JOINS / 2 - 1))
        .add("p95Millis", millis.get(JOINS * 95 / 100 - 1))
        .add("maxMillis", millis.getLast())
        .add("targetP50Millis", 500)
        .publish();
    assertThat(millis).hasSize(JOINS);
  }
}
