package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What runs per packet and per feedback makes no garbage. */
class CongestionAllocationTest {
  private static final long INTERVAL_NANOS = 2_000_000;
  private static final int PACKETS = 50_000;

  private final CongestionController controller = new CongestionController();
  private long nowNanos = 1;
  private long next = 0x1_0000;
  private long reported = 0x1_0000;

  @Test
  void allocatesNothingPerPacketAfterWarmUp() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    run();
    long before = threads.getCurrentThreadAllocatedBytes();
    run();
    long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(controller.estimator().estimateBps(nowNanos)).as("it did its work").isPositive();
    assertThat(allocatedBytes).isLessThan(1_000);
  }

  private void run() {
    for (int i = 0; i < PACKETS; i++) {
      nowNanos += INTERVAL_NANOS;
      TrafficKind kind = i % 10 == 0 ? TrafficKind.AUDIO : TrafficKind.VIDEO;
      controller.pacer().enqueue(kind, i, 1_000, nowNanos);
      controller.handleTime(nowNanos);
      while (controller.pacer().next(nowNanos)) {
        controller.handleSent(next++, controller.pacer().sizeBytes(), nowNanos);
      }
      if (i % 25 == 24) {
        report();
      }
    }
  }

  private void report() {
    while (reported < next) {
      boolean received = reported % 50 != 0;
      controller
          .estimator()
          .handleStatus((int) (reported & 0xFFFF), received, reported * INTERVAL_NANOS, nowNanos);
      reported++;
    }
    controller.estimator().handleStatusesEnd(nowNanos);
  }
}
