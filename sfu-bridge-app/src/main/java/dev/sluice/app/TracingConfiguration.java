package dev.sluice.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.api.trace.Tracer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires traces of signalling. Ended after what is traced. */
@Configuration(proxyBeanMethods = false)
class TracingConfiguration {
  @Bean(destroyMethod = "close")
  Tracing tracing(SluiceProperties properties, ObjectProvider<BuildProperties> build) {
    BuildProperties built = build.getIfAvailable();
    String version = built == null ? null : built.getVersion();
    return Tracing.of(properties.tracing(), version == null ? "unknown" : version);
  }

  @Bean
  Tracer tracer(Tracing tracing) {
    return tracing.tracer();
  }

  @Bean
  MeterBinder tracingMeters(Tracing tracing) {
    return meters -> {
      SpanQueue queue = tracing.queue();
      if (queue != null) {
        FunctionCounter.builder("sluice.trace.spans.sent", queue, SpanQueue::sent)
            .description("Spans that the collector has taken")
            .register(meters);
        FunctionCounter.builder("sluice.trace.spans.lost", queue, SpanQueue::lost)
            .description("Spans that found their queue full, or that no collector took")
            .register(meters);
      }
    };
  }
}
