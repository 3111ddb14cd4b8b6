package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B3")
class PacerTest {
  private static final long MILLISECOND = 1_000_000;
  private static final int SIZE = 1_200;

  private final Pacer pacer = new Pacer();
  private long nowNanos = 1_000 * MILLISECOND;

  @Test
  void sendsAudioFirstRetransmissionsNextVideoLast() {
    pacer.setRate(10_000_000, false);
    pacer.enqueue(TrafficKind.VIDEO, 1, SIZE, nowNanos);
    pacer.enqueue(TrafficKind.RETRANSMISSION, 2, SIZE, nowNanos);
    pacer.enqueue(TrafficKind.AUDIO, 3, 100, nowNanos);
    assertThat(next()).isEqualTo(TrafficKind.AUDIO);
    assertThat(pacer.handle()).isEqualTo(3);
    assertThat(next()).isEqualTo(TrafficKind.RETRANSMISSION);
    assertThat(next()).isEqualTo(TrafficKind.VIDEO);
    assertThat(pacer.handle()).isEqualTo(1);
    assertThat(pacer.next(nowNanos)).isFalse();
    assertThat(pacer.nextDeadlineNanos(nowNanos)).isEqualTo(Pacer.NEVER);
  }

  @Test
  void neverLetsAudioWaitAtNinetyPercentUse() {
    pacer.setRate(1_000_000, false);
    long longest = 0;
    int audio = 0;
    for (int millis = 0; millis < 10_000; millis++) {
      if (millis % 33 == 0) {
        for (int i = 0; i < 3; i++) {
          pacer.enqueue(TrafficKind.VIDEO, 0, 1_150, nowNanos);
        }
      }
      if (millis % 20 == 0) {
        pacer.enqueue(TrafficKind.AUDIO, 0, 120, nowNanos);
      }
      while (pacer.next(nowNanos)) {
        if (pacer.kind() == TrafficKind.AUDIO) {
          longest = Math.max(longest, pacer.waitedNanos());
          audio++;
        }
      }
      nowNanos += MILLISECOND;
    }
    assertThat(audio).isEqualTo(500);
    assertThat(longest).isLessThan(20 * MILLISECOND);
  }

  @Test
  void letsVideoPassUntilTenMillisecondsOfTheRateAreUsed() {
    pacer.setRate(9_600_000, false);
    int passed = 0;
    while (pacer.mayPass(TrafficKind.VIDEO, nowNanos)) {
      pacer.handlePassed(TrafficKind.VIDEO, SIZE, nowNanos);
      passed++;
    }
    assertThat(passed).isEqualTo(10);
    nowNanos += MILLISECOND;
    assertThat(pacer.mayPass(TrafficKind.VIDEO, nowNanos)).as("one more a millisecond").isTrue();
  }

  @Test
  void letsNoVideoPassWhatWaits() {
    pacer.setRate(10_000_000, false);
    pacer.enqueue(TrafficKind.RETRANSMISSION, 1, SIZE, nowNanos);
    assertThat(pacer.mayPass(TrafficKind.VIDEO, nowNanos)).isFalse();
    assertThat(pacer.mayPass(TrafficKind.RETRANSMISSION, nowNanos)).isFalse();
    assertThat(pacer.mayPass(TrafficKind.AUDIO, nowNanos)).isTrue();
    assertThat(next()).isEqualTo(TrafficKind.RETRANSMISSION);
    pacer.enqueue(TrafficKind.VIDEO, 2, SIZE, nowNanos);
    assertThat(pacer.mayPass(TrafficKind.VIDEO, nowNanos)).isFalse();
    assertThat(pacer.mayPass(TrafficKind.RETRANSMISSION, nowNanos)).isTrue();
  }

  @Test
  void letsEverythingPassAtOnceWithoutARate() {
    for (int i = 0; i < 100; i++) {
      assertThat(pacer.mayPass(TrafficKind.VIDEO, nowNanos)).isTrue();
      pacer.handlePassed(TrafficKind.VIDEO, SIZE, nowNanos);
    }
  }

  @Test
  void keepsToTheRate() {
    pacer.setRate(2_000_000, false);
    queueVideo(40);
    long start = nowNanos;
    int sent = 0;
    while (sent < 40) {
      while (pacer.next(nowNanos)) {
        sent++;
      }
      long deadline = pacer.nextDeadlineNanos(nowNanos);
      assertThat(sent == 40 || deadline > nowNanos).as("a deadline is ahead").isTrue();
      nowNanos = sent == 40 ? nowNanos : deadline;
    }
    double rateBps = 40 * SIZE * 8e9 / (nowNanos - start);
    assertThat(rateBps).isBetween(1_900_000.0, 2_300_000.0);
  }

  @Test
  void drainsAtTheRateAlsoWhenEachTurnComesLate() {
    pacer.setRate(10_560_000, true);
    int sent = 0;
    long dueNanos = nowNanos;
    for (int millis = 0; millis < 1_000; millis++) {
      pacer.enqueue(TrafficKind.VIDEO, millis, SIZE, nowNanos);
      if (nowNanos >= dueNanos) {
        sent += drain();
        dueNanos = pacer.nextDeadlineNanos(nowNanos) + 4 * MILLISECOND;
      }
      nowNanos += MILLISECOND;
    }
    assertThat(sent).as("of 1,000, at a packet each millisecond").isGreaterThan(960);
  }

