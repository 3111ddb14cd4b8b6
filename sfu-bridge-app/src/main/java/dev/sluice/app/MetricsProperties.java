package dev.sluice.app;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Metrics of single rooms, under {@code sluice.metrics.}.
 *
 * @param maxSeries how many time series all watched rooms together may have
 */
public record MetricsProperties(@DefaultValue("2000") int maxSeries) {
  private static final int MIN_SERIES = 100;
  private static final int MAX_SERIES = 100_000;

  public MetricsProperties {
    SluiceProperties.requireBetween("sluice.metrics.max-series", maxSeries, MIN_SERIES, MAX_SERIES);
  }
}
