package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class PathSignalsTest {
  /**
   * What one of three Chromium 156 told of half a minute of a call, all on a machine whose two
   * processors had other work as well: a line for each packet (when it left and when it arrived, in
   * microseconds of two clocks, and its bytes), and one for each feedback (when it came). A packet
   * in ten is read more than 40 ms late.
   */
  private static final String BUSY_RECEIVER = "chromium-156-busy-receiver.csv";

  private static final long MICROSECOND = 1_000;

  private final PathSignals path = new PathSignals(false);
  private long lastNanos;

  @Test
  void hardlyTakesABusyReceiverForAFullPath() throws IOException {
    assertThat(replay()).as("times that the path was taken to be full").isLessThanOrEqualTo(3);
  }

  @Test
  void seesThatThePathOfABusyReceiverIsFull() throws IOException {
    replay();
    long sentNanos = lastNanos;
    long arrivalNanos = lastNanos;
    // At half of the rate at which they leave.
    for (int i = 0; i < 60; i++) {
      sentNanos += 8_000_000;
      arrivalNanos += 16_000_000;
      path.handleArrival(sentNanos, arrivalNanos, 1_000, false);
    }
    path.handleFeedbackEnd(arrivalNanos);
    assertThat(path.verdict()).isEqualTo(EstimateState.OVERUSE);
  }

  /** How often it began to be overused. */
  private int replay() throws IOException {
    int onsets = 0;
    EstimateState before = EstimateState.NORMAL;
    for (String line : recorded()) {
      String[] fields = line.split(",", -1);
      long nanos = Long.parseLong(fields[0]) * MICROSECOND;
      if (fields.length == 1) {
        path.handleFeedbackEnd(nanos);
        EstimateState now = path.verdict();
        onsets += now == EstimateState.OVERUSE && before != EstimateState.OVERUSE ? 1 : 0;
        before = now;
      } else {
        long arrivalNanos = Long.parseLong(fields[1]) * MICROSECOND;
        path.handleArrival(nanos, arrivalNanos, Integer.parseInt(fields[2]), false);
        lastNanos = nanos;
      }
    }
    return onsets;
  }

  private static List<String> recorded() throws IOException {
    try (InputStream in = PathSignalsTest.class.getResourceAsStream(BUSY_RECEIVER)) {
      byte[] bytes = Objects.requireNonNull(in, BUSY_RECEIVER).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
  }
}
