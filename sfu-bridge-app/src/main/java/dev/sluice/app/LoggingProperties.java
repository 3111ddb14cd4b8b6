package dev.sluice.app;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The log, under {@code sluice.logging.}.
 *
 * @param maxPerMinute how many lines of one kind of message are written in a minute
 */
public record LoggingProperties(@DefaultValue("60") int maxPerMinute) {
  private static final int MOST_PER_MINUTE = 1_000_000;

  public LoggingProperties {
    SluiceProperties.requireBetween(
        "sluice.logging.max-per-minute", maxPerMinute, 1, MOST_PER_MINUTE);
  }
}
