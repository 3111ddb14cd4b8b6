package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** At which pace packets leave over a path that is known to be full. */
@Tag("B3")
class CongestionPaceTest {
  private static final int SIZE_BYTES = 1_000;
  private static final double CAPACITY_BPS = 1_000_000;
  private static final long SECOND = 1_000_000_000L;

  private final CongestionController controller = new CongestionController();
  private long nowNanos = SECOND;
  private long sequence = 0x1_0000;
  private final long[] arrivals = new long[1 << 16];
  private long reported = sequence;
  private long reportedNanos;
  private long busyUntilNanos;

  /** Half of what the path carries, and then twice as much, reported twenty times a second. */
  private void fillThePath() {
    send(200, 16_000_000);
    assertThat(controller.congested(nowNanos)).isFalse();
    send(500, 4_000_000);
    assertThat(controller.congested(nowNanos)).isTrue();
  }

  private void send(int packets, long intervalNanos) {
    for (int i = 0; i < packets; i++) {
      nowNanos += intervalNanos;
      busyUntilNanos =
          Math.max(busyUntilNanos, nowNanos) + (long) (SIZE_BYTES * 8e9 / CAPACITY_BPS);
      arrivals[(int) (sequence & 0xFFFF)] = busyUntilNanos;
      controller.handleSent(sequence++, SIZE_BYTES, nowNanos);
      if (nowNanos - reportedNanos >= SECOND / 20) {
        report();
      }
    }
  }

  private void report() {
    reportedNanos = nowNanos;
    while (reported < sequence && arrivals[(int) (reported & 0xFFFF)] <= nowNanos) {
      int number = (int) (reported++ & 0xFFFF);
      controller.estimator().handleStatus(number, true, arrivals[number], nowNanos);
    }
    controller.estimator().handleStatusesEnd(nowNanos);
  }

  /** How long a lump of so much of a second of a rate takes to leave. */
  private double secondsToLeave(double bitrateBps, double seconds) {
    controller.handleTime(nowNanos);
    int bytes = (int) (bitrateBps * seconds / 8);
    for (int left = bytes; left > 0; left -= SIZE_BYTES) {
      controller.pacer().enqueue(TrafficKind.VIDEO, left, SIZE_BYTES, nowNanos);
    }
    return controller.pacer().drainNanos() / 1e9;
  }

  @Test
  void whatIsAllocatedLeavesFasterThanItsMeanRateEvenBeyondTheEstimate() {
    fillThePath();
    long allocated = 2 * controller.estimator().estimateBps(nowNanos);
    controller.setDemand(allocated, allocated, allocated);
    assertThat(secondsToLeave((double) allocated, 0.3)).isBetween(0.15, 0.21);
  }

  @Test
  void whatFitsTheEstimateLeavesHardlyFasterThanThePathCarries() {
    fillThePath();
    long estimate = controller.estimator().estimateBps(nowNanos);
    controller.setDemand(estimate / 2, estimate, estimate);
    assertThat(secondsToLeave((double) estimate, 0.3)).isBetween(0.26, 0.29);
  }
}
