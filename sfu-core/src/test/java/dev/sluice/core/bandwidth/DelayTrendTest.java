package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class DelayTrendTest {
  private static final long SEED = 1;
  private static final long GROUP_NANOS = 20_000_000;

  private final DelayTrend trend = new DelayTrend();
  private long arrivalNanos;

  @Test
  void takesAQuietLinkForNormal() {
    feed(200, 0);
    assertThat(trend.state()).isEqualTo(EstimateState.NORMAL);
  }

  @Test
  void takesJitterForNormal() {
    SplittableRandom random = new SplittableRandom(SEED);
    long previous = 0;
    int overuses = 0;
    for (int i = 0; i < 3_000; i++) {
      long jitter = random.nextLong(8_000_000);
      group(jitter - previous);
      previous = jitter;
      overuses += trend.state() == EstimateState.OVERUSE ? 1 : 0;
    }
    assertThat(overuses).as("of 3000 groups, seed %s", SEED).isLessThan(30);
  }

  @Test
  void noticesAGrowingQueueWithinASecond() {
    feed(100, 0);
    int groups = 0;
    while (trend.state() != EstimateState.OVERUSE && groups < 50) {
      // 10 % more than the link carries.
      group(GROUP_NANOS / 10);
      groups++;
    }
    assertThat(groups).isLessThan(50);
  }

  @Test
  void noticesADrainingQueue() {
    feed(100, 0);
    feed(40, GROUP_NANOS / 5);
    feed(30, -GROUP_NANOS / 5);
    assertThat(trend.state()).isEqualTo(EstimateState.UNDERUSE);
  }

  private void feed(int groups, long growthNanos) {
    for (int i = 0; i < groups; i++) {
      group(growthNanos);
    }
  }

  private void group(long growthNanos) {
    arrivalNanos += GROUP_NANOS + growthNanos;
    trend.handleGroup(GROUP_NANOS, GROUP_NANOS + growthNanos, arrivalNanos);
  }
}
