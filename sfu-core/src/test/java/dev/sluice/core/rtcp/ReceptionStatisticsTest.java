package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.rtp.SequenceUnwrapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R7")
class ReceptionStatisticsTest {

  private static final int RATE_HZ = 48_000;
  private static final long MILLI = 1_000_000;

  private final ReceptionStatistics statistics = new ReceptionStatistics();
  private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
  private final byte[] block = new byte[ReportBlock.LENGTH];

  @Test
  void countsCyclesFromTheFirstPacketOnTheWire() {
    record(65_534);
    record(65_535);
    assertThat(statistics.extendedHighestSequence()).isEqualTo(65_535);
    record(0);
    assertThat(statistics.extendedHighestSequence()).isEqualTo(0x1_0000);
    record(65_533);
    report();
    assertThat(ReportBlock.extendedHighestSequence(block, 0)).isEqualTo(0x1_0000);
    assertThat(ReportBlock.cumulativeLost(block, 0)).isZero();
  }

  @Test
  void reportsTheShareLostSinceTheLastReport() {
    for (int sequence = 0; sequence < 100; sequence++) {
      if (sequence % 4 != 1) {
        record(sequence);
      }
    }
    report();
    assertThat(ReportBlock.fractionLost256(block, 0)).isEqualTo(64);
    assertThat(ReportBlock.cumulativeLost(block, 0)).isEqualTo(25);
    record(100);
    report();
    assertThat(ReportBlock.fractionLost256(block, 0)).isZero();
    assertThat(ReportBlock.cumulativeLost(block, 0)).isEqualTo(25);
    report();
    assertThat(ReportBlock.fractionLost256(block, 0)).as("nothing expected").isZero();
  }

  @Test
  void takesAPacketThatCameLateAfterAllOffTheLoss() {
    record(1);
    record(3);
    report();
    assertThat(ReportBlock.cumulativeLost(block, 0)).isEqualTo(1);
    record(2);
    report();
    assertThat(ReportBlock.cumulativeLost(block, 0)).isZero();
    assertThat(ReportBlock.fractionLost256(block, 0)).isZero();
  }

  @Test
  void goesBelowZeroWithDuplicates() {
    record(1);
    record(1);
    record(1);
    report();
    assertThat(ReportBlock.cumulativeLost(block, 0)).isEqualTo(-2);
    assertThat(ReportBlock.fractionLost256(block, 0)).isZero();
  }

  @Test
  void saturatesWhatTheWireCannotHold() {
    statistics.record(0, 0, 0, RATE_HZ);
    statistics.record(20_000_000, 0, 0, RATE_HZ);
    report();
    assertThat(ReportBlock.cumulativeLost(block, 0)).isEqualTo(0x7F_FFFF);
    assertThat(ReportBlock.fractionLost256(block, 0)).isEqualTo(255);
  }

  @Test
  void estimatesJitterAsTheWorkedExampleSays() {
    long start = 0xFFFF_FF00L;
    statistics.record(1, start, 0, RATE_HZ);
    statistics.record(2, start + 960, 20 * MILLI, RATE_HZ);
    assertThat(statistics.jitterTicks()).isZero();
    statistics.record(3, start + 1_920, 45 * MILLI, RATE_HZ);
    assertThat(statistics.jitterTicks()).isEqualTo(15);
    statistics.record(4, start + 2_880, 60 * MILLI, RATE_HZ);
    assertThat(statistics.jitterTicks()).isEqualTo(29);
    statistics.record(5, start + 3_840, 80 * MILLI, RATE_HZ);
    assertThat(statistics.jitterTicks()).isEqualTo(27);
    report();
    assertThat(ReportBlock.jitterTicks(block, 0)).isEqualTo(27);
  }

  @Test
  void seesNoJitterInASteadyStreamOfDays() {
    long nanos = -5_000;
    for (int i = 0; i < 2_000; i++) {
      long seconds = i * 300L;
      statistics.record(i + 1, seconds * RATE_HZ, nanos + seconds * 1_000 * MILLI, RATE_HZ);
    }
    assertThat(statistics.jitterTicks()).isZero();
  }

  private void record(int sequence16) {
    statistics.record(unwrapper.unwrap(sequence16), 0, 0, RATE_HZ);
  }

  private void report() {
    statistics.writeReportBlock(block, 0, 1, 0, 0);
  }
}
