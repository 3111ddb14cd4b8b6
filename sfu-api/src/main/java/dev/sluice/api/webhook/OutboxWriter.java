package dev.sluice.api.webhook;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the outbox: takes what waits, commits it together, and wakes those who
 * send. While the disk fails it tries again, and what happens meanwhile gathers in the queue until
 * that is full.
 */
final class OutboxWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxWriter.class);
  private static final int MAX_BATCH = 1000;
  private static final long IDLE_MILLIS = 200;
  private static final long DISK_PAUSE_SECONDS = 2;
  private static final Duration TIDY_INTERVAL = Duration.ofSeconds(5);

  private final BlockingQueue<OutboxEntry> queue;
  private final OutboxStore store;
  private final Duration retention;
  private final InstantSource clock;
  private final Runnable written;
  private volatile boolean closing;
  private volatile boolean failing;

  OutboxWriter(
      BlockingQueue<OutboxEntry> queue,
      OutboxStore store,
      Duration retention,
      InstantSource clock,
      Runnable written) {
    this.queue = queue;
    this.store = store;
    this.retention = retention;
    this.clock = clock;
    this.written = written;
  }

  /** Writes what waits, then ends. */
  void close() {
    closing = true;
  }

  /** Whether the disk takes nothing now. */
  boolean isFailing() {
    return failing;
  }

  @Override
  public void run() {
    List<OutboxEntry> batch = new ArrayList<>();
    long tidiedMillis = clock.millis();
    try {
      while (true) {
        OutboxEntry first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MAX_BATCH - 1);
        }
        if (batch.isEmpty() && closing) {
          return;
        }
        boolean tidy = clock.millis() - tidiedMillis >= TIDY_INTERVAL.toMillis();
        if (tidy) {
          tidiedMillis = clock.millis();
        }
        if (!write(batch, tidy)) {
          return;
        }
        batch.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tries until the disk takes it; false when the outbox is closed before that. */
  private boolean write(List<OutboxEntry> batch, boolean tidy) throws InterruptedException {
    while (true) {
      try {
        if (failing) {
          store.reopen();
        }
        for (OutboxEntry entry : batch) {
          if (entry instanceof Happening happening) {
            store.append(happening);
          }
        }
        if (tidy) {
          store.tidy(clock.instant().minus(retention).toEpochMilli());
        }
        store.commit();
        failing = false;
        break;
      } catch (MVStoreException e) {
        if (!failing) {
          LOG.error("The outbox of webhooks cannot be written; what happens waits in memory", e);
        }
        failing = true;
        if (closing) {
          return false;
        }
        TimeUnit.SECONDS.sleep(DISK_PAUSE_SECONDS);
      }
    }
    for (OutboxEntry entry : batch) {
      if (entry instanceof OutboxEntry.Mark mark) {
        mark.written().complete(true);
      }
    }
    if (!batch.isEmpty()) {
      written.run();
    }
    return true;
  }
}
