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

  @Test
  void keyframesThatAreCheapMayComeEverySecond() {
    long now = pictures(0, 30, 30, 6);
    assertThat(requests.intervalNanos()).isEqualTo(SECOND);
    pictures(now, 300, 30, 6);
    assertThat(requests.intervalNanos()).isEqualTo(SECOND);
  }

  @Test
  void dearKeyframesAreAskedForMoreRarely() {
    // One a second of eight times the size among ten pictures: 8 of 17 parts, 47 %.
    long now = pictures(0, 100, 10, 8);
    assertThat(requests.intervalNanos()).isBetween(13 * SECOND / 10, 16 * SECOND / 10);
    requests.want();
    assertThat(requests.poll(now)).isTrue();
    long interval = requests.intervalNanos();
    requests.want();
    assertThat(requests.poll(now + interval - 1)).isFalse();
    assertThat(requests.nextDeadlineNanos()).isEqualTo(now + interval);
    assertThat(requests.poll(now + interval)).isTrue();
  }

  @Test
  void noWishWaitsLongerThanTwoSeconds() {
    for (int i = 0; i < 10; i++) {
      requests.handlePacket(1000, true, i * SECOND);
    }
    assertThat(requests.intervalNanos()).isEqualTo(KeyframeRequests.MAX_INTERVAL_NANOS);
  }

  @Test
  void whatKeyframesCostLongAgoIsForgotten() {
    requests.handlePacket(100_000, true, 0);
    pictures(20 * SECOND, 20, 10, 1);
    assertThat(requests.intervalNanos()).isEqualTo(SECOND);
  }

  /** Pictures of one packet each, the first of each second a keyframe; returns the time after. */
  private long pictures(long fromNanos, int count, int perSecond, int keyframeFactor) {
    long now = fromNanos;
    for (int i = 0; i < count; i++) {
      boolean keyframe = i % perSecond == 0;
      requests.handlePacket(keyframe ? 1000 * keyframeFactor : 1000, keyframe, now);
      now += SECOND / perSecond;
    }
    return now;
  }
}
