package dev.sluice.perf.load;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The one thread that sends and receives the media of all participants: each millisecond what is
 * due, each 5 ms all sockets, as the C reference's sinks are read. Arrival times are the kernel's,
 * so reading late changes no delay.
 */
final class MediaLoop implements AutoCloseable {
  private static final long TURN_NANOS = 1_000_000;
  private static final long READ_NANOS = 5_000_000;
  private static final long LATE_NANOS = 50_000_000;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<LoadPeer> peers = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final NativeUdp udp = new NativeUdp(arena);
  private final Thread thread;
  private volatile boolean stopped;
  private long readDueNanos;
  private long lateTurns;

  MediaLoop() {
    thread = Thread.ofPlatform().name("load-media").daemon(true).start(this::run);
  }

  /** The clock of arrivals, for the loop's thread. */
  NativeUdp udp() {
    return udp;
  }

  /** Has the loop do something; the result comes when it is done. */
  <T> CompletableFuture<T> call(Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            done.complete(task.get());
          } catch (RuntimeException failure) {
            done.completeExceptionally(failure);
          }
        });
    LockSupport.unpark(thread);
    return done;
  }

  /** Has the loop do something and waits for it. */
  void run(Runnable task) {
    Object ignored =
        call(() -> {
              task.run();
              return thread;
            })
            .join();
  }

  /** Loop only. */
  void add(LoadPeer peer) {
    peers.add(peer);
  }

  /** Loop only: forgets a peer and closes its socket. */
  void remove(LoadPeer peer) {
    if (peers.remove(peer)) {
      NativeUdp.close(peer.socket());
    }
  }

  /** Loop only: all that there are. */
  List<LoadPeer> peers() {
    return peers;
  }

  /** Loop only: turns that began more than 50 ms late since it was last asked. */
  long takeLateTurns() {
    long late = lateTurns;
    lateTurns = 0;
    return late;
  }

  private void run() {
    long lastNanos = udp.realtimeNanos();
    while (!stopped) {
      long nowNanos = udp.realtimeNanos();
      if (nowNanos - lastNanos > LATE_NANOS) {
        lateTurns++;
      }
      lastNanos = nowNanos;
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      sendDue(nowNanos);
      if (readDueNanos <= nowNanos) {
        readDueNanos = nowNanos + READ_NANOS;
        read();
      }
      long leftNanos = TURN_NANOS - (udp.realtimeNanos() - nowNanos);
      if (leftNanos > 0) {
        LockSupport.parkNanos(leftNanos);
      }
    }
  }

  private void sendDue(long nowNanos) {
    for (int i = 0; i < peers.size(); i++) {
      LoadPeer peer = peers.get(i);
      List<MediaSource> sources = peer.sources();
      for (int j = 0; j < sources.size(); j++) {
        if (sources.get(j).dueNanos() <= nowNanos) {
          sources.get(j).handleDue(peer, nowNanos);
        }
      }
    }
  }

  private void read() {
    for (int i = 0; i < peers.size(); i++) {
      LoadPeer peer = peers.get(i);
      udp.receive(peer.socket(), peer);
      peer.handleTimeout(udp.realtimeNanos());
    }
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    peers.forEach(peer -> NativeUdp.close(peer.socket()));
    arena.close();
  }
}
