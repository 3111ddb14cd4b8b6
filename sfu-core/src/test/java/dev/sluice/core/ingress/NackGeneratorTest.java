package dev.sluice.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which packets are asked for, and when. */
@Tag("R1")
class NackGeneratorTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long ROUND_TRIP = 40 * MILLISECOND;

  private final NackGenerator nacks = new NackGenerator();
  private final long[] out = new long[NackGenerator.MAX_MISSING];

  @ParameterizedTest(name = "arrived {0}: asks for {1}")
  @CsvSource({
    "'10', ''",
    "'10 11 12', ''",
    "'10 12', '11'",
    "'10 13', '11 12'",
    "'10 12 11', ''",
    "'10 13 11', '12'",
    "'10 12 14 16', '11 13 15'",
    "'10 12 12 12', '11'",
    "'10 9 8', ''",
    "'65535 65538', '65536 65537'",
  })
  void asksForWhatIsMissing(String arrived, String expected) {
    for (String number : arrived.split(" ", -1)) {
      nacks.handlePacket(Long.parseLong(number), 0);
    }
    assertThat(collect(10 * MILLISECOND)).isEqualTo(expected);
  }

  @Test
  void waitsForPacketsThatAreOnlyOutOfOrder() {
    nacks.handlePacket(10, 0);
    nacks.handlePacket(12, 0);
    assertThat(nacks.nextDeadlineNanos()).isEqualTo(10 * MILLISECOND);
    assertThat(collect(10 * MILLISECOND - 1)).isEmpty();
    assertThat(collect(10 * MILLISECOND)).isEqualTo("11");
  }

  @Test
  void asksAgainAfterARoundTripAndAQuarter() {
    nacks.handlePacket(10, 0);
    nacks.handlePacket(12, 0);
    assertThat(collect(10 * MILLISECOND)).isEqualTo("11");
    assertThat(nacks.nextDeadlineNanos()).isEqualTo(60 * MILLISECOND);
    assertThat(collect(60 * MILLISECOND - 1)).isEmpty();
    assertThat(collect(60 * MILLISECOND)).isEqualTo("11");
  }

  @Test
  void asksEightTimesAndGivesUp() {
    nacks.handlePacket(10, 0);
    nacks.handlePacket(12, 0);
    int turns = 0;
    while (nacks.nextDeadlineNanos() != Long.MAX_VALUE) {
      collect(nacks.nextDeadlineNanos());
      turns++;
    }
    assertThat(turns).isEqualTo(9);
    assertThat(nacks.requested()).isEqualTo(8);
    assertThat(nacks.abandoned()).isEqualTo(1);
  }

  @Test
  void givesUpWhatIsASecondOld() {
    nacks.handlePacket(10, 0);
    nacks.handlePacket(12, 0);
    assertThat(collect(1001 * MILLISECOND)).isEmpty();
    assertThat(nacks.abandoned()).isEqualTo(1);
    assertThat(nacks.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void countsWhatCame() {
    nacks.handlePacket(10, 0);
    nacks.handlePacket(13, 0);
    nacks.handlePacket(11, 0);
    nacks.handlePacket(11, 0);
    assertThat(nacks.recovered()).isEqualTo(1);
  }

  @Test
  void aGapThatIsTooLargeIsNotAskedForButReported() {
    nacks.handlePacket(10, 0);
    nacks.handlePacket(12, 0);
    nacks.handlePacket(12 + NackGenerator.MAX_MISSING + 2, 0);
    assertThat(collect(20 * MILLISECOND)).isEmpty();
    assertThat(nacks.takeOverflow()).isTrue();
    assertThat(nacks.takeOverflow()).isFalse();
    assertThat(nacks.abandoned()).isEqualTo(1);
  }

  @Test
  void theOldestGiveWayToTheNewest() {
    nacks.handlePacket(0, 0);
    nacks.handlePacket(201, 0);
    nacks.handlePacket(302, 0);
    assertThat(nacks.abandoned()).isEqualTo(44);
    assertThat(nacks.takeOverflow()).isTrue();
    String asked = collect(10 * MILLISECOND);
    assertThat(asked).startsWith("45 46 ").endsWith(" 300 301");
    assertThat(asked.split(" ", -1)).hasSize(NackGenerator.MAX_MISSING);
  }

  @Test
  void everyTurnMakesProgress() {
    nacks.handlePacket(0, 0);
    nacks.handlePacket(200, 0);
    long now = 0;
    for (int i = 0; i < 20 && nacks.nextDeadlineNanos() != Long.MAX_VALUE; i++) {
      now = nacks.nextDeadlineNanos();
      collect(now);
      assertThat(nacks.nextDeadlineNanos()).isGreaterThan(now);
    }
    assertThat(nacks.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  private String collect(long nowNanos) {
    int count = nacks.collect(out, ROUND_TRIP, nowNanos);
    StringBuilder text = new StringBuilder();
    for (long sequence : Arrays.copyOf(out, count)) {
      text.append(text.isEmpty() ? "" : " ").append(sequence);
    }
    return text.toString();
  }
}
