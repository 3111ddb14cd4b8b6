package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What senders announce, and what they had better not. */
@Tag("R6")
class VideoLayersAllocationTest {
  private final VideoLayersAllocation allocation = new VideoLayersAllocation();

  @Test
  void readsWhatChromiumSendsOnItsOnlyActiveLayer() {
    // Recorded: one stream, three temporal layers of 60, 90 and 150 kbit/s, 320x180 at 20.
    assertThat(read("01803c5a9601013f00b314")).isTrue();
    assertThat(allocation.streamIndex()).isZero();
    assertThat(allocation.active(0)).isTrue();
    assertThat(allocation.active(1)).isFalse();
    assertThat(allocation.targetBps(0)).isEqualTo(150_000);
    assertThat(allocation.width(0)).isEqualTo(320);
    assertThat(allocation.height(0)).isEqualTo(180);
    assertThat(allocation.framesPerSecond(0)).isEqualTo(20);
    assertThat(allocation.width(1)).isZero();
  }

  @Test
  void readsTheEntriesOfItsOwnStreamAmongOthers() {
    // Stream 1 of two; masks differ: one layer there, two here; sizes of all three.
    assertThat(
            read(
                "50"
                    + "13"
                    + "00"
                    + "0a"
                    + "14"
                    + "1e"
                    + "009f00590f"
                    + "013f00b31e"
                    + "027f01671e"))
        .isTrue();
    assertThat(allocation.streamIndex()).isEqualTo(1);
    assertThat(allocation.targetBps(0)).isEqualTo(20_000);
    assertThat(allocation.targetBps(1)).isEqualTo(30_000);
    assertThat(allocation.width(0)).isEqualTo(320);
    assertThat(allocation.width(1)).isEqualTo(640);
    assertThat(allocation.height(1)).isEqualTo(360);
  }

  @Test
  void readsThatNothingIsSent() {
    assertThat(read("01803c5a9601013f00b314")).isTrue();
    assertThat(read("00")).isTrue();
    assertThat(allocation.active(0)).isFalse();
    assertThat(allocation.width(0)).isZero();
  }

  @Test
  void doesWithoutSizes() {
    assertThat(read("01003c")).isTrue();
    assertThat(allocation.targetBps(0)).isEqualTo(60_000);
    assertThat(allocation.width(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "0180", "01803c", "41003c", "0000", "0100ffffffff7f"})
  void refusesWhatContradictsItself(String element) {
    assertThat(read(element)).isFalse();
    assertThat(allocation.active(0)).isFalse();
  }

  @Test
  void survivesNoise() {
    SplittableRandom random = new SplittableRandom(20_261_121);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      allocation.read(noise, 0, noise.length);
      for (int layer = 0; layer < 8; layer++) {
        assertThat(allocation.width(layer)).as("seed 20261121, %d", i).isBetween(0, 65_536);
      }
    }
  }

  private boolean read(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return allocation.read(bytes, 0, bytes.length);
  }
}
