package dev.sluice.app;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Healthy while every media worker keeps turning: one that hangs serves nobody, and only a new
 * process helps.
 */
final class MediaWorkersHealth implements HealthIndicator {
  /** Workers report once a second; one that is a second late has missed whole turns. */
  static final Duration MAX_SILENCE = Duration.ofSeconds(2);

  private final LongSupplier silentNanos;

  /**
   * @param silentNanos how long ago the worker that has been silent longest has reported
   */
  MediaWorkersHealth(LongSupplier silentNanos) {
    this.silentNanos = silentNanos;
  }

  @Override
  public Health health() {
    long silent = silentNanos.getAsLong();
    Health.Builder health = silent <= MAX_SILENCE.toNanos() ? Health.up() : Health.down();
    return health.withDetail("workerSilentMillis", Duration.ofNanos(silent).toMillis()).build();
  }
}
