package dev.sluice.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaClockTest {

  @Test
  void mapsTheUnixEpochToItsNtpSecond() {
    MediaClock clock = new MediaClock(-5_000L, 0);
    assertThat(clock.ntpTime(-5_000L)).isEqualTo(2_208_988_800L << 32);
    assertThat(clock.ntpTime(-5_000L + 500_000_000L)).isEqualTo(2_208_988_800L << 32 | 1L << 31);
    assertThat(clock.ntpTime(-5_000L - 250_000_000L))
        .isEqualTo(2_208_988_799L << 32 | 0xC000_0000L);
  }

  @Test
  void cutsTheMiddleForTheCompactForm() {
    assertThat(MediaClock.compactNtp(0xB44D_B705_2000_0000L)).isEqualTo(0xB705_2000);
    MediaClock clock = new MediaClock(0, 1_763_700_000_000L);
    assertThat(clock.compactNtpTime(77)).isEqualTo(MediaClock.compactNtp(clock.ntpTime(77)));
  }

  @Test
  void comesBackFromNtpTimeWithinANanosecond() {
    long seed = 7;
    Random random = new Random(seed);
    MediaClock clock = new MediaClock(123_456_789L, 1_763_700_000_123L);
    for (int i = 0; i < 10_000; i++) {
      long nowNanos = random.nextLong(-1L << 50, 1L << 55);
      assertThat(clock.monotonicNanos(clock.ntpTime(nowNanos)))
          .as("seed %d, now %d", seed, nowNanos)
          .isBetween(nowNanos - 1, nowNanos);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 0",
    "1000000000, 65536",
    "5250000000, 344064",
    "15259, 1",
    "15258, 0",
    "65535999999999, -1",
    "65536000000000, -1",
    "9223372036854775807, -1",
  })
  void saysADurationInSixteenBitFractions(long nanos, int compact) {
    assertThat(MediaClock.compactOfNanos(nanos)).isEqualTo(compact);
  }

  @Test
  void readsCompactDurationsUnsigned() {
    assertThat(MediaClock.nanosOfCompact(0x0005_4000)).isEqualTo(5_250_000_000L);
    assertThat(MediaClock.nanosOfCompact(0xFFFF_0000)).isEqualTo(65_535_000_000_000L);
  }

  @Test
  void computesTheRoundTripOfTheExampleInRfc3550() {
    assertThat(MediaClock.roundTripNanos(0xB710_8000, 0xB705_2000, 0x0005_4000))
        .isEqualTo(6_125_000_000L);
  }

  @Test
  void knowsNoRoundTripWithoutASenderReportOrWithAHoldLongerThanTheTrip() {
    assertThat(MediaClock.roundTripNanos(100, 0, 0)).isEqualTo(-1);
    assertThat(MediaClock.roundTripNanos(100, 50, 60)).isEqualTo(-1);
    assertThat(MediaClock.roundTripNanos(0x0000_8000, 0xFFFF_8000, 0)).isEqualTo(1_000_000_000L);
  }

  @Test
  void measuresBetweenNtpTimesWithSign() {
    long earlier = 0xEEAA_9A13_FFFF_FFFFL;
    long later = 0xEEAA_9A14_7FFF_FFFFL;
    assertThat(MediaClock.nanosBetween(earlier, later)).isEqualTo(500_000_000L);
    assertThat(MediaClock.nanosBetween(later, earlier)).isEqualTo(-500_000_000L);
  }
}
