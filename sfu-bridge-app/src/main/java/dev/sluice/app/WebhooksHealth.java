package dev.sluice.app;

import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Healthy while the disk takes what webhooks are to tell. In neither probe: calls go on without it,
 * and a new process would find the same disk.
 */
final class WebhooksHealth implements HealthIndicator {
  private final BooleanSupplier writing;

  WebhooksHealth(BooleanSupplier writing) {
    this.writing = writing;
  }

  @Override
  public Health health() {
    return writing.getAsBoolean()
        ? Health.up().build()
        : Health.down()
            .withDetail("reason", "The outbox of webhooks cannot be written; see the log.")
            .build();
  }
}
