package dev.sluice.transport.pipeline;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.room.Delivery;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomTotals;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.transport.udp.UdpPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ManualIoEventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One media worker: owns whole rooms, a socket on the media port and its Netty loop, and does
 * everything in one duty cycle: run the I/O loop (which puts datagrams into the ring of the worker
 * that owns their room, usually this one), poll the ring, run what is due, flush. It reads the
 * clock once per turn, after the wait.
 *
 * <p>{@link #runOnce} is called by one thread only; {@link #submit} by any. A fault in a room
 * closes that room; the worker goes on.
 */
final class MediaWorker {
  private static final Logger LOG = LoggerFactory.getLogger(MediaWorker.class);

  private static final int RING_SIZE = 4096;

  /** Places in the ring that packets leave free for tasks. */
  private static final int RESERVED_FOR_TASKS = 512;

  private static final long MAX_WAIT_NANOS = 250_000_000;
  private static final long SWEEP_INTERVAL_NANOS = 1_000_000_000;
  private static final long SUBMIT_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final int index;
  private final Node node;
  private final Ingress ingress;
  private final RingBuffer<RingEntry> ring =
      RingBuffer.createMultiProducer(RingEntry::new, RING_SIZE);
  private final EventPoller<RingEntry> poller = ring.newPoller();
  private final Loop loop;
  private final Map<RoomId, Room> rooms = new HashMap<>();
  private final List<Room> roomList = new ArrayList<>();
  private final DropCounters drops = new DropCounters();

  private volatile @Nullable UdpPort port;
  private long nowNanos;
  private long sweepDueNanos;
  private long statisticsDueNanos;
  private volatile WorkerStatistics statistics = WorkerStatistics.NONE;
  private long turns;

  /** What a worker asks of the node that it is part of. */
  interface Node {
    /** A room that is about to be made, or null when there are too many. */
    @Nullable Room newRoom(RoomId id);

    /** A room has ended. */
    void roomEnded(RoomId id);

    /** The participant is gone: its transport ends. */
    void participantGone(RoomCommand.Leave leave);

    /** Looks after the endpoints of this worker. */
    void sweep(MediaWorker worker, long nowNanos);
  }

  /** Handles what arrives on a worker's socket. */
  interface Ingress {
    /** One datagram; called on the worker's thread. */
    void onDatagram(MediaWorker receivedBy, ByteBuf content, InetSocketAddress remote);
  }

  MediaWorker(int index, Node node, Ingress ingress, @Nullable Thread owner) {
    this.index = index;
    this.node = node;
    this.ingress = ingress;
    ring.addGatingSequences(poller.getSequence());
    loop = new Loop(owner);
  }

  /** Begins to bind its socket; completes while the worker runs. */
  ChannelFuture bind(InetSocketAddress address, boolean shared) {
    ChannelFuture future =
        UdpPort.bind(
            loop, address, shared, (content, remote) -> ingress.onDatagram(this, content, remote));
    future.addListener(
        done -> {
          if (done.isSuccess()) {
            port = UdpPort.of(future.channel());
          }
        });
    return future;
  }

  /** Says which thread will call {@link #runOnce}; before its first turn. */
  void setOwner(Thread owner) {
    loop.setOwningThread(owner);
  }

  /** Whether the socket is bound. Any thread. */
  boolean bound() {
    return port != null;
  }

  /** The socket. */
  UdpPort port() {
    UdpPort bound = port;
    if (bound == null) {
      throw new IllegalStateException("worker " + index + " is not bound");
    }
    return bound;
  }

  /** One turn of the duty cycle; waits for something to do for at most {@code maxWaitNanos}. */
  void runOnce(long maxWaitNanos) {
    long waitNanos = Math.min(maxWaitNanos, nextDeadlineNanos() - System.nanoTime());
    if (waitNanos > 0) {
      loop.run(waitNanos);
    } else {
      loop.runNow();
    }
    nowNanos = System.nanoTime();
    pollRing();
    runDue();
    UdpPort bound = port;
    if (bound != null) {
      bound.flush();
    }
    turns++;
  }

  /** Runs turns until its thread is interrupted. */
  void runUntilInterrupted() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        runOnce(MAX_WAIT_NANOS);
      } catch (RuntimeException | Error failure) {
        LOG.error("worker {} goes on after a fault outside of any room", index, failure);
      }
    }
    var ended = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    while (!ended.isDone()) {
      loop.runNow();
    }
  }

  /** Hands over a datagram for a peer of this worker; false (and counted) when the ring is full. */
  boolean offer(PeerEndpoint endpoint, PacketKind kind, ByteBuf content) {
    int length = content.readableBytes();
    if (!ring.hasAvailableCapacity(RESERVED_FOR_TASKS)) {
      return false;
    }
    long sequence;
    try {
      sequence = ring.tryNext();
    } catch (InsufficientCapacityException full) {
      return false;
    }
    try {
      RingEntry entry = ring.get(sequence);
      content.getBytes(content.readerIndex(), entry.bytes, 0, length);
      entry.length = length;
      entry.kind = kind;
      entry.endpoint = endpoint;
    } finally {
      ring.publish(sequence);
    }
    wakeUp();
    return true;
  }

  /**
   * Hands over a task from any thread. On the worker itself it runs in this or the next turn.
   *
   * @throws RejectedExecutionException when the worker has not caught up for two seconds
   */
  void submit(WorkerTask task) {
    long giveUpNanos = System.nanoTime() + SUBMIT_PATIENCE_NANOS;
    while (!tryPublish(task)) {
      if (loop.inEventLoop(Thread.currentThread()) || System.nanoTime() - giveUpNanos > 0) {
        throw new RejectedExecutionException("worker " + index + " is overloaded");
      }
      LockSupport.parkNanos(100_000);
    }
    wakeUp();
  }

  /** Hands over a command for a room of this worker. */
  void submitCommand(RoomCommand command) {
    submit(now -> handleCommand(command, now));
  }

  private boolean tryPublish(WorkerTask task) {
    try {
      long sequence = ring.tryNext();
      ring.get(sequence).task = task;
      ring.publish(sequence);
      return true;
    } catch (InsufficientCapacityException full) {
      return false;
    }
  }

  private void wakeUp() {
    if (!loop.inEventLoop(Thread.currentThread())) {
      loop.wakeup();
    }
  }

  /** Owner only: DTLS has given keys for a peer. Null when the participant has left meanwhile. */
  @Nullable PeerSession connect(PeerEndpoint endpoint, SrtpKeys keys) {
    Room room = rooms.get(endpoint.key().room());
    if (room == null) {
      return null;
    }
    room.connect(endpoint.key().participant(), keys, endpoint);
    deliver(room);
    return room.peer(endpoint.key().participant());
  }

  /** Owner only: an RTP or RTCP datagram of a peer. */
  void handleMedia(PeerEndpoint endpoint, PacketKind kind, byte[] bytes, int length, long now) {
    PeerSession session = endpoint.session();
    Room room = rooms.get(endpoint.key().room());
    if (session == null) {
      if (!endpoint.keepEarly(kind, bytes, length)) {
        drops.count(DropReason.NO_KEYS);
      }
      return;
    }
    if (room == null) {
      drops.count(DropReason.NOT_CONNECTED);
      return;
    }
    guarded(
        room,
        now,
        () -> {
          if (kind == PacketKind.RTP) {
            room.handleRtp(session, bytes, 0, length, now);
          } else {
            room.handleRtcp(session, bytes, 0, length, now);
          }
        });
  }

  /** Owner only: counts a datagram that got nowhere. */
  void countDrop(DropReason reason) {
    drops.count(reason);
  }

  /** Owner only. */
  @Nullable Room room(RoomId id) {
    return rooms.get(id);
  }

  /** Owner only: all rooms. */
  List<Room> rooms() {
    return roomList;
  }

  /** Owner only: delivers what a room has to say. */
  void deliver(Room room) {
    Delivery delivery;
    while ((delivery = room.pollEvent()) != null) {
      try {
        delivery.listener().onEvent(delivery.event());
      } catch (RuntimeException failure) {
        LOG.error("a listener in {} failed on {}", room.id(), delivery.event(), failure);
      }
    }
  }

  /** The figures of the last second. Any thread. */
  WorkerStatistics statistics() {
    return statistics;
  }

  int index() {
    return index;
  }

  private void pollRing() {
    try {
      poller.poll(
          (entry, sequence, endOfBatch) -> {
            handle(entry);
            return true;
          });
    } catch (Exception failure) {
      throw new IllegalStateException("the ring's handler catches what it runs", failure);
    }
  }

  private void handle(RingEntry entry) {
    WorkerTask task = entry.task;
    PeerEndpoint endpoint = entry.endpoint;
    try {
      if (task != null) {
        task.run(nowNanos);
      } else if (endpoint != null && !endpoint.closed()) {
        handleMedia(endpoint, entry.kind, entry.bytes, entry.length, nowNanos);
      }
    } catch (RuntimeException | Error failure) {
      LOG.error("worker {} goes on after a fault in a task", index, failure);
    } finally {
      entry.clear();
    }
  }

  private void handleCommand(RoomCommand command, long now) {
    Room room = rooms.get(command.room());
    if (room == null && command instanceof RoomCommand.Join join) {
      room = node.newRoom(join.room());
      if (room == null) {
        join.listener().onEvent(WorkerEvents.TOO_MANY_ROOMS);
        return;
      }
      rooms.put(room.id(), room);
      roomList.add(room);
    }
    if (room == null) {
      return;
    }
    Room target = room;
    guarded(target, now, () -> target.handleCommand(command, now));
    deliver(target);
    if (command instanceof RoomCommand.Leave leave) {
      node.participantGone(leave);
    }
    removeIfEmpty(target);
  }

  private void removeIfEmpty(Room room) {
    if (room.isEmpty() && rooms.remove(room.id()) != null) {
      roomList.remove(room);
      node.roomEnded(room.id());
    }
  }

  private void runDue() {
    for (int i = roomList.size() - 1; i >= 0; i--) {
      Room room = roomList.get(i);
      if (room.nextDeadlineNanos() <= nowNanos) {
        guarded(room, nowNanos, () -> room.handleTimeout(nowNanos));
      }
      deliver(room);
    }
    if (sweepDueNanos - nowNanos <= 0) {
      sweepDueNanos = nowNanos + SWEEP_INTERVAL_NANOS;
      node.sweep(this, nowNanos);
    }
    if (statisticsDueNanos - nowNanos <= 0) {
      statisticsDueNanos = nowNanos + SWEEP_INTERVAL_NANOS;
      publishStatistics();
    }
  }

  private void publishStatistics() {
    RoomTotals totals = new RoomTotals();
    roomList.forEach(room -> room.addTo(totals));
    statistics = WorkerStatistics.of(totals, drops, turns, ring.remainingCapacity());
  }

  /** A broken invariant closes the one room that it is in, and says so. */
  private void guarded(Room room, long now, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error failure) {
      LOG.error("room {} is closed: a broken invariant", room.id(), failure);
      try {
        room.handleCommand(new RoomCommand.CloseRoom(room.id(), LeaveReason.INTERNAL_ERROR), now);
        deliver(room);
      } catch (RuntimeException again) {
        LOG.error("room {} could not say goodbye", room.id(), again);
      }
      if (rooms.remove(room.id()) != null) {
        roomList.remove(room);
        node.roomEnded(room.id());
      }
    }
  }

  private long nextDeadlineNanos() {
    long next = Math.min(sweepDueNanos, statisticsDueNanos);
    for (int i = 0; i < roomList.size(); i++) {
      next = Math.min(next, roomList.get(i).nextDeadlineNanos());
    }
    return next;
  }

  /**
   * Netty's loop on this worker's thread. {@link #canBlock()} closes the gap between the last poll
   * of the ring and the wait: an entry published there is seen before the loop blocks.
   */
  private final class Loop extends ManualIoEventLoop {
    Loop(@Nullable Thread owner) {
      super(owner, UdpPort.ioHandlerFactory());
    }

    @Override
    protected boolean canBlock() {
      return super.canBlock() && ring.getCursor() == poller.getSequence().get();
    }
  }
}
