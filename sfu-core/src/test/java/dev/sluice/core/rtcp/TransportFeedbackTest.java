package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R7")
class TransportFeedbackTest {

  private static final long MILLI = 1_000_000;
  private static final long TICK = 250_000;

  private final TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
  private final TransportFeedbackReader reader = new TransportFeedbackReader();
  private final byte[] out = new byte[1500];

  @Test
  void writesARunOfSmallDeltas() {
    recorder.record(0xFFFE, 64 * MILLI);
    recorder.record(0xFFFF, 65 * MILLI);
    recorder.record(0, 66 * MILLI);
    assertThat(writeHex(1200))
        .isEqualTo(
            "8fcd0006"
                + "00000001"
                + "00000002"
                + "fffe0003"
                + "00000100"
                + "2003000404000000".substring(0, 16));
    assertThat(recorder.pending()).isFalse();
    assertThat(recorder.write(out, 0, 1200, 1, 2)).isZero();
  }

  @Test
  void writesTwoBitSymbolsForLossAndNegativeDeltas() {
    recorder.record(10, 100 * MILLI);
    recorder.record(12, 99 * MILLI);
    recorder.record(13, 199 * MILLI);
    // Reference 64 ms; deltas 144, -4 and 400 ticks; symbols 1 0 2 2 and three unused.
    assertThat(writeHex(1200))
        .isEqualTo(
            "8fcd0006"
                + "00000001"
                + "00000002"
                + "000a0004"
                + "00000100"
                + "d280"
                + "90"
                + "fffc"
                + "0190"
                + "00");
  }

  @Test
  void writesOneBitSymbolsForScatteredLoss() {
    for (int sequence = 0; sequence < 14; sequence++) {
      if (sequence % 3 != 1) {
        recorder.record(sequence, 0);
      }
    }
    // Received: 0 2 3 5 6 8 9 11 12; number 13 is lost and waits for an arrival behind it.
    assertThat(writeHex(1200))
        .isEqualTo(
            "8fcd0007"
                + "00000001"
                + "00000002"
                + "0000000d"
                + "00000000"
                + "adb6"
                + "000000000000000000"
                + "00");
  }

  @Test
  void countsItsFeedbackPacketsAndStartsWhereTheLastEnded() {
    recorder.record(1, 0);
    recorder.record(3, 0);
    write(1200);
    recorder.record(5, 0);
    write(1200);
    assertThat(TransportFeedbackReader.feedbackCount(out, 0)).isEqualTo(1);
    assertThat(TransportFeedbackReader.baseSequence(out, 0)).isEqualTo(4);
    assertThat(TransportFeedbackReader.statusCount(out, 0)).isEqualTo(2);
  }

  @Test
  void tellsAgainOfAPacketThatCameAfterItWasReportedLost() {
    recorder.record(1, 10 * MILLI);
    recorder.record(3, 12 * MILLI);
    assertThat(arrivals(1200)).containsOnlyKeys(1, 3);
    assertThat(recorder.record(2, 30 * MILLI)).isTrue();
    recorder.record(4, 31 * MILLI);
    assertThat(arrivals(1200))
        .containsExactlyInAnyOrderEntriesOf(Map.of(2, 30 * MILLI, 3, 12 * MILLI, 4, 31 * MILLI));
  }

  @Test
  void keepsTheFirstArrivalOfADuplicate() {
    assertThat(recorder.record(1, 10 * MILLI)).isTrue();
    assertThat(recorder.record(1, 90 * MILLI)).isFalse();
    assertThat(arrivals(1200)).containsExactlyEntriesOf(Map.of(1, 10 * MILLI));
    assertThat(recorder.record(1, 95 * MILLI)).isFalse();
    assertThat(recorder.pending()).isFalse();
  }

  @Test
  void splitsWhereADeltaOverflows() {
    recorder.record(1, 0);
    recorder.record(2, 8_191 * MILLI + 750_000);
    recorder.record(3, 2 * 8_191 * MILLI + 3 * 750_000);
    assertThat(arrivals(1200)).containsOnlyKeys(1, 2);
    assertThat(recorder.pending()).isTrue();
    assertThat(arrivals(1200)).containsOnlyKeys(3);
    assertThat(recorder.pending()).isFalse();
  }

  @Test
  void forgetsWhatFellOutOfTheWindow() {
    recorder.record(0, 0);
    recorder.record(1, 0);
    assertThat(recorder.record(30_000, MILLI)).isTrue();
    assertThat(recorder.record(30_000 - TransportFeedbackRecorder.WINDOW, MILLI)).isFalse();
    assertThat(recorder.record(30_001 - TransportFeedbackRecorder.WINDOW, MILLI)).isTrue();
    assertThat(arrivals(1200)).containsOnlyKeys(30_000, 30_001 - TransportFeedbackRecorder.WINDOW);
    assertThat(TransportFeedbackReader.statusCount(out, 0))
        .isEqualTo(TransportFeedbackRecorder.WINDOW);
  }

