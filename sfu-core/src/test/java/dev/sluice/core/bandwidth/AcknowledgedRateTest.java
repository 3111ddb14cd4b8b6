package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** How much arrives, however many packets that is. */
class AcknowledgedRateTest {
  private static final int BYTES = 1_200;

  private final AcknowledgedRate rate = new AcknowledgedRate();
  private long nowNanos;

  private void arrive(int packetsPerSecond, double seconds) {
    for (int i = 0; i < packetsPerSecond * seconds; i++) {
      nowNanos += 1_000_000_000L / packetsPerSecond;
      rate.handleArrival(nowNanos, nowNanos + 20_000_000, BYTES);
    }
  }

  private void assertRate(int packetsPerSecond) {
    assertThat(rate.bitrateBps())
        .isCloseTo(8L * BYTES * packetsPerSecond, Percentage.withPercentage(3));
  }

  @Test
  void isUnknownBeforeEnoughHasArrived() {
    arrive(100, 0.05);

    assertThat(rate.bitrateBps()).isEqualTo(AcknowledgedRate.UNKNOWN);
  }

  @Test
  void isThatOfTheLastHalfSecondWhenTheRateRisesAndFalls() {
    // More and more have to be remembered: from some place in the middle of its memory on, and at
    // last more than there is a place for.
    for (int packetsPerSecond : new int[] {100, 250, 1_500, 4_000, 50}) {
      arrive(packetsPerSecond, 1.5);

      assertRate(packetsPerSecond);
    }
  }
}
