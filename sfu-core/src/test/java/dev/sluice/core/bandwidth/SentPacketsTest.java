package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentPacketsTest {
  private static final long FIRST = 0x1_FF00;

  private final SentPackets packets = new SentPackets();

  @Test
  void findsAPacketAcrossTheWrapOfItsNumber() {
    for (long sequence = 0x1_FFFE; sequence <= 0x2_0001; sequence++) {
      packets.record(sequence, (int) (sequence & 0xFF), 0, sequence * 10);
    }
    int entry = packets.find(0xFFFF);
    assertThat(packets.sentNanos(entry)).isEqualTo(0x1_FFFFL * 10);
    assertThat(packets.sizeBytes(packets.find(1))).isEqualTo(1);
  }

  @Test
  void doesNotKnowWhatWasNeverSent() {
    assertThat(packets.find(5)).isEqualTo(SentPackets.UNKNOWN);
    packets.record(0x1_0005, 100, 0, 1);
    packets.record(0x1_0008, 100, 0, 2);
    assertThat(packets.find(4)).isEqualTo(SentPackets.UNKNOWN);
    assertThat(packets.find(6)).isEqualTo(SentPackets.UNKNOWN);
    assertThat(packets.find(9)).isEqualTo(SentPackets.UNKNOWN);
    assertThat(packets.find(8)).isNotEqualTo(SentPackets.UNKNOWN);
  }

  @Test
  void forgetsWhatTheRingHasNoRoomFor() {
    packets.record(0x1_0000, 100, 0, 1);
    packets.record(0x1_0000 + SentPackets.CAPACITY, 100, 0, 2);
    assertThat(packets.find(0)).isEqualTo(SentPackets.UNKNOWN);
    packets.record(0x1_0000 + 10L * SentPackets.CAPACITY, 100, 0, 3);
    assertThat(packets.find(SentPackets.CAPACITY)).isEqualTo(SentPackets.UNKNOWN);
  }

  @Test
  void growsUntilItKnowsTwoSecondsAndKeepsWhatItKnew() {
    long intervalNanos = SentPackets.KEPT_NANOS / 2_500;
    for (int i = 0; i < 10_000; i++) {
      packets.record(FIRST + i, i % 1_200, i % 7, i * intervalNanos);
      int known = Math.min(i, i < 5_000 ? SentPackets.INITIAL_CAPACITY - 1 : 2_500);
      int oldest = i - known;
      int entry = packets.find((int) FIRST + oldest & 0xFFFF);
      assertThat(entry).as("packet %d after %d", oldest, i).isNotEqualTo(SentPackets.UNKNOWN);
      assertThat(packets.sentNanos(entry)).isEqualTo(oldest * intervalNanos);
      assertThat(packets.sizeBytes(entry)).isEqualTo(oldest % 1_200);
      assertThat(packets.probeClusterId(entry)).isEqualTo(oldest % 7);
    }
    assertThat(packets.capacity()).isEqualTo(SentPackets.CAPACITY);
  }

  @Test
  void staysSmallAtALowRate() {
    long intervalNanos = SentPackets.KEPT_NANOS / 1_000;
    for (int i = 0; i < 10_000; i++) {
      packets.record(FIRST + i, 1_200, 0, i * intervalNanos);
    }
    assertThat(packets.capacity()).isEqualTo(SentPackets.INITIAL_CAPACITY);
    assertThat(packets.find((int) FIRST + 10_000 - SentPackets.INITIAL_CAPACITY & 0xFFFF))
        .isNotEqualTo(SentPackets.UNKNOWN);
    assertThat(packets.find((int) FIRST + 9_999 - SentPackets.INITIAL_CAPACITY & 0xFFFF))
        .isEqualTo(SentPackets.UNKNOWN);
  }

  @Test
  void doesNotGrowBeyondItsLimit() {
    for (int i = 0; i < 100_000; i++) {
      packets.record(FIRST + i, 1_200, 0, i);
    }
    assertThat(packets.capacity()).isEqualTo(SentPackets.CAPACITY);
  }

  @Test
  void takesEachVerdictOnce() {
    packets.record(0x1_0000, 65_000, 1023, 1);
    int entry = packets.find(0);
    assertThat(packets.markLost(entry)).isTrue();
    assertThat(packets.markLost(entry)).isFalse();
    assertThat(packets.isLost(entry)).isTrue();
    assertThat(packets.markReceived(entry)).isTrue();
    assertThat(packets.markReceived(entry)).isFalse();
    assertThat(packets.markLost(entry)).as("what has arrived is not lost").isFalse();
    assertThat(packets.sizeBytes(entry)).isEqualTo(65_000);
    assertThat(packets.probeClusterId(entry)).isEqualTo(1023);
  }
}
