package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.room.Room;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.transport.ice.LiteIceGateway;
import dev.sluice.transport.udp.UdpBackend;
import dev.sluice.transport.udp.UdpRemote;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The duty cycle by itself: no socket, no room. */
class MediaWorkerTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.7", 40_000);
  private static final long LONG_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Stands still, so that nothing but a wake-up ends a wait early. */
  private final AtomicLong clock = new AtomicLong(1_000);

  private final AddressTable addresses = new AddressTable(1);
  private final DatagramRouter router =
      new DatagramRouter(
          new LiteIceGateway<>(new SecureRandom()), addresses, MediaConfig.Exposure.DEFAULT, 1);

  @Test
  void aFullRingDropsPacketsAndNeverBlocks() {
    MediaWorker worker = worker(UdpBackend.best(), Thread.currentThread());
    PeerEndpoint alice = validated(worker);
    ByteBuf packet = Unpooled.wrappedBuffer(new byte[] {(byte) 0x80, 111, 0, 1});
    int fits = WorkerRing.SIZE - WorkerRing.RESERVED_FOR_TASKS;

    for (int i = 0; i < fits + 100; i++) {
      router.onDatagram(worker, 0, packet, REMOTE);
    }

    assertThat(worker.offer(alice, PacketKind.RTP, packet, 0)).isFalse();
    AtomicInteger ran = new AtomicInteger();
    worker.submit(now -> ran.incrementAndGet());
    runTurn(worker);
    assertThat(ran).as("tasks have places of their own").hasValue(1);
    assertThat(worker.statistics().drops())
        .containsEntry(DropReason.RING_FULL, 100L)
        .containsEntry(DropReason.NO_KEYS, fits - 32L);
    assertThat(worker.offer(alice, PacketKind.RTP, packet, 0)).as("room again").isTrue();
    worker.terminate();
  }

  @Test
  void allocatesNothingPerPacketOnTheWayThroughTheRing() {
    MediaWorker worker = worker(UdpBackend.best(), Thread.currentThread());
    validated(worker);
    ByteBuf packet = Unpooled.wrappedBuffer(new byte[] {(byte) 0x80, 111, 0, 1});
    passThrough(worker, packet, 20);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    int packets = passThrough(worker, packet, 20);

    // A turn allocates a little, whatever comes in it.
    assertThat((double) (threads.getCurrentThreadAllocatedBytes() - before) / packets)
        .as("bytes per packet")
        .isLessThan(1);
    worker.terminate();
  }

  /** Packets of a peer without keys: the ring, the peer's state, a drop. */
  private int passThrough(MediaWorker worker, ByteBuf packet, int turns) {
    int packets = 0;
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < 3_000; i++, packets++) {
        router.onDatagram(worker, 0, packet, REMOTE);
      }
      worker.runOnce(1);
    }
    return packets;
  }

  @Test
  void refusesTasksThatItsOwnThreadWouldWaitForForEver() {
    MediaWorker worker = worker(UdpBackend.best(), Thread.currentThread());
    for (int i = 0; i < WorkerRing.SIZE; i++) {
      worker.submit(now -> {});
    }

    assertThatThrownBy(() -> worker.submit(now -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("overloaded");
    worker.terminate();
  }

  @Test
  void goesOnAfterATaskThatThrows() {
    MediaWorker worker = worker(UdpBackend.best(), Thread.currentThread());
    AtomicInteger ran = new AtomicInteger();
    worker.submit(
        now -> {
          throw new AssertionError("broken on purpose");
        });
    worker.submit(now -> ran.incrementAndGet());

    runTurn(worker);

    assertThat(ran).hasValue(1);
    worker.terminate();
  }

  @Test
  void refusesTasksWhenItHasStoppedAndDoesThoseThatCameBefore() {
    MediaWorker worker = worker(UdpBackend.best(), Thread.currentThread());
    AtomicInteger ran = new AtomicInteger();
    worker.submit(now -> ran.incrementAndGet());

    worker.terminate();

    assertThat(ran).hasValue(1);
    assertThatThrownBy(() -> worker.submit(now -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("stopped");
  }

  /** The gap that a wake-up alone leaves: it does nothing while the owner is outside the loop. */
  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void seesATaskThatCameBetweenThePollAndTheWait(UdpBackend backend) throws Exception {
    MediaWorker worker = worker(backend, Thread.currentThread());
    runTurn(worker);
    AtomicInteger ran = new AtomicInteger();
    for (int i = 1; i <= 20; i++) {
      Thread other = Thread.ofPlatform().start(() -> worker.submit(now -> ran.incrementAndGet()));
      other.join();

      long startNanos = System.nanoTime();
      worker.runOnce(LONG_WAIT_NANOS);

      assertThat(ran).hasValue(i);
      assertThat(System.nanoTime() - startNanos)
          .as("a lost wake-up waits for the next deadline, a second away")
          .isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
    }
    worker.terminate();
  }

  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  @Timeout(60)
  void runsTenThousandTasksThatEachFindItAsleep(UdpBackend backend) throws Exception {
    MediaWorker worker = worker(backend, null);
    Thread thread =
        Thread.ofPlatform().name("worker under test").unstarted(worker::runUntilStopped);
    worker.setOwner(thread);
    thread.start();

    long startNanos = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      CountDownLatch ran = new CountDownLatch(1);
      worker.submit(now -> ran.countDown());
      ran.await();
    }
    long tookNanos = System.nanoTime() - startNanos;

    assertThat(tookNanos).as("all of them").isLessThan(TimeUnit.SECONDS.toNanos(20));
    worker.stop();
    assertThat(thread.join(Duration.ofSeconds(10))).as("it ends").isTrue();
  }

  private void runTurn(MediaWorker worker) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    worker.runOnce(1);
  }

  private MediaWorker worker(UdpBackend backend, @Nullable Thread owner) {
    return new MediaWorker(
        0,
        new NoRooms(),
        (worker, now) -> {},
        router,
        new NodeSeams(clock::get, backend, null),
        SrtpCiphers.jdk(),
        owner);
  }

  private PeerEndpoint validated(MediaWorker worker) {
    PeerEndpoint endpoint =
        new PeerEndpoint(
            new PeerKey(new RoomId("room"), new ParticipantId("alice")),
            worker,
            _ -> worker,
            _ ->
                new LocalTransport(
                    "ufrag", "pwd", new RemoteTransport.Fingerprint("sha-256", ""), List.of()),
            0);
    endpoint.handleCheck(new UdpPath(addresses, 0, UdpRemote.of(REMOTE)), true, 0);
    return endpoint;
  }

  private static final class NoRooms implements RoomHost.Node {
    @Override
    public @Nullable Room newRoom(RoomId id, long nowNanos) {
      return null;
    }

    @Override
    public void roomConfigured(RoomId id, RoomSettings settings) {}

    @Override
    public void roomEnded(RoomId id) {}

    @Override
    public void participantGone(PeerKey key) {}
  }
}
