package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that follow each other make one stream. */
@Tag("R4")
class StreamSplicerTest {
  private static final long START = 0x1_0000L + 1000;
  private static final int RATE = 90_000;

  private final StreamSplicer splicer = new StreamSplicer(START, 90_000);

  /**
   * Sequence numbers in, the low 16 bits of those that go out. {@code |n} starts a source at n, the
   * initial number is 1000; {@code -} is a packet without a place.
   */
  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "'|5 6 7 8', '1000 1001 1002 1003'",
    "'|5 7 8', '1000 1002 1003'",
    "'|5 7 6 8', '1000 1002 1001 1003'",
    "'|5 4 6', '1000 - 1001'",
    "'|5 6 |100 101', '1000 1001 1002 1003'",
    "'|5 6 |3 4 5', '1000 1001 1002 1003 1004'",
    "'|5 8 |100 101', '1000 1003 1004 1005'",
    "'|5 8 7 |100 101', '1000 1003 1002 1004 1005'",
    "'|5 |9 |2 |70000', '1000 1001 1002 1003'",
    "'|5 6 |100 99 98', '1000 1001 1002 - -'",
    "'|65535 65536 65537', '1000 1001 1002'",
    "'|5 64540 64541 64542', '1000 65535 0 1'",
    "'|5 64541 |7 8', '1000 0 1 2'",
    "'|5 64540 |7 8', '1000 65535 0 1'",
    "'|5 6 |5 6 |5 6', '1000 1001 1002 1003 1004 1005'",
    "'|131071 131072 131070', '1000 1001 -'",
    "'|5 6 7 |7 8 6', '1000 1001 1002 1003 1004 -'",
  })
  void movesSequenceNumbers(String in, String expected) {
    List<String> out = new ArrayList<>();
    for (String token : in.split(" ", -1)) {
      long number = Long.parseLong(token.replace("|", ""));
      if (token.startsWith("|")) {
        splicer.startSource(number, 3000 * number, RATE, 0);
      }
      long sent = splicer.sequence(number);
      out.add(sent == StreamSplicer.NONE ? "-" : Long.toString(sent & 0xFFFF));
      if (sent != StreamSplicer.NONE) {
        splicer.handleSent(sent, splicer.timestamp(3000 * number), 0);
      }
    }
    assertThat(String.join(" ", out)).isEqualTo(expected);
  }

  /**
   * The same with packets that are left out: {@code x} before a number. {@code .} closes a gap,
   * {@code e} before a number says that it must be filled because it is reserved.
   */
  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "'|5 6 x7 8 9', '1000 1001 . 1002 1003'",
    "'|5 x6 x7 x8 9', '1000 . . . 1001'",
    "'|5 x7 8 6 9', '1000 . 1002 1001 1003'",
    "'|5 8 x7 x6 9', '1000 1003 e1002 e1001 1004'",
    "'|5 8 x9 7 6 10', '1000 1003 . 1002 1001 1004'",
    "'|5 x8 x6 9 7 10', '1000 . e1001 1003 1002 1004'",
    "'|5 x6 x6 7', '1000 . . 1001'",
    "'|5 x4 6', '1000 . 1001'",
    "'|5 x6 7 6', '1000 . 1001 -'",
    "'|5 x6 |100 101', '1000 . 1001 1002'",
    "'|5 6 x7 x8 |5 6', '1000 1001 . . 1002 1003'",
    "'|60 x61 x62 x63 x64 x65 x66 67 59 68', '1000 . . . . . . 1001 - 1002'",
    "'|60 62 x63 x127 x128 129 61 64 130', '1000 1002 . . . 1066 1001 1003 1067'",
    "'|5 x6 x1030 1031 7', '1000 . . 2024 -'",
    "'|5 6 1030 6 7', '1000 1001 2025 - 1002'",
  })
  void closesGapsOfWhatIsLeftOut(String in, String expected) {
    List<String> out = new ArrayList<>();
    for (String token : in.split(" ", -1)) {
      long number = Long.parseLong(token.replaceAll("[|x]", ""));
      if (token.startsWith("|")) {
        splicer.startSource(number, 3000 * number, RATE, 0);
      }
      if (token.startsWith("x")) {
        out.add(splicer.leaveOut(number) ? "." : "e" + (splicer.sequence(number) & 0xFFFF));
        continue;
      }
      long sent = splicer.sequence(number);
      out.add(sent == StreamSplicer.NONE ? "-" : Long.toString(sent & 0xFFFF));
      if (sent != StreamSplicer.NONE) {
        splicer.handleSent(sent, splicer.timestamp(3000 * number), 0);
      }
    }
    assertThat(String.join(" ", out)).isEqualTo(expected);
  }

  /** Timestamp and arrival of the last packet before the seam, and of the first behind it. */
  @ParameterizedTest(name = "{0} ms later, {1} ticks on the source's clock: {2} ticks on")
  @CsvSource({
    "40, 700000, 3600",
    "0, 700000, 1",
    "1000, 0, 90000",
    "33, 4294967295, 2970",
    "-5, 12345, 1",
    "3600000, 77, 324000000",
    "36000000, 77, 1073741824",
  })
  void timestampsGoOnByTheTimeThatPassed(long elapsedMillis, long sourceTicks, long expected) {
    long arrival = 10_000_000_000L;
    splicer.startSource(1, 5_000_000, RATE, arrival);
    splicer.handleSent(splicer.sequence(1), splicer.timestamp(5_000_000), arrival);
    long before = splicer.highestTimestamp();
    splicer.startSource(9, sourceTicks, RATE, arrival + elapsedMillis * 1_000_000);
    assertThat(splicer.timestamp(sourceTicks) - before).isEqualTo(expected);
    assertThat(splicer.timestamp(sourceTicks + 3600) - splicer.timestamp(sourceTicks))
        .isEqualTo(3600);
  }

  @Test
  void theFirstSourceStartsAtTheInitialNumbers() {
    splicer.startSource(77, 123_456_789, RATE, 5);
    assertThat(splicer.sequence(77)).isEqualTo(START);
    assertThat(splicer.timestamp(123_456_789)).isEqualTo(90_000);
  }

  @Test
  void nothingHasAPlaceBeforeTheFirstSource() {
    assertThat(splicer.sequence(5)).isEqualTo(StreamSplicer.NONE);
  }

  @Test
  void aLatePacketDoesNotTurnTheNewestTimestampBack() {
    splicer.startSource(1, 1000, RATE, 0);
    splicer.handleSent(splicer.sequence(3), splicer.timestamp(7000), 50);
    splicer.handleSent(splicer.sequence(2), splicer.timestamp(4000), 60);
    assertThat(splicer.highestTimestamp()).isEqualTo(splicer.timestamp(7000));
    assertThat(splicer.highestArrivalNanos()).isEqualTo(50);
  }

  @Test
  void aGapIsKeptUpToItsBoundAndLeapsBeyond() {
    splicer.startSource(1, 0, RATE, 0);
    splicer.handleSent(splicer.sequence(1), 0, 0);
    assertThat(splicer.leaps(1 + StreamSplicer.MAX_GAP)).isFalse();
    assertThat(splicer.leaps(2 + StreamSplicer.MAX_GAP)).isTrue();
    assertThat(splicer.leaps(-5)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverGivesANumberTwiceNorTurnsBackAtASeam(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Set<Long> given = new HashSet<>();
    long now = 0;
    for (int source = 0; source < 200; source++) {
      long sequence = 65_536L + random.nextInt(100_000);
      long timestamp = random.nextLong(1L << 33);
      now += random.nextLong(100_000_000);
      long highest = splicer.highestSequence();
      long newest = splicer.highestTimestamp();
      splicer.startSource(sequence, timestamp, RATE, now);
      assertThat(splicer.sequence(sequence)).as("seed " + seed).isEqualTo(highest + 1);
      assertThat(splicer.timestamp(timestamp)).as("seed " + seed).isGreaterThanOrEqualTo(newest);
      Set<Long> seen = new HashSet<>();
      for (int i = 0; i < 50; i++) {
        long next = sequence + random.nextInt(-3, 40);
        long sent = splicer.sequence(next);
        if (sent != StreamSplicer.NONE && seen.add(next)) {
          assertThat(given.add(sent)).as("seed " + seed).isTrue();
          splicer.handleSent(sent, splicer.timestamp(timestamp + i), now);
        }
      }
    }
  }
}
