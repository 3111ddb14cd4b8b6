package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.EstimateReason;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B8")
class DecisionLogTest {
  private final DecisionLog log = new DecisionLog();
  private final BandwidthEstimator estimator = new BandwidthEstimator();

  @Test
  void notesWhatChangedAndWhatWasKnown() {
    estimator.handleRemb(640_000, 1);
    log.handlePlan(AllocationPlan.NONE, plan(2, AllocationCause.AS_WANTED), estimator, 1);
    log.handlePlan(
        plan(2, AllocationCause.AS_WANTED), plan(1, AllocationCause.BANDWIDTH), estimator, 2);
    assertThat(log.decisions())
        .last()
        .isEqualTo(
            new Decision(
                2,
                9,
                720,
                360,
                450_000,
                AllocationCause.BANDWIDTH,
                EstimateReason.RECEIVER,
                640_000,
                0,
                0,
                500_000));
  }

  @Test
  void isSilentWhenNothingChanges() {
    AllocationPlan same = plan(1, AllocationCause.BANDWIDTH);
    log.handlePlan(same, plan(1, AllocationCause.WAITING), estimator, 1);
    assertThat(log.decisions()).isEmpty();
  }

  @Test
  void notesAnotherCauseOfAPause() {
    log.handlePlan(
        plan(SlotPlan.PAUSED, AllocationCause.NO_SOURCE),
        plan(SlotPlan.PAUSED, AllocationCause.BANDWIDTH),
        estimator,
        1);
    assertThat(log.decisions()).hasSize(1);
  }

  @Test
  void forgetsTheOldest() {
    for (int i = 0; i < 10 * DecisionLog.CAPACITY; i++) {
      log.handlePlan(
          plan(i % 2, AllocationCause.AS_WANTED),
          plan((i + 1) % 2, AllocationCause.AS_WANTED),
          estimator,
          i);
    }
    assertThat(log.decisions()).hasSize(DecisionLog.CAPACITY);
    assertThat(log.decisions().getFirst().atNanos()).isEqualTo(9L * DecisionLog.CAPACITY);
  }

  private static AllocationPlan plan(int layer, AllocationCause cause) {
    return new AllocationPlan(
        List.of(new SlotPlan(9, layer, 360 * layer, 450_000, cause, 0, 0, 0)),
        500_000,
        2_000_000,
        600_000);
  }
}
