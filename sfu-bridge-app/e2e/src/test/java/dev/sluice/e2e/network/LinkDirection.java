package dev.sluice.e2e.network;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * One direction of a relayed link: what passed it and what was lost, and its bottleneck, a queue
 * that drains at a rate and drops what does not fit. The relay's thread sends; anybody may set the
 * bottleneck and read the counters.
 */
public final class LinkDirection {
  /** Instead of a time: the queue is full. */
  static final long FULL = Long.MIN_VALUE;

  /** IPv4 and UDP. */
  private static final int LOWER_HEADER_BYTES = 28;

  private final LongAdder forwarded = new LongAdder();
  private final LongAdder forwardedBytes = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private volatile Bottleneck bottleneck = new Bottleneck(0, 0);
  private long busyUntilNanos;

  private record Bottleneck(long bitrateBps, long queueNanos) {}

  /** Datagrams that were passed on. */
  public long forwarded() {
    return forwarded.sum();
  }

  /** Their bytes, with IPv4 and UDP headers. */
  public long forwardedBytes() {
    return forwardedBytes.sum();
  }

  /** Datagrams that were lost on purpose or did not fit. */
  public long lost() {
    return lost.sum();
  }

  /**
   * From now on all clients behind the bottleneck together get so much; what would wait longer than
   * the queue is lost.
   *
   * @param bitrateBps with IPv4 and UDP headers, or 0 for all there is
   */
  public void limit(long bitrateBps, Duration queue) {
    bottleneck = new Bottleneck(bitrateBps, queue.toNanos());
  }

  /** When a datagram that comes now has passed the bottleneck, or {@link #FULL}. */
  long leavesNanos(int payloadBytes, long nowNanos) {
    Bottleneck limit = bottleneck;
    if (limit.bitrateBps() == 0) {
      return nowNanos;
    }
    long waitNanos = Math.max(0, busyUntilNanos - nowNanos);
    if (waitNanos > limit.queueNanos()) {
      return FULL;
    }
    long bits = (payloadBytes + LOWER_HEADER_BYTES) * 8L;
    busyUntilNanos = nowNanos + waitNanos + bits * 1_000_000_000 / limit.bitrateBps();
    return busyUntilNanos;
  }

  void handleForwarded(int payloadBytes) {
    forwarded.increment();
    forwardedBytes.add(payloadBytes + LOWER_HEADER_BYTES);
  }

  void handleLost() {
    lost.increment();
  }
}
