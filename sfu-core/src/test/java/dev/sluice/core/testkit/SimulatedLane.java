package dev.sluice.core.testkit;

import dev.sluice.core.media.DropCounters;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.EgressLane;
import dev.sluice.core.peer.EgressOrder;
import dev.sluice.core.peer.LanePort;
import dev.sluice.core.peer.LaneWorker;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.srtp.SrtpCiphers;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker that encrypts and sends for the room's: takes orders up to a number, and carries each
 * out some time later.
 */
public final class SimulatedLane {
  private final DropCounters drops = new DropCounters();
  private final LaneWorker worker =
      new LaneWorker(MediaMeans.with(SrtpCiphers.jdk().forAnotherThread()), drops);
  private final ArrayDeque<Handed> handed = new ArrayDeque<>();
  private final LongSupplier clock;
  private long delayNanos;
  private int capacity = Integer.MAX_VALUE;

  private record Handed(EgressLane lane, EgressOrder order, long dueNanos) {}

  SimulatedLane(LongSupplier clock) {
    this.clock = clock;
  }

  /** How long an order waits for its turn; nothing at first. */
  public void setDelay(long nanos) {
    delayNanos = nanos;
  }

  /** How many orders may wait. */
  public void setCapacity(int orders) {
    capacity = orders;
  }

  /** What this worker did not send. */
  public DropCounters drops() {
    return drops;
  }

  /** Orders carried out. */
  public long orders() {
    return worker.orders();
  }

  /** Orders that wait. */
  public int waiting() {
    return handed.size();
  }

  LanePort port(DatagramSink sink) {
    return new LanePort() {
      @Override
      public @Nullable EgressOrder offer(EgressLane lane, EgressOrder order) {
        if (handed.size() >= capacity) {
          return null;
        }
        handed.add(new Handed(lane, order, clock.getAsLong() + delayNanos));
        return new EgressOrder();
      }

      @Override
      public void send(DatagramBatch batch) {
        sink.send(batch);
      }
    };
  }

  long nextDueNanos() {
    Handed first = handed.peek();
    return first == null ? Long.MAX_VALUE : first.dueNanos();
  }

  void handleDue() {
    while (nextDueNanos() <= clock.getAsLong()) {
      Handed first = handed.remove();
      worker.handle(first.lane(), first.order());
    }
  }
}
