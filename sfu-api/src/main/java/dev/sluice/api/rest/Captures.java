package dev.sluice.api.rest;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The captures that are held: a few, each for a while, and gone with the server. One that nobody
 * removes is let go by itself, whether anybody asks or not: it is memory, and what people said.
 * Safe for every thread.
 */
final class Captures {
  /** One that is over and that nobody has removed goes after so long. */
  static final Duration KEPT = Duration.ofMinutes(10);

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final CaptureLimits limits;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private final Map<Long, Capture> byId = new TreeMap<>();
  private long lastId;

  Captures(CaptureLimits limits, InstantSource clock, LongSupplier nanoTime, Timer timer) {
    this.limits = limits;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /** Runs something later, on any thread. */
  interface Timer {
    void after(Duration delay, Runnable task);
  }

  /**
   * One capture.
   *
   * @param until when it ends by itself
   */
  record Capture(
      long id,
      RoomId room,
      String participant,
      CaptureBuffer buffer,
      Instant started,
      Instant until) {}

  CaptureLimits limits() {
    return limits;
  }

  /** Holds a new capture; null when as many are held as may be. */
  synchronized @Nullable Capture begin(
      RoomId room, String participant, boolean payload, Duration time) {
    letGo();
    Instant now = clock.instant();
    if (byId.size() >= limits.maxCaptures()) {
      return null;
    }
    long epochNanos = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    CaptureBuffer buffer =
        new CaptureBuffer(
            payload, limits.maxBytes(), nanoTime.getAsLong(), time.toNanos(), epochNanos);
    Capture capture = new Capture(++lastId, room, participant, buffer, now, now.plus(time));
    byId.put(capture.id(), capture);
    timer.after(time.plus(KEPT).plusSeconds(1), this::letGo);
    return capture;
  }

  /** Forgets those that nobody has removed in time. */
  private synchronized void letGo() {
    Instant now = clock.instant();
    byId.values().removeIf(capture -> now.isAfter(capture.until().plus(KEPT)));
  }

  /** Those of a room, the oldest first. */
  synchronized List<Capture> of(RoomId room) {
    return byId.values().stream().filter(capture -> capture.room().equals(room)).toList();
  }

  /** One of a room. */
  synchronized Optional<Capture> find(RoomId room, String id) {
    return of(room).stream().filter(capture -> Long.toString(capture.id()).equals(id)).findFirst();
  }

  /** Ends a capture and forgets it. */
  synchronized void remove(Capture capture) {
    capture.buffer().end(CaptureBuffer.End.STOPPED);
    byId.remove(capture.id());
  }

  /** Whether a capture is over by now, though no packet may have come since. */
  boolean isOver(Capture capture) {
    return capture.buffer().isOver(nanoTime.getAsLong());
  }
}
