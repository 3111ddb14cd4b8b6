package dev.sluice.core.testkit.link;

import java.util.ArrayDeque;
import java.util.SplittableRandom;

/**
 * One direction of a bottleneck: a drop-tail queue whose length is given in time, served at the
 * capacity of a trace, then a propagation delay with jitter. Jitter is the positive half of a
 * normal distribution cut off at three deviations, and keeps the order.
 */
public final class LinkModel {
  private final VirtualTime time;
  private final CapacityTrace capacity;
  private final long queueNanos;
  private final long jitterNanos;
  private final LossModel loss;
  private final SplittableRandom random;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

  private long queuedBytes;
  private boolean serving;
  private long lastArrivalNanos;

  /** Receives the packets that came through. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * A packet arrives.
     *
     * @param queuedNanos how long it waited in the queue
     */
    void handleArrival(long queuedNanos);
  }

  private record Waiting(
      int sizeBytes, long enqueuedNanos, long propagationNanos, Receiver receiver) {}

  /**
   * A link.
   *
   * @param queueNanos what the queue holds at the capacity of the moment
   * @param jitterNanos the largest
   */
  public LinkModel(
      VirtualTime time,
      CapacityTrace capacity,
      long queueNanos,
      long jitterNanos,
      LossModel loss,
      long seed) {
    this.time = time;
    this.capacity = capacity;
    this.queueNanos = queueNanos;
    this.jitterNanos = jitterNanos;
    this.loss = loss;
    random = new SplittableRandom(seed);
  }

  /** Sends a packet; false if it is lost, which its sender must not know. */
  public boolean send(int sizeBytes, long propagationNanos, Receiver receiver) {
    double room = capacity.bitrateBps(time.nowNanos()) / 8e9 * queueNanos;
    // One packet always fits, however slow the link.
    boolean full = !queue.isEmpty() && queuedBytes + sizeBytes > room;
    if (loss.losesNext() || full) {
      return false;
    }
    queue.add(new Waiting(sizeBytes, time.nowNanos(), propagationNanos, receiver));
    queuedBytes += sizeBytes;
    if (!serving) {
      serveNext();
    }
    return true;
  }

  /** What the trace has now. */
  public long capacityBps() {
    return capacity.bitrateBps(time.nowNanos());
  }

  private void serveNext() {
    Waiting next = queue.peek();
    serving = next != null;
    if (next == null) {
      return;
    }
    long queued = time.nowNanos() - next.enqueuedNanos();
    long sending = next.sizeBytes() * 8L * VirtualTime.SECOND / capacityBps();
    time.after(
        sending,
        () -> {
          queue.remove();
          queuedBytes -= next.sizeBytes();
          deliver(next, queued);
          serveNext();
        });
  }

  private void deliver(Waiting packet, long queued) {
    double deviation = Math.min(Math.abs(random.nextGaussian()), 3);
    long arrival =
        time.nowNanos() + packet.propagationNanos() + (long) (deviation / 3 * jitterNanos);
    if (packet.propagationNanos() + jitterNanos > 0) {
      time.at(inOrder(packet, arrival), () -> packet.receiver().handleArrival(queued));
    } else {
      packet.receiver().handleArrival(queued);
    }
  }

  /** Packets of flows with other propagation delays may overtake; those of one flow must not. */
  private long inOrder(Waiting packet, long arrivalNanos) {
    long withoutPropagation = Math.max(arrivalNanos - packet.propagationNanos(), lastArrivalNanos);
    lastArrivalNanos = withoutPropagation;
    return withoutPropagation + packet.propagationNanos();
  }
}
