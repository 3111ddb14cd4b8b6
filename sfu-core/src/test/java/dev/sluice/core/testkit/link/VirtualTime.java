package dev.sluice.core.testkit.link;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes only by doing what is due: a queue of events, first come first served. */
public final class VirtualTime {
  /** One second. */
  public static final long SECOND = 1_000_000_000L;

  /** One millisecond. */
  public static final long MILLISECOND = 1_000_000L;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
  private long nowNanos;
  private long numbers;

  private record Event(long nanos, long number, Runnable action) {}

  /** What it is now; starts at 0. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Does something then; at once, but after what is due already, if that is past. */
  public void at(long nanos, Runnable action) {
    events.add(new Event(Math.max(nanos, nowNanos), numbers++, action));
  }

  /** Does something after a while. */
  public void after(long delayNanos, Runnable action) {
    at(nowNanos + delayNanos, action);
  }

  /** Does everything that is due until then. */
  public void runUntil(long endNanos) {
    while (true) {
      Event next = events.peek();
      if (next == null || next.nanos() > endNanos) {
        nowNanos = endNanos;
        return;
      }
      events.remove();
      nowNanos = next.nanos();
      next.action().run();
    }
  }
}
