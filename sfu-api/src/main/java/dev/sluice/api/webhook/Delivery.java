package dev.sluice.api.webhook;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one receiver everything in the order of the outbox, one request at a time: several events
 * together while it takes them, and one by one while it does not, so that an event that it cannot
 * take holds up nothing but itself when it has become a dead letter. A thread of its own.
 */
final class Delivery implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int MAX_EVENTS = 64;
  private static final int MAX_CHARS = 256 * 1024;
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final WebhookEndpoint endpoint;
  private final OutboxStore store;
  private final WebhookSender sender;
  private final RetryPolicy policy;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private boolean woken;
  private volatile boolean closing;
  private volatile @Nullable String lastError;

  // Of the sending thread alone.
  private int failures;
  private int refusals;
  private long failingSinceNanos;

  Delivery(
      WebhookEndpoint endpoint,
      OutboxStore store,
      WebhookSender sender,
      RetryPolicy policy,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.endpoint = endpoint;
    this.store = store;
    this.sender = sender;
    this.policy = policy;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /**
   * What is to be sent next.
   *
   * @param from where the receiver stood, or null when this is a dead letter that is sent once more
   */
  private record Work(List<StoredEvent> events, OutboxStore.@Nullable Place from) {
    StoredEvent head() {
      return events.getFirst();
    }
  }

  WebhookEndpoint endpoint() {
    return endpoint;
  }

  /** Events that the receiver has taken, repetitions counted again. */
  long delivered() {
    return delivered.sum();
  }

  /** Requests that it has not taken. */
  long failed() {
    return failed.sum();
  }

  /** Why it did not take the last one; null when it did. */
  @Nullable String lastError() {
    return lastError;
  }

  /** There may be something to send. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends after the request that is under way. */
  void close() {
    closing = true;
    wake();
  }

  @Override
  public void run() {
    try {
      while (!closing) {
        sendNext();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendNext() throws InterruptedException {
    try {
      Work work = next();
      if (work == null) {
        pause(IDLE, true);
      } else if (send(work)) {
        handleTaken(work);
      } else {
        handleFailure(work);
      }
    } catch (MVStoreException e) {
      // The outbox is being opened anew; its writer has said so.
      pause(policy.first(), false);
    }
  }

  private @Nullable Work next() {
    StoredEvent again = store.nextAgain(endpoint.name());
    if (again != null) {
      return new Work(List.of(again), null);
    }
    OutboxStore.Place from = store.place(endpoint.name());
    List<StoredEvent> events =
        store.after(from.cursor(), failures == 0 ? MAX_EVENTS : 1, MAX_CHARS);
    return events.isEmpty() ? null : new Work(events, from);
  }

  private boolean send(Work work) throws InterruptedException {
    String id =
        "%s-%d-%d".formatted(store.name(), work.head().number(), work.events().getLast().number());
    String body =
        work.events().stream()
            .map(StoredEvent::json)
            .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    try {
      int status = sender.post(endpoint, id, body);
      if (RetryPolicy.isTaken(status)) {
        return true;
      }
      refusals += RetryPolicy.isRefused(status) ? 1 : 0;
      lastError = "HTTP " + status;
    } catch (IOException e) {
      lastError = String.valueOf(e.getMessage());
    }
    return false;
  }

  private void handleTaken(Work work) {
    OutboxStore.Place from = work.from();
    if (from == null) {
      store.deliveredAgain(endpoint.name(), work.head().number());
    } else {
      store.delivered(endpoint.name(), from, work.events().getLast().number());
    }
    delivered.add(work.events().size());
    lastError = null;
    forgetFailures();
  }

  private void handleFailure(Work work) throws InterruptedException {
    failed.increment();
    failures++;
    if (failures == 1) {
      failingSinceNanos = nanoTime.getAsLong();
      LOG.warn("Webhook {} does not take events: {}", endpoint, lastError);
    }
    boolean givenUp =
        refusals >= RetryPolicy.REFUSALS
            || nanoTime.getAsLong() - failingSinceNanos >= policy.giveUpAfter().toNanos();
    // What was sent together has not failed by itself yet.
    if (!givenUp || work.events().size() > 1) {
      pause(policy.delay(failures, random.nextDouble()), false);
      return;
    }
    String reason = failures + " attempts, the last: " + lastError;
    LOG.warn(
        "Webhook {}: event {} is a dead letter after {}", endpoint, work.head().number(), reason);
    store.bury(endpoint.name(), work.head(), reason);
    OutboxStore.Place from = work.from();
    if (from != null) {
      store.delivered(endpoint.name(), from, work.head().number());
    }
    // The next one is tried alone, too.
    failures = 1;
    refusals = 0;
    failingSinceNanos = nanoTime.getAsLong();
  }

  private void forgetFailures() {
    failures = 0;
    refusals = 0;
  }

  /** Waits so long, or, where that is wanted, until there may be something to send. */
  private void pause(Duration time, boolean untilWoken) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (!closing && left > 0 && !(untilWoken && woken)) {
        left = changed.awaitNanos(left);
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }
}
