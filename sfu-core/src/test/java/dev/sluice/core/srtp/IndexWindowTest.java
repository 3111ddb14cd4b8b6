package dev.sluice.core.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.srtp.IndexWindow.Verdict;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S2")
class IndexWindowTest {

  /** RFC 3711 Appendix A, with both sides of each of its comparisons. */
  @ParameterizedTest(name = "after {0}, sequence {1} is {2}")
  @CsvSource({
    "0x00000, 0x0001, 0x00001",
    "0x0FFFF, 0x0000, 0x10000",
    "0x1FFFE, 0x0003, 0x20003",
    "0x20003, 0xFFFF, 0x1FFFF",
    "0x10005, 0x8005, 0x18005", // exactly 2^15 ahead: still this period
    "0x10005, 0x8006, 0x08006", // one more: the period before
    "0x18005, 0x0005, 0x10005", // exactly 2^15 behind: still this period
    "0x18006, 0x0005, 0x20005", // one more: the next period
    "0x17FFF, 0xFFFF, 0x1FFFF",
    "0x18000, 0x0000, 0x10000"
  })
  void estimatesTheNearestRolloverPeriod(String highest, String sequence, String index) {
    IndexWindow window = new IndexWindow();
    window.mark(Long.decode(highest));
    assertThat(window.estimate(Integer.decode(sequence))).isEqualTo(Long.decode(index));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x7FFF, 0x8000, 0xFFFF})
  void takesTheFirstPacketToBeInPeriodZero(int sequence) {
    assertThat(new IndexWindow().estimate(sequence)).isEqualTo(sequence);
  }

  @Test
  void refusesWhatWouldBeBeforePeriodZero() {
    IndexWindow window = new IndexWindow();
    window.mark(5);
    long index = window.estimate(0xFFFE);
    assertThat(index).isNegative();
    assertThat(window.check(index)).isEqualTo(Verdict.TOO_OLD);
  }

  @Test
  void knowsAnIndexAsFarBackAsItsSize() {
    IndexWindow window = new IndexWindow();
    window.mark(5000);
    assertThat(window.check(5000)).isEqualTo(Verdict.USED);
    assertThat(window.check(5001)).isEqualTo(Verdict.FRESH);
    assertThat(window.check(5000 - IndexWindow.SIZE + 1)).isEqualTo(Verdict.FRESH);
    assertThat(window.check(5000 - IndexWindow.SIZE)).isEqualTo(Verdict.TOO_OLD);
  }

  @Test
  void usesTheLastIndexOnceAndNoneBehindIt() {
    IndexWindow window = new IndexWindow();
    window.mark(IndexWindow.MAX_INDEX - 1);
    assertThat(window.check(IndexWindow.MAX_INDEX)).isEqualTo(Verdict.FRESH);
    window.mark(IndexWindow.MAX_INDEX);
    assertThat(window.check(IndexWindow.MAX_INDEX)).isEqualTo(Verdict.USED);

    long wrapped = window.estimate(0);
    assertThat(wrapped).isEqualTo(IndexWindow.MAX_INDEX + 1);
    assertThat(window.check(wrapped)).isEqualTo(Verdict.USED);
  }

  /** Jumps of every length class: within a word, over words, over the ring and far beyond. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithASetOfAllIndexes(long seed) {
    Random random = new Random(seed);
    IndexWindow window = new IndexWindow();
    Set<Long> used = new HashSet<>();
    long highest = -1;
    for (int step = 0; step < 20_000; step++) {
      int reach = 1 << random.nextInt(14);
      long index = highest + random.nextInt(-reach, reach + 1);
      Verdict expected =
          index < 0 || index <= highest - IndexWindow.SIZE
              ? Verdict.TOO_OLD
              : used.contains(index) ? Verdict.USED : Verdict.FRESH;
      assertThat(window.check(index))
          .as("seed %d, step %d, index %d, highest %d", seed, step, index, highest)
          .isEqualTo(expected);
      if (expected == Verdict.FRESH) {
        window.mark(index);
        used.add(index);
        highest = Math.max(highest, index);
      }
    }
  }
}
