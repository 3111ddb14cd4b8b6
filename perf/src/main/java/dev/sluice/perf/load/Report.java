package dev.sluice.perf.load;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The results as JSON and as a page with charts that needs nothing from elsewhere. */
final class Report {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final LoadOptions options;
  private final List<Window> windows;
  private final double idleShare;
  private final long fastestNanos;
  private final String metrics;

  /**
   * @param fastestNanos see {@link MachineSpeed#fastestNanos}
   * @param metrics the server's own at the end
   */
  Report(
      LoadOptions options,
      List<Window> windows,
      double idleShare,
      long fastestNanos,
      String metrics) {
    this.options = options;
    this.windows = List.copyOf(windows);
    this.idleShare = idleShare;
    this.fastestNanos = fastestNanos;
    this.metrics = metrics;
  }

  /** CPU time per packet over all windows of a target, or 0. */
  static double mean(List<Window> windows, String scenario, String target) {
    double micros = 0;
    long packets = 0;
    for (Window window : windows) {
      if (window.target().equals(target) && window.scenario().equals(scenario)) {
        micros += window.microsPerPacket() * window.packets();
        packets += window.packets();
      }
    }
    return packets == 0 ? 0 : micros / packets;
  }

  void write() throws IOException {
    Files.createDirectories(options.output());
    Files.writeString(
        options.output().resolve("report.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json()));
    Files.writeString(options.output().resolve("report.html"), html());
    System.out.println("Report: " + options.output().resolve("report.html"));
  }

  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    root.put("machine", machine());
    root.put("idleCoreShare", idleShare);
    root.put("windowSeconds", options.windowSeconds());
    root.put("decryptEvery", options.decryptEvery());
    ArrayNode all = root.putArray("windows");
    for (Window window : windows) {
      ObjectNode node = all.addObject();
      node.put("target", window.target());
      node.put("scenario", window.scenario());
      node.put("participants", window.participants());
      node.put("seconds", window.seconds());
      node.put("packets", window.packets());
      node.put("packetsPerSecond", window.packetsPerSecond());
      node.put("bytes", window.bytes());
      node.put("lost", window.lost());
      node.put("decrypted", window.decrypted());
      node.put("undecryptable", window.undecryptable());
      node.put("retransmissions", window.retransmissions());
      node.put("nacks", window.nacks());
      node.put("cpuMicros", window.cpuMicros());
      node.put("compilerMicros", window.compilerMicros());
      node.put("idleCpuMicros", window.idleCpuMicros());
      node.put("cpuMicrosPerPacket", window.microsPerPacket());
      node.put("workerMicrosPerPacket", window.meters().microsPerPacket());
      node.put("workerBytesPerPacket", window.meters().bytesPerPacket());
      node.put("delayMillisP50", window.p50Millis());
      node.put("delayMillisP99", window.p99Millis());
      node.put("delayMillisP999", window.p999Millis());
      node.put("delayMillisMax", window.maxMillis());
      node.put("insideMillisP50", window.meters().latencyP50Millis());
      node.put("insideMillisP99", window.meters().latencyP99Millis());
      ObjectNode drops = node.putObject("dropped");
      new TreeMap<>(window.meters().drops()).forEach(drops::put);
      node.put("residentBytes", window.residentBytes());
      node.put("machineSpeed", window.machineSpeed(fastestNanos));
      node.put("generatorLateTurns", window.lateTurns());
      node.put("receiveBufferErrors", window.receiveErrors());
      ArrayNode pauses = node.putArray("gcPausesMillis");
      window.pausesMillis().forEach(pauses::add);
    }
    return root;
  }

  private static String machine() {
    return "%s %s, %d processors, Java %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.vm.version"));
  }

  private String html() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>Sluice load test</title>
        <style>
          body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em }
          table { border-collapse: collapse; font-size: 13px } td, th { padding: 2px 8px; text-align: right }
          td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left } tr:nth-child(even) { background: #f4f4f4 }
          svg { display: block; margin: 1em 0 } pre { background: #f4f4f4; padding: 1em; overflow: auto; font-size: 12px }
        </style>
        <h1>Load test</h1>
        """);
    page.append("<p>").append(Charts.escaped(machine())).append(". ");
    page.append(
        String.format(
            Locale.ROOT,
            "The idle server used %.2f %% of a core; that is subtracted from its CPU time per"
                + " packet.</p>%n",
            100 * idleShare));
    table(page);
    chart(page, "CPU time per forwarded packet, µs", Window::microsPerPacket);
    chart(
        page,
        "Of it the server's JIT compilers, which go on for minutes, µs",
        Window::compilerMicrosPerPacket);
    chart(
        page,
        "Heap allocated by the media workers per forwarded packet, bytes",
        window -> window.meters().bytesPerPacket());
    chart(page, "Packets per second", Window::packetsPerSecond);
    chart(page, "One-way delay p50, ms", Window::p50Millis);
    chart(page, "One-way delay p99, ms", Window::p99Millis);
    chart(page, "One-way delay p99.9, ms", Window::p999Millis);
    chart(
        page,
        "Latency inside the server p99 by its own histogram, ms",
        window -> window.meters().latencyP99Millis());
    chart(page, "Loss, %", window -> 100 * window.lossShare());
    chart(page, "Longest GC pause, ms", Window::longestPauseMillis);
    chart(
        page,
        "Resident memory per participant, MiB (the whole process)",
        window -> window.residentBytes() / 1048576.0 / Math.max(1, window.participants()));
    chart(
        page,
        "How fast the machine was, % of its best in this run: compare only windows of like speed",
        window -> 100 * window.machineSpeed(fastestNanos));
    page.append("<h2>The server's metrics at the end</h2><pre>");
    metrics
        .lines()
        .filter(line -> line.startsWith("sluice_"))
        .forEach(line -> page.append(Charts.escaped(line)).append('\n'));
    return page.append("</pre></html>\n").toString();
  }

  private void table(StringBuilder page) {
    page.append(
        "<table><tr><th>scenario<th>target<th>packets/s<th>µs/packet<th>of it compiler<th>times"
            + " C<th>bytes/packet<th>core %<th>lost %<th>p50 ms<th>p99<th>p99.9<th>max<th>inside"
            + " p99<th>GC pauses<th>longest ms<th>RSS MiB<th>machine %</tr>\n");
    for (Window window : windows) {
      double bare = mean(windows, window.scenario(), "reference");
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s<td>%s<td>%.0f<td>%.2f<td>%.2f<td>%s<td>%.0f<td>%.1f<td>%.4f<td>%.2f<td>%.2f<td>%.2f"
                  + "<td>%.1f<td>%.2f<td>%d<td>%.1f<td>%d<td>%.0f</tr>%n",
              Charts.escaped(window.scenario()),
              window.target(),
              window.packetsPerSecond(),
              window.microsPerPacket(),
              window.compilerMicrosPerPacket(),
              bare > 0 ? String.format(Locale.ROOT, "%.2f", window.microsPerPacket() / bare) : "",
              window.meters().bytesPerPacket(),
              100 * window.coreShare(),
              100 * window.lossShare(),
              window.p50Millis(),
              window.p99Millis(),
              window.p999Millis(),
              window.maxMillis(),
              window.meters().latencyP99Millis(),
              window.pausesMillis().size(),
              window.longestPauseMillis(),
              window.residentBytes() >> 20,
              100 * window.machineSpeed(fastestNanos)));
    }
    page.append("</table>\n");
  }

  private void chart(StringBuilder page, String title, ToDoubleFunction<Window> value) {
    LinkedHashSet<String> labels = new LinkedHashSet<>();
    windows.forEach(window -> labels.add(window.scenario()));
    Charts.Bars bars = new Charts.Bars(title);
    for (String label : labels) {
      for (String target : List.of("server", "reference")) {
        double[] values =
            windows.stream()
                .filter(w -> w.scenario().equals(label) && w.target().equals(target))
                .mapToDouble(value)
                .toArray();
        if (values.length > 0) {
          bars.add(label + ", " + target, target.equals("server"), values);
        }
      }
    }
    page.append(bars.svg());
  }
}
