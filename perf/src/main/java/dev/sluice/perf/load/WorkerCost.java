package dev.sluice.perf.load;

import java.util.regex.Pattern;

/**
 * What the media workers of a Sluice have taken, by its own counters; nothing of another server.
 *
 * @param cpuSeconds processor time of the workers' threads
 * @param allocatedBytes heap allocated by these threads, by whosever code
 * @param packets forwarded, each as often as it was sent
 */
record WorkerCost(double cpuSeconds, double allocatedBytes, double packets) {
  static final WorkerCost NONE = new WorkerCost(0, 0, 0);

  /** Of metrics in Prometheus' text format; they are a second old at most. */
  static WorkerCost parse(String metrics) {
    return new WorkerCost(
        sum(metrics, "sluice_worker_cpu_seconds_total"),
        sum(metrics, "sluice_worker_allocated_bytes_total"),
        sum(metrics, "sluice_packets_forwarded_total"));
  }

  WorkerCost since(WorkerCost before) {
    return new WorkerCost(
        cpuSeconds - before.cpuSeconds,
        allocatedBytes - before.allocatedBytes,
        packets - before.packets);
  }

  double microsPerPacket() {
    return packets > 0 ? 1e6 * cpuSeconds / packets : 0;
  }

  double bytesPerPacket() {
    return packets > 0 ? allocatedBytes / packets : 0;
  }

  private static double sum(String metrics, String name) {
    return Pattern.compile("^" + name + "(?:\\{[^}]*\\})? (\\S+)", Pattern.MULTILINE)
        .matcher(metrics)
        .results()
        .mapToDouble(line -> Double.parseDouble(line.group(1)))
        .sum();
  }
}
