package dev.sluice.e2e.harness;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One scrape of the server's Prometheus page. Keys are series as written, for example {@code
 * sluice_packets_dropped_total{reason="REPLAYED"}}.
 */
public record Metrics(Map<String, Double> series) {
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

  private static boolean containsAll(String key, String... labels) {
    for (String label : labels) {
      if (!key.contains(label)) {
        return false;
      }
    }
    return true;
  }
}
