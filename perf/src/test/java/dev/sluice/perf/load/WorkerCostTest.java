package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R11")
class WorkerCostTest {
  @Test
  void aPacketCostsWhatAllWorkersTookByThePacketsThatAllForwarded() {
    WorkerCost before =
        WorkerCost.parse(
            """
            # TYPE sluice_worker_cpu_seconds_total counter
            sluice_worker_cpu_seconds_total{worker="0"} 1.5
            sluice_worker_cpu_seconds_total{worker="1"} 0.5
            sluice_worker_allocated_bytes_total{worker="0"} 1.0E6
            sluice_packets_forwarded_total 1000.0
            """);
    WorkerCost after =
        WorkerCost.parse(
            """
            sluice_worker_cpu_seconds_total{worker="0"} 2.0
            sluice_worker_cpu_seconds_total{worker="1"} 1.5
            sluice_worker_allocated_bytes_total{worker="0"} 1.5E6
            sluice_packets_forwarded_total 501000.0
            """);

    assertThat(after.since(before).microsPerPacket()).isEqualTo(3);
    assertThat(after.since(before).bytesPerPacket()).isEqualTo(1);
  }

  @Test
  void anotherServerShowsNothing() {
    assertThat(WorkerCost.parse("").since(WorkerCost.NONE).bytesPerPacket()).isZero();
  }
}
