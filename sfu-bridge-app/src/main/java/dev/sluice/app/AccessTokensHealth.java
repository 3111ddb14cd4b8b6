package dev.sluice.app;

import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Healthy while there is a key that access tokens can be verified with: without one nobody gets in,
 * and that is so when the only key set has been out of reach for too long, or from the start.
 */
final class AccessTokensHealth implements HealthIndicator {
  private final BooleanSupplier hasKeys;

  AccessTokensHealth(BooleanSupplier hasKeys) {
    this.hasKeys = hasKeys;
  }

  @Override
  public Health health() {
    return hasKeys.getAsBoolean()
        ? Health.up().build()
        : Health.down()
            .withDetail("reason", "No key set of access tokens can be read; see the log.")
            .build();
  }
}
