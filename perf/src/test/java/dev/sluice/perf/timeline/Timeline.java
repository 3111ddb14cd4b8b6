package dev.sluice.perf.timeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values at the same moments, in panels one above the other. Filled moment by moment.
 *
 * @param name of the picture's file
 * @param title above the picture
 * @param seconds the moments
 * @param panels by the label of their axis
 */
record Timeline(String name, String title, List<Double> seconds, Map<String, Panel> panels) {
  static final String RATE = "Mbit/s";
  static final String QUEUE = "queue, ms";
  static final String LAYER = "lines shown";

  /** Lines by their names. */
  record Panel(Map<String, List<Double>> lines) {
    void add(String line, double value) {
      lines.computeIfAbsent(line, unknown -> new ArrayList<>()).add(value);
    }
  }

  Timeline(String name, String title) {
    this(name, title, new ArrayList<>(), new LinkedHashMap<>());
  }

  /** A new moment, for which every line has to {@link #add} its value. */
  void at(double second) {
    seconds.add(second);
  }

  /** The values of a line; empty when there is none of that name. */
  List<Double> line(String panel, String line) {
    Panel found = panels.get(panel);
    return found == null ? List.of() : found.lines().getOrDefault(line, List.of());
  }

  void add(String panel, String line, double value) {
    panels.computeIfAbsent(panel, unknown -> new Panel(new LinkedHashMap<>())).add(line, value);
  }
}
