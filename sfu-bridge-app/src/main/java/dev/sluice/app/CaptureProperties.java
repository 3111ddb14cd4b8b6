package dev.sluice.app;

import dev.sluice.api.rest.CaptureLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Captures of single participants, under {@code sluice.capture.}.
 *
 * @param maxCaptures that are held at a time; 0 turns them off
 * @param maxSize of each, in memory
 * @param maxDuration of each
 */
public record CaptureProperties(
    @DefaultValue("0") int maxCaptures,
    @DefaultValue("16MB") DataSize maxSize,
    @DefaultValue("5m") Duration maxDuration) {
  private static final int MOST_CAPTURES = 8;
  private static final long MIN_BYTES = 64 * 1024;
  private static final long MAX_BYTES = 256L * 1024 * 1024;
  private static final long LONGEST_SECONDS = 3600;

  public CaptureProperties {
    SluiceProperties.requireBetween("sluice.capture.max-captures", maxCaptures, 0, MOST_CAPTURES);
    SluiceProperties.requireBetween(
        "sluice.capture.max-size (in bytes)", maxSize.toBytes(), MIN_BYTES, MAX_BYTES);
    SluiceProperties.requireBetween(
        "sluice.capture.max-duration (in seconds)", maxDuration.toSeconds(), 1, LONGEST_SECONDS);
  }

  CaptureLimits toLimits() {
    return new CaptureLimits(maxCaptures, (int) maxSize.toBytes(), maxDuration);
  }
}
