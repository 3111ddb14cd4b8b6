package dev.sluice.core.testkit;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a network path in virtual time: loses, delays, reorders and repeats datagrams as
 * its seed says. The settings may change while datagrams are under way.
 *
 * <p>Jitter alone keeps the order, as a queue does; {@link #setReordering} picks the datagrams that
 * others overtake.
 */
public final class SimulatedLink {
  private final SplittableRandom random;
  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(
          Comparator.comparingLong(Flight::arrivalNanos).thenComparingLong(Flight::number));

  private double loss;
  private double burstStart;
  private int burstLength;
  private int burstLeft;
  private long delayNanos;
  private long jitterNanos;
  private double reordered;
  private double duplicated;
  private long rateBps;
  private int queueBytes = Integer.MAX_VALUE;
  private long busyUntilNanos;
  private long lastArrivalNanos = Long.MIN_VALUE;
  private long numbers;
  private long sent;
  private long lost;
  private long deliveredBytes;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Flight(long arrivalNanos, long number, byte[] datagram) {}

  /** A link without delay or loss. */
  public SimulatedLink(SplittableRandom random) {
    this.random = random;
  }

  /** Share of datagrams that are lost, each for itself. */
  public void setLoss(double share) {
    loss = share;
  }

  /** Loses {@code length} datagrams in a row; {@code start} is the chance that a run begins. */
  public void setBursts(double start, int length) {
    burstStart = start;
    burstLength = length;
  }

  /** One-way delay, and how much more a datagram may take. */
  public void setDelay(long newDelayNanos, long newJitterNanos) {
    delayNanos = newDelayNanos;
    jitterNanos = newJitterNanos;
  }

  /** Share of datagrams that take up to twice the delay (at least 5 ms more) and are overtaken. */
  public void setReordering(double share) {
    reordered = share;
  }

  /** Share of datagrams that arrive twice. */
  public void setDuplication(double share) {
    duplicated = share;
  }

  /** Capacity, and how much may wait for it before the tail is dropped. */
  public void setRate(long bitsPerSecond, int maxQueueBytes) {
    rateBps = bitsPerSecond;
    queueBytes = maxQueueBytes;
  }

  /** Puts a copy of a datagram on its way. */
  public void send(byte[] bytes, int offset, int length, long nowNanos) {
    sent++;
    if (loses() || overflows(length, nowNanos)) {
      lost++;
      return;
    }
    byte[] datagram = new byte[length];
    System.arraycopy(bytes, offset, datagram, 0, length);
    schedule(datagram, nowNanos);
    if (random.nextDouble() < duplicated) {
      schedule(datagram, nowNanos);
    }
  }

  /** When the next datagram arrives; {@link Long#MAX_VALUE} when none is under way. */
  public long nextArrivalNanos() {
    Flight next = flights.peek();
    return next == null ? Long.MAX_VALUE : next.arrivalNanos();
  }

  /** The next datagram that has arrived, or null. */
  public byte @Nullable [] poll(long nowNanos) {
    if (nextArrivalNanos() > nowNanos) {
      return null;
    }
    Flight arrived = flights.poll();
    if (arrived == null) {
      return null;
    }
    deliveredBytes += arrived.datagram().length;
    return arrived.datagram();
  }

  /** Datagrams given to the link. */
  public long sent() {
    return sent;
  }

  /** Datagrams that it lost. */
  public long lost() {
    return lost;
  }

  /** Bytes of the datagrams that arrived. */
  public long deliveredBytes() {
    return deliveredBytes;
  }

  /** How long a datagram sent now would wait for the capacity. */
  public long queueNanos(long nowNanos) {
    return rateBps == 0 ? 0 : Math.max(0, busyUntilNanos - nowNanos);
  }

  private boolean loses() {
    if (burstLeft > 0) {
      burstLeft--;
      return true;
    }
    if (random.nextDouble() < burstStart) {
      burstLeft = burstLength - 1;
      return true;
    }
    return random.nextDouble() < loss;
  }

  private boolean overflows(int length, long nowNanos) {
    if (rateBps == 0) {
      return false;
    }
    long waitNanos = Math.max(0, busyUntilNanos - nowNanos);
    if (waitNanos * rateBps / 8_000_000_000L + length > queueBytes) {
      return true;
    }
    busyUntilNanos = nowNanos + waitNanos + length * 8_000_000_000L / rateBps;
    return false;
  }

  private void schedule(byte[] datagram, long nowNanos) {
    long jitter = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
    long leaves = rateBps == 0 ? nowNanos : busyUntilNanos;
    long arrival = leaves + delayNanos + jitter;
    if (random.nextDouble() < reordered) {
      arrival += 5_000_000 + random.nextLong(Math.max(1, delayNanos));
    } else {
      arrival = Math.max(arrival, lastArrivalNanos);
      lastArrivalNanos = arrival;
    }
    flights.add(new Flight(arrival, numbers++, datagram));
  }
}
