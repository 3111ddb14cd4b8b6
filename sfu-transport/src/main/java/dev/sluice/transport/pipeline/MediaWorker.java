package dev.sluice.transport.pipeline;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.peer.EgressLane;
import dev.sluice.core.peer.EgressOrder;
import dev.sluice.core.peer.LaneWorker;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.room.RoomTotals;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.transport.tcp.TcpConnection;
import dev.sluice.transport.tcp.TcpReceiver;
import dev.sluice.transport.udp.UdpBackend;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ManualIoEventLoop;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One media worker: owns whole rooms, its sockets on the media port and its Netty loop, and does
 * everything in one duty cycle: run the I/O loop (which puts datagrams into the ring of the worker
 * that owns their room, usually this one), poll the ring, run what is due, flush. It reads the
 * clock once per turn, after the wait.
 *
 * <p>{@link #runOnce} is called by one thread only; {@link #submit} by any. A fault in a room
 * closes that room; the worker goes on.
 */
final class MediaWorker {
  private static final Logger LOG = LoggerFactory.getLogger(MediaWorker.class);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long MAX_WAIT_NANOS = 250_000_000;
  private static final long SWEEP_INTERVAL_NANOS = 1_000_000_000;
  private static final long SUBMIT_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final int index;
  private final Ingress ingress;
  private final Sweeper sweeper;
  private final RoomHost rooms;
  private final LongSupplier clock;
  private final MediaMeans means;
  private final UdpBackend backend;
  private final WorkerRing ring = new WorkerRing(this::handle);
  private final Loop loop;
  private final ConcurrentHashMap<PeerKey, PeerEndpoint> endpoints = new ConcurrentHashMap<>();
  private final DropCounters drops = new DropCounters();

  private final WorkerSockets sockets;
  private final LaneWorker lanes;
  private final WorkerLoad load = new WorkerLoad();

  private volatile WorkerStatistics statistics = WorkerStatistics.NONE;
  private volatile boolean stopped;
  private boolean stopping;
  private long nowNanos;
  private long arrivalNanos;
  private boolean arrivalRead;
  private long sweepDueNanos;
  private long statisticsDueNanos;
  private long turns;

  /** Handles what arrives on a worker's sockets. Called on the worker's thread. */
  interface Ingress {
    /**
     * One datagram.
     *
     * @param socket the number of the local address that it was sent to
     */
    void onDatagram(MediaWorker receivedBy, int socket, ByteBuf content, InetSocketAddress remote);

    /** A client has connected; says who takes what it sends. */
    TcpReceiver accept(MediaWorker acceptedBy, TcpConnection connection);
  }

  /** Looks after the endpoints of a worker, once per second and on its thread. */
  interface Sweeper {
    /** One round. */
    void sweep(MediaWorker worker, long nowNanos);
  }

  /**
   * @param ciphers for its rooms and nobody else
   * @param owner the thread that will call {@link #runOnce}; null when {@link #setOwner} tells it
   */
  MediaWorker(
      int index,
      RoomHost.Node node,
      Sweeper sweeper,
      Ingress ingress,
      NodeSeams seams,
      SrtpCiphers ciphers,
      @Nullable Thread owner) {
    this.index = index;
    means = MediaMeans.with(ciphers);
    this.ingress = ingress;
    this.sweeper = sweeper;
    rooms = new RoomHost(node);
    clock = seams.nanoTime();
    backend = seams.backend();
    loop = new Loop(owner);
    sockets = new WorkerSockets(this, backend, loop, drops);
    lanes = new LaneWorker(means, drops);
    sweepDueNanos = clock.getAsLong();
    statisticsDueNanos = sweepDueNanos;
  }

  /** Owner only: begins to bind its sockets; {@code bound} completes while the worker runs. */
  @SuppressWarnings("FutureReturnValueIgnored") // its outcome is that of bound
  void bind(MediaBinding binding, CompletableFuture<Void> bound) {
    sockets
        .bind(binding, ingress)
        .whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                bound.complete(null);
              } else {
                bound.completeExceptionally(failure);
              }
            });
  }

  /** Says which thread will call {@link #runOnce}; before its first turn. */
  void setOwner(Thread owner) {
    loop.setOwningThread(owner);
  }

  /** Owner only: its ends of all paths. */
  WorkerSockets sockets() {
    return sockets;
  }

  /** One turn of the duty cycle; waits for something to do for at most {@code maxWaitNanos}. */
  void runOnce(long maxWaitNanos) {
    arrivalRead = false;
    long deadlineNanos = nextDeadlineNanos();
    long beforeNanos = clock.getAsLong();
    // Compared before it is subtracted: a deadline of "now" is the smallest long.
    if (deadlineNanos > beforeNanos) {
      loop.run(Math.min(maxWaitNanos, deadlineNanos - beforeNanos));
    } else {
      loop.runNow();
    }
    nowNanos = clock.getAsLong();
    ring.poll();
    runDue();
    sockets.flush();
    if (sockets.takeSentMedia()) {
      load.handleSent(clock.getAsLong());
    }
    load.handleTurnEnd(rooms.holding());
    turns++;
  }

  /** Runs turns until {@link #stop}. */
  void runUntilStopped() {
    while (!stopping) {
      try {
        runOnce(MAX_WAIT_NANOS);
      } catch (RuntimeException | Error failure) {
        LOG.error("worker {} goes on after a fault outside of any room", index, failure);
      }
    }
    terminate();
  }

  /** Whether {@link #stop} has been carried out; {@link #terminate} is next. Owner only. */
  boolean stopping() {
    return stopping;
  }

  /** Owner only, after the last turn: does what came in between, and gives back the sockets. */
  void terminate() {
    stopped = true;
    ring.poll();
    sockets.flush();
    var ended = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    while (!ended.isDone()) {
      loop.runNow();
    }
  }

  /** Ends the worker when it has done what it was given before. Any thread. */
  void stop() {
    submit(now -> stopping = true);
  }

  /**
   * Hands over a datagram for a peer of this worker; false when the ring is full. Any thread.
   *
   * @param readNanos when it was read
   */
  boolean offer(PeerEndpoint endpoint, PacketKind kind, ByteBuf content, long readNanos) {
    boolean taken = ring.offer(endpoint, kind, content, readNanos);
    if (taken) {
      wakeUp();
    }
    return taken;
  }

  /**
   * Hands over what this worker is to encrypt and send for a room of another one.
   *
   * @param owner of that room; its thread calls
   * @return an empty order in exchange, or null when the ring is full
   */
  @Nullable EgressOrder offer(EgressLane lane, EgressOrder order, MediaWorker owner) {
    long mediaNanos = owner.load.handleHandOver(owner.nowNanos);
    EgressOrder empty = stopped ? null : ring.offer(lane, order, mediaNanos, owner.nowNanos);
    if (empty != null) {
      wakeUp();
    }
    return empty;
  }

  /**
   * Hands over a task from any thread. On the worker itself it runs in this or the next turn.
   *
   * @throws RejectedExecutionException when the worker has not caught up for two seconds, or has
   *     stopped
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

  /** Owner only: whether nobody more may come to its rooms now. */
  boolean overloaded() {
    return load.overloaded();
  }

  /** Hands over a command for a room of this worker. Any thread. */
  void submitCommand(RoomCommand command) {
    submit(
        now -> {
          if (command instanceof RoomCommand.Join join && load.overloaded()) {
            rooms.refuse(join, WorkerEvents.OVERLOADED);
          } else {
            rooms.handleCommand(command, now);
          }
        });
  }

  private boolean tryPublish(WorkerTask task) {
    if (stopped) {
      throw new RejectedExecutionException("worker " + index + " has stopped");
    }
    return ring.offer(task);
  }

  private void wakeUp() {
    if (!loop.inEventLoop(Thread.currentThread())) {
      loop.wakeup();
    }
  }

  /** Owner only: its rooms. */
  RoomHost rooms() {
    return rooms;
  }

  /** The transports of its rooms' participants. Any thread. */
  ConcurrentHashMap<PeerKey, PeerEndpoint> endpoints() {
    return endpoints;
  }

  /** Owner only: counts a datagram that got nowhere. */
  void countDrop(DropReason reason) {
    drops.count(reason);
  }

  /** Owner only, while datagrams are read: the time at which the first of this turn was. */
  long arrivalNanos() {
    if (!arrivalRead) {
      arrivalRead = true;
      arrivalNanos = clock.getAsLong();
    }
    return arrivalNanos;
  }

  /** The figures of the last second. Any thread. */
  WorkerStatistics statistics() {
    return statistics;
  }

  /** Owner only: what its rooms' peers use in turns. */
  MediaMeans means() {
    return means;
  }

  int index() {
    return index;
  }

  private boolean handle(RingEntry entry, long sequence, boolean endOfBatch) {
    WorkerTask task = entry.task;
    PeerEndpoint endpoint = entry.endpoint;
    EgressLane lane = entry.lane;
    EgressOrder order = entry.order;
    try {
      if (task != null) {
        task.run(nowNanos);
      } else if (lane != null && order != null) {
        load.handleOrder(entry.arrivalNanos, entry.orderedNanos, nowNanos);
        lanes.handle(lane, order);
      } else if (endpoint != null && endpoint.owner() != this) {
        passOn(entry, endpoint);
      } else if (endpoint != null) {
        load.handleMedia(entry.kind, entry.arrivalNanos, nowNanos);
        handleMedia(endpoint, entry.kind, entry.bytes, entry.length);
      }
    } catch (RuntimeException | Error failure) {
      LOG.error("worker {} goes on after a fault in a task", index, failure);
    } finally {
      entry.clear();
    }
    return true;
  }

  /** A datagram that was handed over before its peer moved to a room of another worker. */
  private void passOn(RingEntry entry, PeerEndpoint endpoint) {
    ByteBuf content = Unpooled.wrappedBuffer(entry.bytes, 0, entry.length);
    if (!endpoint.owner().offer(endpoint, entry.kind, content, entry.arrivalNanos)) {
      drops.count(DropReason.RING_FULL);
    }
  }

  private void handleMedia(PeerEndpoint endpoint, PacketKind kind, byte[] bytes, int length) {
    DropReason reason = endpoint.handleMedia(kind, bytes, length, nowNanos);
    if (reason != null) {
      drops.count(reason);
    }
  }

  private void runDue() {
    if (sweepDueNanos - nowNanos <= 0) {
      sweepDueNanos = nowNanos + SWEEP_INTERVAL_NANOS;
      sockets.sweep(nowNanos);
      sweeper.sweep(this, nowNanos);
    }
    rooms.endTurn(nowNanos);
    if (statisticsDueNanos - nowNanos <= 0) {
      statisticsDueNanos = nowNanos + SWEEP_INTERVAL_NANOS;
      publishStatistics();
    }
  }

  private void publishStatistics() {
    RoomTotals totals = new RoomTotals();
    rooms.addTo(totals);
    long cpuNanos =
        THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
    load.handleSecond(
        nowNanos,
        cpuNanos,
        THREADS.getCurrentThreadAllocatedBytes(),
        drops.of(DropReason.RING_FULL));
    statistics =
        WorkerStatistics.of(
            totals, drops, turns, ring.free(), lanes.orders(), nowNanos, load.figures());
  }

  private long nextDeadlineNanos() {
    return Math.min(Math.min(sweepDueNanos, statisticsDueNanos), rooms.nextDeadlineNanos());
  }

  /**
   * Netty's loop on this worker's thread. {@link #canBlock()} closes the gap between the last poll
   * of the ring and the wait: an entry published there is seen before the loop blocks.
   */
  private final class Loop extends ManualIoEventLoop {
    Loop(@Nullable Thread owner) {
      super(owner, backend.ioHandlerFactory());
    }

    @Override
    protected boolean canBlock() {
      return super.canBlock() && ring.isEmpty();
    }
  }
}
