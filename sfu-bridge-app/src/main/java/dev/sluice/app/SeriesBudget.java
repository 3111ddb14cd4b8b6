package dev.sluice.app;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the time series of one scrape, and takes no more than there may be: those of one room or
 * one participant all together or not at all, so that what is there is whole. One thread.
 */
final class SeriesBudget {
  private final int max;
  private final Map<String, Family> families = new LinkedHashMap<>();
  private int used;

  /** One time series at one moment. */
  record Point(String name, boolean counter, Labels labels, double value) {}

  /** The time series of one name. */
  private record Family(boolean counter, List<Point> points) {}

  /** Nothing is taken yet. */
  SeriesBudget(int max) {
    this.max = max;
  }

  /** Takes all of them, unless they would be too many. */
  boolean tryAdd(List<Point> points) {
    if (used + points.size() > max) {
      return false;
    }
    used += points.size();
    for (Point point : points) {
      families
          .computeIfAbsent(point.name(), name -> new Family(point.counter(), new ArrayList<>()))
          .points()
          .add(point);
    }
    return true;
  }

  int used() {
    return used;
  }

  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    families.forEach(
        (name, family) -> {
          if (family.counter()) {
            CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name);
            family.points().forEach(point -> counter.dataPoint(counterPoint(point)));
            all.metricSnapshot(counter.build());
          } else {
            GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name);
            family.points().forEach(point -> gauge.dataPoint(gaugePoint(point)));
            all.metricSnapshot(gauge.build());
          }
        });
    return all.build();
  }

  private static CounterDataPointSnapshot counterPoint(Point point) {
    return CounterDataPointSnapshot.builder().labels(point.labels()).value(point.value()).build();
  }

  private static GaugeDataPointSnapshot gaugePoint(Point point) {
    return GaugeDataPointSnapshot.builder().labels(point.labels()).value(point.value()).build();
  }
}
