package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R11")
class ServerMetersTest {
  @Test
  void aPacketCostsWhatAllWorkersTookByThePacketsThatAllForwarded() {
    ServerMeters before =
        ServerMeters.parse(
            """
            # TYPE sluice_worker_cpu_seconds_total counter
            sluice_worker_cpu_seconds_total{worker="0"} 1.5
            sluice_worker_cpu_seconds_total{worker="1"} 0.5
            sluice_worker_allocated_bytes_total{worker="0"} 1.0E6
            sluice_packets_forwarded_total 1000.0
            """);
    ServerMeters after =
        ServerMeters.parse(
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
  void whatWasDroppedMeanwhileIsSaidByReason() {
    ServerMeters before =
        ServerMeters.parse(
            """
            sluice_packets_dropped_total{reason="duplicate"} 7.0
            sluice_packets_dropped_total{reason="ring_full"} 3.0
            sluice_socket_dropped_total 10.0
            """);
    ServerMeters after =
        ServerMeters.parse(
            """
            sluice_packets_dropped_total{reason="duplicate"} 7.0
            sluice_packets_dropped_total{reason="ring_full"} 5.0
            sluice_socket_dropped_total 1.6E3
            """);

    assertThat(after.since(before).dropped()).isEqualTo("socket 1590, ring_full 2");
  }

  @Test
  void theLatencyIsTheSlowestWorkers() {
    ServerMeters meters =
        ServerMeters.parse(
            """
            sluice_forward_latency_seconds{quantile="0.5",worker="0"} 5.0E-4
            sluice_forward_latency_seconds{quantile="0.99",worker="0"} 0.001
            sluice_forward_latency_seconds{quantile="0.5",worker="1"} 7.0E-4
            sluice_forward_latency_seconds{quantile="0.99",worker="1"} 0.002
            """);

    assertThat(meters.since(ServerMeters.NONE).latencyP50Millis()).isEqualTo(0.7);
    assertThat(meters.since(ServerMeters.NONE).latencyP99Millis()).isEqualTo(2);
  }

  @Test
  void anotherServerShowsNothing() {
    ServerMeters meters = ServerMeters.parse("").since(ServerMeters.NONE);

    assertThat(meters.bytesPerPacket()).isZero();
    assertThat(meters.summary()).isEmpty();
    assertThat(meters.dropped()).isEmpty();
  }
}
