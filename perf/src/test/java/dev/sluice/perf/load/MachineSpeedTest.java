package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("O7")
class MachineSpeedTest {
  private long clockNanos;
  private long workNanos;
  private final MachineSpeed speed =
      new MachineSpeed(() -> clockNanos += workNanos, () -> clockNanos);

  @Test
  void saysHowMuchLongerTheSameWorkTakesThanAtBest() {
    sample(400);
    sample(800);
    sample(800);
    double meanNanos = speed.takeMeanNanos();

    assertThat(meanNanos).isBetween(666.0, 667.0);
    assertThat(speed.fastestNanos()).isEqualTo(400);
  }

  @Test
  void forgetsWhatItHasSaidButForTheBest() {
    sample(400);
    assertThat(speed.takeMeanNanos()).isEqualTo(400);
    sample(800);

    assertThat(speed.takeMeanNanos()).isEqualTo(800);
    assertThat(speed.takeMeanNanos()).as("nothing since").isZero();
    assertThat(speed.fastestNanos()).isEqualTo(400);
  }

  @Test
  void takesNoInterruptForSlowness() {
    MachineSpeed interrupted =
        new MachineSpeed(
            () -> clockNanos += clockNanos == 400 * 5 ? 90_000 : 400, () -> clockNanos);
    interrupted.sample();

    assertThat(clockNanos).as("one attempt was interrupted").isGreaterThan(90_000);
    assertThat(interrupted.takeMeanNanos()).isEqualTo(400);
  }

  private void sample(long nanos) {
    workNanos = nanos;
    speed.sample();
  }
}