  @Test
  void unwrapsTheReferenceTimeFromOneFeedbackToTheNext() {
    long wrapNanos = (1L << 24) * 64 * MILLI;
    recorder.record(1, wrapNanos - 64 * MILLI);
    write(1200);
    assertThat(reader.reset(out, 0, 28)).isTrue();
    assertThat(reader.next()).isTrue();
    long before = reader.arrivalNanos();
    recorder.record(2, wrapNanos + 64 * MILLI);
    write(1200);
    assertThat(TransportFeedbackReader.referenceTime(out, 0)).isEqualTo(1);
    assertThat(reader.reset(out, 0, 28)).isTrue();
    assertThat(reader.next()).isTrue();
    assertThat(reader.arrivalNanos() - before).isEqualTo(128 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void tellsEveryArrivalUnderLossReorderingAndWrap(long seed) {
    Random random = new Random(seed);
    int lossPercent = random.nextInt(0, 60);
    int maxLength = random.nextInt(34, 300);
    Map<Long, Long> sent = new HashMap<>();
    Map<Long, Long> told = new HashMap<>();
    List<Long> delayed = new ArrayList<>();
    long highest = 65_536 + 64_000;
    long nowNanos = random.nextLong(-1L << 40, 1L << 40);
    for (int step = 0; step < 5_000; step++) {
      nowNanos +=
          random.nextInt(100) == 0 ? random.nextLong(9_000 * MILLI) : random.nextLong(MILLI);
      highest += random.nextInt(1_000) == 0 ? random.nextInt(1, 900) : 1;
      if (random.nextInt(100) < lossPercent) {
        if (random.nextInt(3) == 0) {
          delayed.add(highest);
        }
      } else {
        arrive(highest, nowNanos, sent);
      }
      if (!delayed.isEmpty() && random.nextInt(4) == 0) {
        arrive(delayed.removeLast(), nowNanos, sent);
      }
      if (random.nextInt(30) == 0) {
        drain(maxLength, highest, told);
      }
    }
    arrive(highest + 1, nowNanos, sent);
    drain(maxLength, highest + 1, told);
    // The reader's line has an origin of its own.
    long last = highest + 1;
    long origin = told.getOrDefault(last, 0L) - sent.getOrDefault(last, 0L);
    sent.replaceAll((sequence, nanos) -> nanos + origin);
    assertThat(sent).as("seed %d", seed).hasSizeGreaterThan(1_500);
    assertThat(told).as("seed %d", seed).isEqualTo(sent);
  }

  private void arrive(long sequence, long nanos, Map<Long, Long> sent) {
    if (recorder.record((int) sequence & 0xFFFF, nanos)) {
      sent.put(sequence, Math.floorDiv(nanos, TICK) * TICK);
    }
  }

  /** Writes all that is pending, in datagrams too small for it, and reads it back. */
  private void drain(int maxLength, long highest, Map<Long, Long> told) {
    while (recorder.pending()) {
      int length = recorder.write(out, 0, maxLength, 1, 2);
      assertThat(length).isBetween(24, maxLength);
      assertThat(reader.reset(out, 0, length)).isTrue();
      while (reader.next()) {
        long sequence = highest + (short) (reader.sequence() - highest);
        if (reader.received()) {
          told.put(sequence, reader.arrivalNanos());
        }
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    String head = "8fcd0006" + "00000001" + "00000002";
    assertThat(accepts(head + "00000003" + "00000000" + "2003" + "040404" + "000000")).isTrue();
    assertThat(accepts(head + "00000003" + "00000000" + "2003" + "0404")).as("deltas").isFalse();
    assertThat(accepts(head + "00000003" + "00000000" + "2002")).as("chunks").isFalse();
    assertThat(accepts(head + "00000003" + "00000000" + "6003" + "040404"))
        .as("run of 3")
        .isFalse();
    assertThat(accepts(head + "00000001" + "00000000" + "f000" + "04")).as("symbol 3").isFalse();
    assertThat(accepts(head + "00000001" + "00000000" + "2000" + "0000")).as("no run").isFalse();
    assertThat(accepts(head + "0000ffff" + "00000000" + "1fff".repeat(9))).as("count").isFalse();
    assertThat(accepts(head + "00000000" + "00000000")).as("nothing to tell").isTrue();
    assertThat(reader.next()).isFalse();
  }

  private boolean accepts(String packet) {
    byte[] bytes = HexFormat.of().parseHex(packet);
    return reader.reset(bytes, 0, bytes.length);
  }

  private int write(int maxLength) {
    return recorder.write(out, 0, maxLength, 1, 2);
  }

  private String writeHex(int maxLength) {
    return HexFormat.of().formatHex(out, 0, write(maxLength));
  }

  private Map<Integer, Long> arrivals(int maxLength) {
    int length = write(maxLength);
    TransportFeedbackReader fresh = new TransportFeedbackReader();
    assertThat(fresh.reset(out, 0, length)).isTrue();
    long origin = (1L << 24) * 64 * MILLI;
    Map<Integer, Long> arrivals = new HashMap<>();
    while (fresh.next()) {
      if (fresh.received()) {
        arrivals.put(fresh.sequence(), fresh.arrivalNanos() - origin);
      }
    }
    return arrivals;
  }
}
