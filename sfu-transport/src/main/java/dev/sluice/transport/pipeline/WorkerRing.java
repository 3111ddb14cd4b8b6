package dev.sluice.transport.pipeline;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import dev.sluice.core.peer.EgressLane;
import dev.sluice.core.peer.EgressOrder;
import dev.sluice.core.rtp.PacketKind;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The one way in to a worker: datagrams for its rooms, tasks, and what rooms of other workers have
 * it encrypt and send, in one order. What finds no place is refused; nobody waits here.
 *
 * <p>Offered to by any thread, polled by the worker.
 */
final class WorkerRing {
  static final int SIZE = 4096;

  /** Places that packets leave free for tasks. */
  static final int RESERVED_FOR_TASKS = 512;

  private final RingBuffer<RingEntry> entries =
      RingBuffer.createMultiProducer(RingEntry::new, SIZE);
  private final EventPoller<RingEntry> poller = entries.newPoller();
  private final EventPoller.Handler<RingEntry> handler;

  /**
   * An empty one.
   *
   * @param handler called by {@link #poll}; clears each entry, and throws nothing
   */
  WorkerRing(EventPoller.Handler<RingEntry> handler) {
    this.handler = handler;
    entries.addGatingSequences(poller.getSequence());
  }

  /** A datagram; false when it has no place. */
  boolean offer(PeerEndpoint endpoint, PacketKind kind, ByteBuf content, long readNanos) {
    long sequence = nextForMedia();
    if (sequence < 0) {
      return false;
    }
    try {
      int length = content.readableBytes();
      RingEntry entry = entries.get(sequence);
      content.getBytes(content.readerIndex(), entry.bytes, 0, length);
      entry.length = length;
      entry.arrivalNanos = readNanos;
      entry.kind = kind;
      entry.endpoint = endpoint;
    } finally {
      entries.publish(sequence);
    }
    return true;
  }

  /**
   * An order.
   *
   * @param mediaNanos when the oldest packet was read that waits to leave
   * @param nowNanos on the offering worker
   * @return an empty order in exchange, the one that was carried out in this place before; null
   *     when it has no place
   */
  @Nullable EgressOrder offer(EgressLane lane, EgressOrder order, long mediaNanos, long nowNanos) {
    long sequence = nextForMedia();
    if (sequence < 0) {
      return null;
    }
    try {
      RingEntry entry = entries.get(sequence);
      EgressOrder empty = entry.order;
      entry.order = order;
      entry.lane = lane;
      entry.arrivalNanos = mediaNanos;
      entry.orderedNanos = nowNanos;
      // Only the first time round: then each place has one.
      return empty == null ? new EgressOrder() : empty;
    } finally {
      entries.publish(sequence);
    }
  }

  /** A task; false when it has no place. */
  boolean offer(WorkerTask task) {
    long sequence = next();
    if (sequence < 0) {
      return false;
    }
    entries.get(sequence).task = task;
    entries.publish(sequence);
    return true;
  }

  private long nextForMedia() {
    return entries.hasAvailableCapacity(RESERVED_FOR_TASKS + 1) ? next() : -1;
  }

  private long next() {
    try {
      return entries.tryNext();
    } catch (InsufficientCapacityException full) {
      return -1;
    }
  }

  /** The worker only: hands out what has come. */
  void poll() {
    try {
      poller.poll(handler);
    } catch (Exception failure) {
      throw new IllegalStateException("the ring's handler catches what it runs", failure);
    }
  }

  /** The worker only: whether {@link #poll} would find nothing. */
  boolean isEmpty() {
    return entries.getCursor() == poller.getSequence().get();
  }

  /** Free places. */
  long free() {
    return entries.remainingCapacity();
  }
}
