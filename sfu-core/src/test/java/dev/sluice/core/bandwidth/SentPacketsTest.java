package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentPacketsTest {
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
