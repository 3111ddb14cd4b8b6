package dev.sluice.app;

import dev.sluice.api.session.SignallingService;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sweeps the sessions once a second while the server runs. When it stops, tells every client before
 * the web server begins to wait for its requests, and waits a bounded time for them to go.
 */
final class SignallingLifecycle implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(SignallingLifecycle.class);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
  private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(5);
  private static final Duration GOODBYE_POLL = Duration.ofMillis(10);

  private final SignallingService service;
  private final LongSupplier nanoTime;
  private volatile @Nullable ScheduledExecutorService sweeper;

  SignallingLifecycle(SignallingService service, LongSupplier nanoTime) {
    this.service = service;
    this.nanoTime = nanoTime;
  }

  @Override
  public void start() {
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("signalling-sweep").factory());
    // Nothing to wait for: sweep() keeps its exceptions to itself.
    var _ =
        started.scheduleWithFixedDelay(
            this::sweep,
            SWEEP_INTERVAL.toMillis(),
            SWEEP_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
    sweeper = started;
  }

  @Override
  public void stop() {
    ScheduledExecutorService running = sweeper;
    sweeper = null;
    service.shutdown();
    long startNanos = nanoTime.getAsLong();
    while (!service.isIdle()
        && nanoTime.getAsLong() - startNanos < GOODBYE_LIMIT.toNanos()
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(GOODBYE_POLL.toNanos());
    }
    if (running != null) {
      running.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return sweeper != null;
  }

  /** The highest there is: stops first, and so before the web server's own graceful phase. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE;
  }

  private void sweep() {
    try {
      service.sweep(nanoTime.getAsLong());
    } catch (RuntimeException e) {
      // An exception would silently end the schedule.
      LOG.error("A sweep of the sessions failed", e);
    }
  }
}
