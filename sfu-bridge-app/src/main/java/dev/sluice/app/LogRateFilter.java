package dev.sluice.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps one kind of message from filling the log, whoever provokes it: of each kind (a logger and
 * its text with places for the values) so many lines a minute are let through, and the rest is
 * counted. The audit log is let through whole, and what is not of Sluice. Safe for every thread.
 */
final class LogRateFilter extends TurboFilter {
  /**
   * Kinds are texts in the code, so there are not many; a text that is made up counts with others.
   */
  private static final int MAX_KINDS = 1000;

  private static final String OURS = "dev.sluice.";
  private static final String AUDIT = "dev.sluice.audit";
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int maxPerMinute;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, Minute> byKind = new ConcurrentHashMap<>();
  private final LongAdder suppressed = new LongAdder();

  /** The lines of one kind in its present minute. Guarded by itself. */
  private static final class Minute {
    private long startNanos;
    private int lines;

    Minute(long startNanos) {
      this.startNanos = startNanos;
    }

    synchronized boolean takes(int max, long nowNanos) {
      if (nowNanos - startNanos >= MINUTE_NANOS) {
        startNanos = nowNanos;
        lines = 0;
      }
      return lines++ < max;
    }
  }

  /** Nothing has been logged yet. */
  LogRateFilter(int maxPerMinute, LongSupplier nanoTime) {
    this.maxPerMinute = maxPerMinute;
    this.nanoTime = nanoTime;
  }

  /** Lines that were not written. */
  long suppressed() {
    return suppressed.sum();
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    // Without a text it is a question whether the level is on, which costs no line.
    if (format == null
        || !logger.getName().startsWith(OURS)
        || logger.getName().equals(AUDIT)
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
      return FilterReply.NEUTRAL;
    }
    String kind = byKind.size() < MAX_KINDS ? logger.getName() + " " + format : "";
    long nowNanos = nanoTime.getAsLong();
    if (byKind.computeIfAbsent(kind, _ -> new Minute(nowNanos)).takes(maxPerMinute, nowNanos)) {
      return FilterReply.NEUTRAL;
    }
    suppressed.increment();
    return FilterReply.DENY;
  }
}
