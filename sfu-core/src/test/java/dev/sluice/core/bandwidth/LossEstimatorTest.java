package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class LossEstimatorTest {
  private static final long SEED = 2;
  private static final int SIZE_BYTES = 1_000;
  private static final long FEEDBACK_NANOS = 50_000_000;

  private final LossEstimator loss = new LossEstimator();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private long nowNanos = 1;

  @Test
  void isNotLimitedByLossThatDoesNotDependOnTheRate() {
    run(10, 1_000_000, 1_000_000, 0.02);
    assertThat(loss.limited()).as("seed %s", SEED).isFalse();
    assertThat(loss.averageLoss()).isBetween(0.005, 0.05);
  }

  @Test
  void findsTheCapacityThatLossesReveal() {
    // A policer lets 1 Mbps through, and delay shows nothing.
    run(2, 900_000, 900_000, 0);
    double rate = 2_000_000;
    for (int i = 0; i < 200; i++) {
      run(0.25, rate, 2_000_000, Math.max(0, 1 - 1_000_000 / rate));
      rate = loss.limited() ? Math.min(loss.limitBps(), 2_000_000) : 2_000_000;
    }
    assertThat(rate).as("seed %s", SEED).isBetween(700_000.0, 1_250_000.0);
  }

  @Test
  void isFreeAgainWhenTheLossIsOver() {
    run(5, 2_000_000, 2_000_000, 0.4);
    assertThat(loss.limited()).as("seed %s", SEED).isTrue();
    double limit = loss.limitBps();
    assertThat(limit).isLessThan(1_000_000);
    for (int i = 0; i < 100 && loss.limited(); i++) {
      run(0.25, loss.limitBps(), 2_000_000, 0);
    }
    assertThat(loss.limited()).as("seed %s", SEED).isFalse();
  }

  @Test
  void takesBackWhatOnlyCameLate() {
    for (int i = 0; i < 10; i++) {
      loss.handlePacket(nowNanos + i, SIZE_BYTES, true);
    }
    for (int i = 0; i < 10; i++) {
      loss.handleLateArrival();
    }
    assertThat(loss.averageLoss()).isZero();
  }

  private void run(double seconds, double rateBps, double delayBasedBps, double lossShare) {
    long end = nowNanos + (long) (seconds * 1e9);
    long interval = (long) (SIZE_BYTES * 8e9 / rateBps);
    long feedback = nowNanos + FEEDBACK_NANOS;
    while (nowNanos < end) {
      loss.handlePacket(nowNanos, SIZE_BYTES, random.nextDouble() < lossShare);
      nowNanos += interval;
      if (nowNanos >= feedback) {
        loss.handleFeedbackEnd(delayBasedBps, (long) (rateBps * (1 - lossShare)), nowNanos);
        feedback += FEEDBACK_NANOS;
      }
    }
  }
}
