package dev.sluice.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a request is repeated. */
@Tag("A2")
class RetryPolicyTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofHours(1));

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "8, 128", "9, 256", "10, 300", "64, 300", "1000, 300"})
  void waitsTwiceAsLongEachTimeUpToALimit(int failures, long seconds) {
    assertThat(POLICY.delay(failures, 1)).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(POLICY.delay(failures, 0)).isEqualTo(Duration.ofMillis(seconds * 800));
  }

  @Test
  void tellsARefusalFromABadMoment() {
    assertThat(RetryPolicy.isTaken(200)).isTrue();
    assertThat(RetryPolicy.isTaken(204)).isTrue();
    assertThat(RetryPolicy.isTaken(302)).isFalse();
    assertThat(RetryPolicy.isRefused(400)).isTrue();
    assertThat(RetryPolicy.isRefused(410)).isTrue();
    assertThat(RetryPolicy.isRefused(408)).isFalse();
    assertThat(RetryPolicy.isRefused(429)).isFalse();
    assertThat(RetryPolicy.isRefused(500)).isFalse();
    assertThat(RetryPolicy.isRefused(302)).isFalse();
  }
}
