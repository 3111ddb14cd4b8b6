package dev.sluice.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wishes become requests. */
@Tag("R2")
class KeyframeRequestsTest {
  private static final long SECOND = KeyframeRequests.INTERVAL_NANOS;

  private final KeyframeRequests requests = new KeyframeRequests();

  @Test
  void asksNothingUnwanted() {
    assertThat(requests.poll(5)).isFalse();
    assertThat(requests.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theFirstWishPassesAtOnce() {
    requests.want();
    assertThat(requests.nextDeadlineNanos()).isLessThan(5);
    assertThat(requests.poll(5)).isTrue();
    assertThat(requests.sent()).isEqualTo(1);
  }

  @Test
  void wishesWithinASecondBecomeOneTrailingRequest() {
    requests.want();
    assertThat(requests.poll(0)).isTrue();
    requests.handleKeyframe();
    for (int i = 1; i < 10; i++) {
      requests.want();
      assertThat(requests.poll(i * SECOND / 10)).isFalse();
    }
    assertThat(requests.nextDeadlineNanos()).isEqualTo(SECOND);
    assertThat(requests.poll(SECOND)).isTrue();
    assertThat(requests.sent()).isEqualTo(2);
  }

  @Test
  void repeatsUntilAKeyframeComes() {
    requests.want();
    assertThat(requests.poll(0)).isTrue();
    assertThat(requests.poll(SECOND)).isTrue();
    requests.handleKeyframe();
    assertThat(requests.poll(2 * SECOND)).isFalse();
    assertThat(requests.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPollAlwaysMovesTheDeadline() {
    requests.want();
    long now = 7;
    assertThat(requests.poll(now)).isTrue();
    assertThat(requests.nextDeadlineNanos()).isGreaterThan(now);
  }
}
