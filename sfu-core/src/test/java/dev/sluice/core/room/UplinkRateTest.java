package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.room.UplinkRate.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of a publisher that sends so many bit/s against a cap of a million. */
@Tag("S7")
class UplinkRateTest {
  private static final long CAP_BPS = 1_000_000;
  private static final long LOOK_NANOS = 500_000_000;

  private final UplinkRate rate = new UplinkRate();
  private long nowNanos = -7_000_000_000L;

  @Test
  void whoKeepsToTheCapHearsNothing() {
    assertThat(send(600, 1_000_000)).isEmpty();
    assertThat(send(600, 1_040_000)).isEmpty();
    assertThat(rate.bitrateBps()).isEqualTo(1_040_000);
  }

  @Test
  void aKeyframeNowAndThenIsNotTooMuch() {
    for (int i = 0; i < 20; i++) {
      assertThat(send(1, 1_400_000)).isEmpty();
      assertThat(send(4, 900_000)).isEmpty();
    }
  }

  @Test
  void whoSendsTooMuchIsWarnedAtOnceAndDroppedAfterTheGrace() {
    assertThat(send(4, 3_000_000)).containsExactly(Verdict.WARN);
    assertThat(send(2, 3_000_000)).isEmpty();
    assertThat(send(1, 3_000_000)).containsExactly(Verdict.DROP);
  }

  @Test
  void whoSendsLessAfterTheWarningIsNotDropped() {
    assertThat(send(5, 3_000_000)).containsExactly(Verdict.WARN);
    assertThat(send(60, 1_000_000)).isEmpty();
  }

  @Test
  void everyOtherSecondWithinTheCapDoesNotHelp() {
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      verdicts.addAll(send(1, 4_000_000));
      verdicts.addAll(send(1, 1_000_000));
    }
    assertThat(verdicts).startsWith(Verdict.WARN, Verdict.DROP);
  }

  @Test
  void aNewWarningComesOnceTheOldExcessIsForgotten() {
    assertThat(send(3, 3_000_000)).containsExactly(Verdict.WARN);
    assertThat(send(20, 200_000)).isEmpty();
    assertThat(send(3, 3_000_000)).containsExactly(Verdict.WARN);
  }

  @Test
  void whatWasBeforeADropDoesNotCount() {
    assertThat(send(12, 3_000_000)).contains(Verdict.DROP);
    rate.forget();
    assertThat(send(1, 3_000_000)).isEmpty();
    assertThat(send(2, 3_000_000)).containsExactly(Verdict.WARN);
  }

  /** Sends at a rate for some seconds; returns what is more than nothing. */
  private List<Verdict> send(int seconds, long bitrateBps) {
    List<Verdict> verdicts = new ArrayList<>();
    for (long i = 0; i < seconds * 1_000_000_000L / LOOK_NANOS; i++) {
      Verdict verdict = rate.update(bitrateBps / 16, CAP_BPS, nowNanos);
      if (verdict != Verdict.WITHIN) {
        verdicts.add(verdict);
      }
      nowNanos += LOOK_NANOS;
    }
    return verdicts;
  }
}
