package dev.sluice.e2e.harness;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One scrape of the server's Prometheus page. Keys are series as written, for example {@code
 * sluice_packets_dropped_total{reason="REPLAYED"}}.
 */
public record Metrics(Map<String, Double> series) {
  private static final Pattern DROPPED = Pattern.compile("^sluice_.*dropped.*reason=\"([^\"]+)\"");

  /** Parses the Prometheus text format. */
  public static Metrics parse(String text) {
    Map<String, Double> series = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int end = line.lastIndexOf(' ');
      if (!line.startsWith("#") && end > 0) {
        series.put(line.substring(0, end).strip(), Double.parseDouble(line.substring(end + 1)));
      }
    }
    return new Metrics(series);
  }

  /** The sum of the series of this name whose labels contain all the given texts. */
  public double sum(String name, String... labels) {
    double sum = 0;
    for (var entry : series.entrySet()) {
      String key = entry.getKey();
      boolean named = key.equals(name) || key.startsWith(name + "{");
      if (named && containsAll(key, labels)) {
        sum += entry.getValue();
      }
    }
    return sum;
  }

  /**
   * Packets that the server dropped, by reason in lower case; reasons without a drop are absent.
   */
  public Map<String, Long> dropped() {
    Map<String, Long> dropped = new TreeMap<>();
    for (var entry : series.entrySet()) {
      Matcher matcher = DROPPED.matcher(entry.getKey());
      if (matcher.find() && entry.getValue() > 0) {
        String reason = matcher.group(1).toLowerCase(Locale.ROOT).replace('-', '_');
        dropped.merge(reason, entry.getValue().longValue(), Long::sum);
      }
    }
    return dropped;
  }

  private static boolean containsAll(String key, String... labels) {
    for (String label : labels) {
      if (!key.contains(label)) {
        return false;
      }
    }
    return true;
  }
}