  @Test
  void makesUpForNoMoreThanTwentyMilliseconds() {
    pacer.setRate(9_600_000, true);
    queueVideo(200);
    assertThat(drain()).isEqualTo(10);
    nowNanos += 150 * MILLISECOND;
    assertThat(drain()).isEqualTo(Pacer.MAX_RUN_PACKETS);
    int sent = Pacer.MAX_RUN_PACKETS;
    for (int i = 0; i < 10; i++) {
      nowNanos += 1_000;
      sent += drain();
    }
    assertThat(sent).as("what is late, and a run").isBetween(30, 31);
  }

  @Test
  void gainsNothingByHavingNothingToSend() {
    pacer.setRate(9_600_000, true);
    pacer.enqueue(TrafficKind.VIDEO, 0, SIZE, nowNanos);
    assertThat(drain()).isOne();
    nowNanos += 150 * MILLISECOND;
    queueVideo(100);
    nowNanos += 1_000;
    int sent = drain();
    nowNanos += 1_000;
    assertThat(sent + drain()).isLessThanOrEqualTo(11);
  }

  @Test
  void letsPacketsLeaveInRuns() {
    pacer.setRate(5_000_000, false);
    queueVideo(20);
    // 10 ms at 5 Mbps are 6250 bytes; the packet that crosses that line is the last of the run.
    assertThat(drain()).isEqualTo(6);
    assertThat(pacer.next(nowNanos)).isFalse();
    nowNanos = pacer.nextDeadlineNanos(nowNanos);
    assertThat(drain()).isEqualTo(6);
  }

  @Test
  void limitsARunToWhatOneSystemCallTakes() {
    pacer.setRate(1_000_000_000, false);
    queueVideo(100);
    assertThat(drain()).isEqualTo(Pacer.MAX_RUN_PACKETS);
  }

  @Test
  void boundsTheTimeInTheQueue() {
    pacer.setRate(100_000, false);
    queueVideo(100);
    long start = nowNanos;
    int sent = 0;
    while (sent < 90) {
      nowNanos = Math.max(nowNanos, pacer.nextDeadlineNanos(nowNanos));
      sent += drain();
    }
    // The rate falls with the queue, so the last ones take longer; at 100 kbps it were 8.6 s.
    assertThat(nowNanos - start).isLessThan(3 * Pacer.MAX_QUEUE_NANOS);
  }

  @Test
  void takesLongerForAKeyframeOverAPathThatIsFull() {
    pacer.setRate(300_000, true);
    queueVideo(40);
    assertThat(pacer.drainNanos()).isEqualTo(Pacer.MAX_QUEUE_OF_FULL_PATH_NANOS);
    pacer.setRate(300_000, false);
    assertThat(pacer.drainNanos()).isEqualTo(Pacer.MAX_QUEUE_NANOS);
  }

  @Test
  void takesWhatDoesNotLeaveForNothing() {
    pacer.setRate(9_600_000, false);
    queueVideo(30);
    while (pacer.next(nowNanos)) {
      pacer.handleUnsent();
    }
    assertThat(pacer.queuedBytes()).isZero();
    assertThat(pacer.mayPass(TrafficKind.VIDEO, nowNanos)).isTrue();
  }

  @Test
  void holdsNothingBackWithoutARate() {
    queueVideo(100);
    assertThat(drain()).isEqualTo(100);
  }

  @Test
  void refusesWhatItsQueueHasNoRoomFor() {
    pacer.setRate(100_000, false);
    int accepted = 0;
    while (pacer.enqueue(TrafficKind.VIDEO, 0, SIZE, nowNanos)) {
      accepted++;
    }
    assertThat(accepted).isEqualTo(1_024);
    assertThat(pacer.queuedBytes()).isEqualTo(1_024 * SIZE);
    assertThat(pacer.enqueue(TrafficKind.AUDIO, 0, 100, nowNanos)).isTrue();
  }

  @Test
  @Tag("B2")
  void fillsAProbeUpWithPaddingAtItsRate() {
    pacer.setRate(300_000, false);
    pacer.startProbe(new ProbeCluster(7, 2_000_000, 4_000, 5));
    pacer.enqueue(TrafficKind.VIDEO, 1, SIZE, nowNanos);
    long start = nowNanos;
    int media = 0;
    int padding = 0;
    while (pacer.probing()) {
      nowNanos = Math.max(nowNanos, pacer.nextDeadlineNanos(nowNanos));
      while (pacer.next(nowNanos)) {
        if (pacer.kind() == TrafficKind.PADDING) {
          pacer.handlePadding(250, nowNanos);
          padding += 250;
        } else {
          media += pacer.sizeBytes();
        }
        assertThat(pacer.probeClusterId()).isEqualTo(7);
      }
    }
    assertThat(media).as("media counts for the probe").isEqualTo(SIZE);
    assertThat(media + padding).isBetween(4_000, 4_250);
    double rateBps = (media + padding - 250) * 8e9 / (nowNanos - start);
    assertThat(rateBps).isBetween(1_800_000.0, 2_200_000.0);
    assertThat(pacer.next(nowNanos)).as("padding without a probe").isFalse();
  }

  @Test
  @Tag("B2")
  void sendsNoPaddingWhenTheProbeIsCancelled() {
    pacer.startProbe(new ProbeCluster(1, 1_000_000, 4_000, 5));
    pacer.cancelProbe();
    assertThat(pacer.next(nowNanos)).isFalse();
  }

  /** So many packets, with their places as their handles. */
  private void queueVideo(int packets) {
    for (int i = 0; i < packets; i++) {
      pacer.enqueue(TrafficKind.VIDEO, i, SIZE, nowNanos);
    }
  }

  private TrafficKind next() {
    assertThat(pacer.next(nowNanos)).isTrue();
    return pacer.kind();
  }

  private int drain() {
    int sent = 0;
    while (pacer.next(nowNanos)) {
      sent++;
    }
    return sent;
  }
}
