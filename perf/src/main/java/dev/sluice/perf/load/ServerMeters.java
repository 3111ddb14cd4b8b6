package dev.sluice.perf.load;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What a Sluice counts of itself; nothing of another server.
 *
 * @param cpuSeconds processor time of the media workers' threads
 * @param allocatedBytes heap allocated by these threads, by whosever code
 * @param packets forwarded, each as often as it was sent
 * @param drops datagrams that it did not forward, by reason; {@code socket} are those that the
 *     kernel dropped because they were not read in time
 * @param latencyP50Millis from reading a packet until it was sent, over the last ten seconds, of
 *     the worker with the longest
 */
record ServerMeters(
    double cpuSeconds,
    double allocatedBytes,
    double packets,
    Map<String, Long> drops,
    double latencyP50Millis,
    double latencyP99Millis) {
  static final ServerMeters NONE = new ServerMeters(0, 0, 0, Map.of(), 0, 0);

  private static final Pattern DROP =
      Pattern.compile(
          "^sluice_packets_dropped_total\\{[^}]*reason=\"([^\"]*)\"[^}]*\\} (\\S+)",
          Pattern.MULTILINE);

  ServerMeters {
    drops = Map.copyOf(drops);
  }

  /** Of metrics in Prometheus' text format; they are a second old at most. */
  static ServerMeters parse(String metrics) {
    Map<String, Long> drops =
        DROP.matcher(metrics)
            .results()
            .collect(
                Collectors.toMap(
                    drop -> drop.group(1),
                    drop -> (long) Double.parseDouble(drop.group(2)),
                    Long::sum));
    drops.put("socket", (long) values(metrics, "sluice_socket_dropped_total", "").sum());
    return new ServerMeters(
        values(metrics, "sluice_worker_cpu_seconds_total", "").sum(),
        values(metrics, "sluice_worker_allocated_bytes_total", "").sum(),
        values(metrics, "sluice_packets_forwarded_total", "").sum(),
        drops,
        1e3 * latencySeconds(metrics, "0.5"),
        1e3 * latencySeconds(metrics, "0.99"));
  }

  private static double latencySeconds(String metrics, String quantile) {
    return values(metrics, "sluice_forward_latency_seconds", "quantile=\"" + quantile + "\"")
        .max()
        .orElse(0);
  }

  private static DoubleStream values(String metrics, String name, String label) {
    return Pattern.compile(
            "^" + name + "(?:\\{[^}]*" + label + "[^}]*\\})? (\\S+)", Pattern.MULTILINE)
        .matcher(metrics)
        .results()
        .mapToDouble(line -> Double.parseDouble(line.group(1)));
  }

  /** What was added to the counters; the latency is the later one. */
  ServerMeters since(ServerMeters before) {
    Map<String, Long> added = new TreeMap<>();
    drops.forEach(
        (reason, count) -> added.put(reason, count - before.drops.getOrDefault(reason, 0L)));
    return new ServerMeters(
        cpuSeconds - before.cpuSeconds,
        allocatedBytes - before.allocatedBytes,
        packets - before.packets,
        added,
        latencyP50Millis,
        latencyP99Millis);
  }

  double microsPerPacket() {
    return packets > 0 ? 1e6 * cpuSeconds / packets : 0;
  }

  double bytesPerPacket() {
    return packets > 0 ? allocatedBytes / packets : 0;
  }

  /** For the terminal: what was dropped, the commonest reason first; empty if nothing was. */
  String dropped() {
    return drops.entrySet().stream()
        .filter(drop -> drop.getValue() > 0)
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(drop -> drop.getKey() + " " + drop.getValue())
        .collect(Collectors.joining(", "));
  }

  /** For the terminal: cost and latency; empty of another server. */
  String summary() {
    return packets > 0
        ? String.format(
            Locale.ROOT,
            "  workers %.2f µs %.0f B/packet, inside p50 %.2f p99 %.2f ms",
            microsPerPacket(),
            bytesPerPacket(),
            latencyP50Millis,
            latencyP99Millis)
        : "";
  }
}
