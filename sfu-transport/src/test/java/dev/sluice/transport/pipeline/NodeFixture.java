package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.fail;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.peer.PacketTap;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.transport.tcp.TcpLimits;
import dev.sluice.transport.udp.UdpBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Nodes on loopback ports, the peers that talk to them, and a clock that a test moves on. */
abstract class NodeFixture {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long STEP_NANOS = 1_000_000;

  static final TcpLimits TCP_LIMITS = new TcpLimits(8, 6, TcpLimits.MIN_QUEUE_BYTES);

  /** Added to the real clock. */
  final AtomicLong skippedNanos = new AtomicLong();

  private final List<SfuNode> nodes = new ArrayList<>();
  private final List<TestPeer> peers = new ArrayList<>();
  private @Nullable SfuNode stepped;

  @AfterEach
  void closeAll() {
    nodes.forEach(SfuNode::close);
    peers.forEach(TestPeer::close);
  }

  /** A node that {@link #until} steps. */
  SfuNode stepped() {
    return stepped(null);
  }

  SfuNode stepped(@Nullable PacketTap tap) {
    return node(ThreadingMode.INVOKER, 1, UdpBackend.best(), 0, tap);
  }

  SfuNode node(ThreadingMode mode, int workers, UdpBackend backend) {
    return node(mode, workers, backend, 0, null);
  }

  SfuNode node(
      ThreadingMode mode, int workers, UdpBackend backend, int port, @Nullable PacketTap tap) {
    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return node(config(mode, workers, bind), backend, tap);
  }

  /** Three workers, of which each sends to so many of a room before another one helps. */
  SfuNode withLanes(int subscribersPerWorker, UdpBackend backend) {
    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return node(
        config(ThreadingMode.DEDICATED, 3, subscribersPerWorker, bind, CipherPreference.AUTO),
        backend,
        null);
  }

  SfuNode node(MediaConfig config, UdpBackend backend, @Nullable PacketTap tap) {
    SfuNode node =
        new SfuNode(
            config, new NodeSeams(() -> System.nanoTime() + skippedNanos.get(), backend, tap));
    nodes.add(node);
    stepped = config.threading() == ThreadingMode.INVOKER ? node : null;
    return node;
  }

  static MediaConfig config(ThreadingMode mode, int workers, InetSocketAddress bind) {
    return config(mode, workers, bind, CipherPreference.AUTO);
  }

  static MediaConfig config(
      ThreadingMode mode, int workers, InetSocketAddress bind, CipherPreference ciphers) {
    return config(mode, workers, 0, bind, ciphers);
  }

  static MediaConfig config(
      ThreadingMode mode,
      int workers,
      int subscribersPerWorker,
      InetSocketAddress bind,
      CipherPreference ciphers) {
    return new MediaConfig(
        bind,
        List.of(),
        false,
        mode,
        workers,
        subscribersPerWorker,
        20,
        16,
        List.of(SrtpProfile.values()),
        RoomLimits.DEFAULT,
        null,
        RoomSettings.defaultCodecs(),
        MediaConfig.Exposure.DEFAULT,
        new MediaConfig.Tcp(MediaConfig.Tcp.FOLLOWS_UDP, TCP_LIMITS),
        ciphers);
  }

  TestPeer peer(SfuNode node, String room, String name) {
    TestPeer peer = new TestPeer(node, room, name);
    peers.add(peer);
    return peer;
  }

  /** A peer that is in its room, with a validated address and keys on both ends. */
  TestPeer connected(SfuNode node, String room, String name) {
    return connected(peer(node, room, name), name);
  }

  /** The same by TCP alone. */
  TestPeer connectedByTcp(SfuNode node, String room, String name) {
    TestPeer peer = peer(node, room, name);
    peer.overTcp();
    return connected(peer, name);
  }

  private TestPeer connected(TestPeer peer, String name) {
    peer.enter().check();
    until("the check of " + name + " is answered", () -> !peer.checkResponses.isEmpty());
    peer.connectWithoutHandshake();
    until(
        name + " is connected", () -> peer.events.contains(new RoomEvent.MediaStateChanged(true)));
    return peer;
  }

  void skip(long seconds) {
    skippedNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  /** Steps the node, or waits for its threads, until something is so. */
  void until(String what, BooleanSupplier condition) {
    long giveUpNanos = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - giveUpNanos > 0) {
        fail("gave up waiting until " + what);
      }
      turn();
    }
  }

  /** Some turns, for what must not happen. */
  void turns(int count) {
    for (int i = 0; i < count; i++) {
      turn();
    }
  }

  private void turn() {
    SfuNode node = stepped;
    if (node != null) {
      node.runOnce(STEP_NANOS);
    } else {
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** How many datagrams were dropped for a reason, as of now. */
  long drops(SfuNode node, DropReason reason) {
    long sum = 0;
    for (WorkerStatistics statistics : node.statistics()) {
      sum += statistics.drops().getOrDefault(reason, 0L);
    }
    return sum;
  }

  /** Lets a second pass, so that the next turn publishes its figures, and waits for a count. */
  void untilDropped(SfuNode node, DropReason reason, long count) {
    until(
        count + " dropped as " + reason,
        () -> {
          skip(1);
          turn();
          return drops(node, reason) >= count;
        });
  }
}
