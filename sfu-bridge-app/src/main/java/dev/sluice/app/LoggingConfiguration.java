package dev.sluice.app;

import ch.qos.logback.classic.LoggerContext;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Bounds the log while the server runs. */
@Configuration(proxyBeanMethods = false)
class LoggingConfiguration {
  /** The filter where Logback has it, as long as this application runs. */
  record BoundedLog(LogRateFilter filter) implements DisposableBean {
    @Override
    public void destroy() {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        context.getTurboFilterList().remove(filter);
      }
    }
  }

  @Bean
  BoundedLog boundedLog(SluiceProperties properties) {
    LogRateFilter filter = new LogRateFilter(properties.logging().maxPerMinute(), System::nanoTime);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.addTurboFilter(filter);
    }
    return new BoundedLog(filter);
  }

  @Bean
  MeterBinder logMeters(BoundedLog log) {
    return meters ->
        FunctionCounter.builder("sluice.log.suppressed", log.filter(), LogRateFilter::suppressed)
            .description("Log lines that were not written, because there were too many of a kind")
            .register(meters);
  }
}
