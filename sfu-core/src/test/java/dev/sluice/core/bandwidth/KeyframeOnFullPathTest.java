package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.link.CapacityTrace;
import dev.sluice.core.testkit.link.MediaFlow;
import dev.sluice.core.testkit.link.Rfc8867Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A keyframe that a full path carries in half a second neither floods it nor passes for a jam. */
@Tag("B3")
class KeyframeOnFullPathTest {
  private static final long CAPACITY_BPS = 300_000;
  private static final int KEYFRAME_BYTES = 18_000;

  @Test
  void leavesAtThePaceOfThePath() {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(1_200_000).then(10, CAPACITY_BPS));
    MediaFlow flow = path.mediaWithMaximum(1_500_000).startAt(0);
    for (int second = 20; second < 60; second += 5) {
      flow.keyframeAt(second, KEYFRAME_BYTES);
    }
    path.run(60);
    assertThat(flow.record().lossShare(18, 60))
        .as("seed %s: loss", Rfc8867Path.SEED)
        .isLessThan(0.005);
    assertThat(flow.audioRecord().queueMillis(95, 18, 60))
        .as("seed %s: how long audio waits in the path", Rfc8867Path.SEED)
        .isLessThan(100);
    assertThat(flow.record().sentBps(18, 60) / CAPACITY_BPS)
        .as("seed %s: use", Rfc8867Path.SEED)
        .isBetween(0.8, 1.0);
  }
}
