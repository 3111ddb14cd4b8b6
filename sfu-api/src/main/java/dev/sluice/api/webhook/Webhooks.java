package dev.sluice.api.webhook;

import dev.sluice.core.control.RoomObserver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All webhooks of a server: sees what happens in its rooms, keeps it in the outbox, and sends it to
 * every receiver. Without a receiver it does nothing and has no file. Safe for every thread.
 */
public final class Webhooks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final int QUEUE = 65_536;
  private static final int RUN_CHARS = 8;
  private static final Duration WRITE_LIMIT = Duration.ofSeconds(5);

  /** How long the last events may take to reach their receivers when the server stops. */
  private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(20);

  private final @Nullable Outbox outbox;

  /** What there is when there is a receiver. */
  private record Outbox(
      BlockingQueue<OutboxEntry> queue,
      RoomJournal journal,
      OutboxStore store,
      OutboxWriter writer,
      HttpWebhookSender http,
      List<Delivery> deliveries,
      List<Thread> threads) {
    Delivery delivery(String name) {
      return deliveries.stream()
          .filter(delivery -> delivery.endpoint().name().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private Webhooks(@Nullable Outbox outbox) {
    this.outbox = outbox;
  }

  /** No receiver. */
  public static Webhooks off() {
    return new Webhooks(null);
  }

  /**
   * Opens the outbox, ends the rooms in it that a killed server has left, and begins to send.
   *
   * @throws IOException when the outbox cannot be opened
   */
  public static Webhooks start(
      WebhookSettings settings, InstantSource clock, LongSupplier nanoTime, RandomGenerator random)
      throws IOException {
    if (settings.endpoints().isEmpty()) {
      return off();
    }
    OutboxStore store = open(settings, clock, random);
    BlockingQueue<OutboxEntry> queue = new ArrayBlockingQueue<>(QUEUE);
    HttpWebhookSender http = new HttpWebhookSender(settings.requestLimit(), clock);
    List<Delivery> deliveries = new ArrayList<>();
    for (WebhookEndpoint endpoint : settings.endpoints()) {
      deliveries.add(new Delivery(endpoint, store, http, settings.retries(), nanoTime, random));
    }
    OutboxWriter writer =
        new OutboxWriter(
            queue, store, settings.retention(), clock, () -> deliveries.forEach(Delivery::wake));
    List<Thread> threads = new ArrayList<>();
    // Platform threads: what they wait for is a file's lock and a file.
    threads.add(Thread.ofPlatform().daemon().name("webhook-outbox").start(writer));
    for (Delivery delivery : deliveries) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("webhook-" + delivery.endpoint().name())
              .start(delivery));
    }
    RoomJournal journal = new RoomJournal(queue, clock, name(random));
    return new Webhooks(
        new Outbox(queue, journal, store, writer, http, List.copyOf(deliveries), threads));
  }

  private static OutboxStore open(
      WebhookSettings settings, InstantSource clock, RandomGenerator random) throws IOException {
    try {
      OutboxStore store =
          new OutboxStore(
              settings.directory(),
              settings.maxBytes(),
              settings.endpoints().stream().map(WebhookEndpoint::name).collect(Collectors.toSet()),
              name(random));
      int lostRooms = store.endLostRooms(clock.millis());
      if (lostRooms > 0) {
        LOG.warn("{} rooms had not ended when the server was killed; webhooks say so", lostRooms);
      }
      return store;
    } catch (MVStoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static String name(RandomGenerator random) {
    String digits = Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX);
    return ("0".repeat(RUN_CHARS) + digits).substring(digits.length());
  }

  /** Who is to see what happens in rooms. */
  public RoomObserver observer() {
    return outbox == null ? RoomObserver.NONE : outbox.journal();
  }

  /**
   * Waits until all that has happened is on disk, so that it may be answered for.
   *
   * @return whether it is; false when the disk is too slow for that
   */
  public boolean awaitWritten() {
    if (outbox == null) {
      return true;
    }
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    if (!outbox.queue().offer(new OutboxEntry.Mark(written))) {
      return false;
    }
    try {
      return written.get(WRITE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The receivers' names. */
  public List<String> names() {
    return outbox == null
        ? List.of()
        : outbox.deliveries().stream().map(delivery -> delivery.endpoint().name()).toList();
  }

  /** How a receiver stands; empty when there is none of this name. */
  public Optional<WebhookStatus> status(String name) {
    Outbox open = outbox;
    if (open == null || !names().contains(name)) {
      return Optional.empty();
    }
    Delivery delivery = open.delivery(name);
    Long oldest = open.store().oldestPendingMillis(name);
    return Optional.of(
        new WebhookStatus(
            name,
            delivery.endpoint().address(),
            open.store().cursor(name),
            open.store().pending(name),
            oldest == null ? null : Instant.ofEpochMilli(oldest),
            open.store().deadLetterCount(name),
            delivery.lastError()));
  }

  /** Some of a receiver's dead letters, behind the number of an event, the oldest first. */
  public List<DeadLetter> deadLetters(String name, long after, int limit) {
    return outbox == null
        ? List.of()
        : outbox.store().deadLetters(name, after, limit).stream()
            .map(letter -> new DeadLetter(letter.number(), letter.reason(), letter.json()))
            .toList();
  }

  /**
   * An event that a receiver did not take.
   *
   * @param number of the event
   * @param reason why not
   * @param event as JSON
   */
  public record DeadLetter(long number, String reason, String event) {}

  /** Sends a receiver everything again that is kept behind a number; answers how much. */
  public long replay(String name, long after) {
    Outbox open = outbox;
    if (open == null) {
      return 0;
    }
    long events = open.store().replay(name, after);
    open.delivery(name).wake();
    return events;
  }

  /** Sends a receiver its dead letters again; answers how many. */
  public int replayDeadLetters(String name) {
    Outbox open = outbox;
    if (open == null) {
      return 0;
    }
    int letters = open.store().sendAgain(name);
    open.delivery(name).wake();
    return letters;
  }

  /** Throws a receiver's dead letters away; answers how many. */
  public int discardDeadLetters(String name) {
    return outbox == null ? 0 : outbox.store().discardDeadLetters(name);
  }

  /** Events that a receiver has taken since the start, repetitions counted again. */
  public long delivered(String name) {
    return outbox == null ? 0 : outbox.delivery(name).delivered();
  }

  /** Requests that a receiver has not taken since the start. */
  public long failed(String name) {
    return outbox == null ? 0 : outbox.delivery(name).failed();
  }

  /** Events that some receiver never gets, for a limit was reached. */
  public long lost() {
    return outbox == null ? 0 : outbox.journal().lost() + outbox.store().lost();
  }

  /** What the events in the outbox take. */
  public long storedBytes() {
    return outbox == null ? 0 : outbox.store().chars();
  }

  /** Whether the disk takes what happens. */
  public boolean isWriting() {
    return outbox == null || !outbox.writer().isFailing();
  }

  /** Writes what waits; what cannot be sent at once is sent when the server runs again. */
  @Override
  public void close() {
    if (outbox == null) {
      return;
    }
    try {
      awaitWritten();
      for (long left = GOODBYE_LIMIT.toMillis(); left > 0 && somethingWaits(outbox); ) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        left -= POLL.toMillis();
      }
      outbox.deliveries().forEach(Delivery::close);
      outbox.http().close();
      outbox.writer().close();
      for (Thread thread : outbox.threads()) {
        thread.join(WRITE_LIMIT);
      }
      outbox.store().close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MVStoreException e) {
      LOG.error("The outbox of webhooks could not be closed in order", e);
    }
  }

  /** Something that a receiver would take now. */
  private static boolean somethingWaits(Outbox outbox) {
    return outbox.deliveries().stream()
        .anyMatch(
            delivery ->
                delivery.lastError() == null
                    && outbox.store().pending(delivery.endpoint().name()) > 0);
  }
}
