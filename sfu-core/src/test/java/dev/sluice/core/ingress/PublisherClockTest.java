package dev.sluice.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A publisher's clock, seen through a network that delays. */
@Tag("R7")
class PublisherClockTest {
  private final PublisherClock clock = new PublisherClock();

  @Test
  void isUnknownBeforeTheFirstReport() {
    assertThat(clock.known()).isFalse();
    clock.handleReport(1, 2);
    assertThat(clock.known()).isTrue();
  }

  @Test
  void takesTheSmallestDelayOfTheLastReports() {
    clock.handleReport(1000, 1500);
    clock.handleReport(2000, 2100);
    clock.handleReport(3000, 3900);
    assertThat(clock.toServerNanos(4000)).isEqualTo(4100);
  }

  @Test
  void forgetsADelayThatIsThirtyTwoReportsOld() {
    clock.handleReport(0, 10);
    for (int i = 1; i <= 31; i++) {
      clock.handleReport(1000L * i, 1000L * i + 500);
    }
    assertThat(clock.toServerNanos(0)).isEqualTo(10);
    clock.handleReport(32_000, 32_500);
    assertThat(clock.toServerNanos(0)).isEqualTo(500);
  }

  @Test
  void theSendersClockMayBeAheadOfTheServers() {
    clock.handleReport(1_000_000, 50);
    assertThat(clock.toServerNanos(1_000_100)).isEqualTo(150);
  }
}
