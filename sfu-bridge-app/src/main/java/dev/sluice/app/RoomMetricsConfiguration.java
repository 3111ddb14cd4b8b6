package dev.sluice.app;

import dev.sluice.api.rest.WatchedRooms;
import dev.sluice.core.control.SfuControl;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shows the metrics of watched rooms where the others are. */
@Configuration(proxyBeanMethods = false)
class RoomMetricsConfiguration {
  @Bean
  RoomMetrics roomMetrics(
      SfuControl control,
      WatchedRooms watched,
      SluiceProperties properties,
      ObjectProvider<PrometheusRegistry> registry) {
    RoomMetrics metrics =
        new RoomMetrics(control, watched, properties.metrics().maxSeries(), System::nanoTime);
    registry.ifAvailable(available -> available.register(metrics));
    return metrics;
  }
}
