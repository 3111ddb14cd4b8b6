package dev.sluice.app;

import dev.sluice.api.webhook.Webhooks;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires webhooks, and shows how they stand as metrics. Ended after the media side, which tells. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
  @Bean(destroyMethod = "close")
  Webhooks webhooks(SluiceProperties properties) {
    try {
      return Webhooks.start(
          properties.webhooks().toSettings(),
          InstantSource.system(),
          System::nanoTime,
          new SecureRandom());
    } catch (IOException e) {
      throw new ConfigurationException(
          "The outbox of webhooks in sluice.webhooks.directory, \"%s\", cannot be opened: %s"
              .formatted(properties.webhooks().directory(), e.getMessage()),
          "Name a directory that the server can write and that no other server uses. When the file"
              + " in it is damaged, move it away: what had not been delivered is in there.");
    }
  }

  @Bean
  WebhooksHealth webhooksHealthIndicator(Webhooks webhooks) {
    return new WebhooksHealth(webhooks::isWriting);
  }

  @Bean
  MeterBinder webhookMeters(Webhooks webhooks) {
    return meters -> {
      for (String name : webhooks.names()) {
        Gauge.builder("sluice.webhooks.pending", webhooks, all -> pending(all, name))
            .tag("webhook", name)
            .description("Events that wait for a receiver")
            .register(meters);
        Gauge.builder("sluice.webhooks.dead.letters", webhooks, all -> deadLetters(all, name))
            .tag("webhook", name)
            .description("Events that a receiver did not take")
            .register(meters);
        FunctionCounter.builder("sluice.webhooks.delivered", webhooks, all -> all.delivered(name))
            .tag("webhook", name)
            .description("Events that a receiver has taken")
            .register(meters);
        FunctionCounter.builder("sluice.webhooks.failed", webhooks, all -> all.failed(name))
            .tag("webhook", name)
            .description("Requests that a receiver has not taken")
            .register(meters);
      }
      FunctionCounter.builder("sluice.webhooks.lost", webhooks, Webhooks::lost)
          .description("Events that a receiver never gets, because a limit was reached")
          .register(meters);
      Gauge.builder("sluice.webhooks.stored.bytes", webhooks, Webhooks::storedBytes)
          .description("What the events in the outbox take")
          .register(meters);
    };
  }

  private static double pending(Webhooks webhooks, String name) {
    return webhooks.status(name).map(status -> (double) status.pending()).orElse(0.0);
  }

  private static double deadLetters(Webhooks webhooks, String name) {
    return webhooks.status(name).map(status -> (double) status.deadLetters()).orElse(0.0);
  }
}
