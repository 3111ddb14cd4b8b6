package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** At which pace packets leave over a path that is known to be full. */
@Tag("B3")
class CongestionPaceTest {
  private static final double CAPACITY_BPS = 1_000_000;

  private final CongestionController controller = new CongestionController();
  private final PathSimulation path = new PathSimulation(controller.estimator());

  /** Half of what the path carries, and then twice as much. */
  private void fillThePath() {
    path.run(3, CAPACITY_BPS / 2, CAPACITY_BPS);
    assertThat(controller.congested(path.nowNanos)).isFalse();
    path.run(2, 2 * CAPACITY_BPS, CAPACITY_BPS);
    assertThat(controller.congested(path.nowNanos)).isTrue();
  }

  /** How long a lump of so much of a second of a rate takes to leave. */
  private double secondsToLeave(double bitrateBps, double seconds) {
    controller.handleTime(path.nowNanos);
    int bytes = (int) (bitrateBps * seconds / 8);
    for (int left = bytes; left > 0; left -= PathSimulation.SIZE_BYTES) {
      controller.pacer().enqueue(TrafficKind.VIDEO, left, PathSimulation.SIZE_BYTES, path.nowNanos);
    }
    return controller.pacer().drainNanos() / 1e9;
  }

  @Test
  void whatIsAllocatedLeavesFasterThanItsMeanRateEvenBeyondTheEstimate() {
    fillThePath();
    long allocated = 2 * path.estimateBps();
    controller.setDemand(allocated, allocated, allocated);
    assertThat(secondsToLeave((double) allocated, 0.3)).isBetween(0.15, 0.21);
  }

  @Test
  void whatFitsTheEstimateLeavesHardlyFasterThanThePathCarries() {
    fillThePath();
    long estimate = path.estimateBps();
    controller.setDemand(estimate / 2, estimate, estimate);
    assertThat(secondsToLeave((double) estimate, 0.3)).isBetween(0.26, 0.29);
  }
}
