package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UnwrapperTest {

  @Test
  void startsOneCycleUpSoThatNothingIsEverNegative() {
    SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    assertThat(unwrapper.last()).isEqualTo(-1);
    assertThat(unwrapper.peek(7)).isEqualTo(-1);
    assertThat(unwrapper.unwrap(0)).isEqualTo(65_536);
    assertThat(unwrapper.unwrap(65_535)).isEqualTo(65_535);
    assertThat(unwrapper.last()).isEqualTo(65_536);
  }

  @Test
  void keepsReorderedNumbersOnTheirSideOfTheWrap() {
    SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    long[] expected = {131_070, 131_072, 131_071, 131_073, 131_069, 131_074};
    int[] wire = {65_534, 0, 65_535, 1, 65_533, 2};
    for (int i = 0; i < wire.length; i++) {
      assertThat(unwrapper.unwrap(wire[i])).isEqualTo(expected[i]);
    }
    assertThat(unwrapper.last()).isEqualTo(131_074);
  }

  @Test
  void takesTheShorterWayRound() {
    SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    assertThat(unwrapper.unwrap(100)).isEqualTo(65_636);
    assertThat(unwrapper.peek(100 + 32_767)).isEqualTo(65_636 + 32_767);
    assertThat(unwrapper.peek(100 + 32_768)).isEqualTo(65_636 - 32_768);
    assertThat(unwrapper.last()).isEqualTo(65_636);
  }

  @Test
  void followsALongStreamWithLossAndReordering() {
    long seed = 20_261_120;
    Random random = new Random(seed);
    SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    long origin = 65_536 + 40_000;
    long truth = origin;
    unwrapper.unwrap((int) truth);
    for (int i = 0; i < 200_000; i++) {
      truth += random.nextInt(1, 40);
      long reordered = Math.max(origin, truth - random.nextInt(0, 100));
      assertThat(unwrapper.unwrap((int) truth & 0xFFFF)).as("seed %d", seed).isEqualTo(truth);
      assertThat(unwrapper.unwrap((int) reordered & 0xFFFF))
          .as("seed %d", seed)
          .isEqualTo(reordered);
    }
  }

  @Test
  void staysPositiveWhateverComes() {
    long seed = 4;
    Random random = new Random(seed);
    SequenceUnwrapper sequences = new SequenceUnwrapper();
    TimestampUnwrapper timestamps = new TimestampUnwrapper();
    for (int i = 0; i < 100_000; i++) {
      int wire = random.nextInt();
      long sequence = sequences.unwrap(wire);
      long timestamp = timestamps.unwrap(wire);
      assertThat(sequence >= 0 && timestamp >= 0).as("seed %d step %d", seed, i).isTrue();
      assertThat(sequence & 0xFFFF).isEqualTo(wire & 0xFFFF);
      assertThat(timestamp & 0xFFFF_FFFFL).isEqualTo(wire & 0xFFFF_FFFFL);
    }
  }

  @Test
  void unwrapsTimestampsAroundTheirWrap() {
    TimestampUnwrapper unwrapper = new TimestampUnwrapper();
    long cycle = 1L << 32;
    assertThat(unwrapper.last()).isEqualTo(-1);
    assertThat(unwrapper.unwrap(0xFFFF_F000L)).isEqualTo(cycle + 0xFFFF_F000L);
    assertThat(unwrapper.unwrap(0x100)).isEqualTo(2 * cycle + 0x100);
    assertThat(unwrapper.unwrap(0xFFFF_FF00L)).isEqualTo(cycle + 0xFFFF_FF00L);
    assertThat(unwrapper.last()).isEqualTo(2 * cycle + 0x100);
    unwrapper.reset();
    assertThat(unwrapper.unwrap(5)).isEqualTo(cycle + 5);
  }
}
