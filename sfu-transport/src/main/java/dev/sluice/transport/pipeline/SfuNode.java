package dev.sluice.transport.pipeline;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.room.Room;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.time.MediaClock;
import dev.sluice.transport.dtls.DtlsCertificate;
import dev.sluice.transport.dtls.DtlsLimits;
import dev.sluice.transport.dtls.DtlsServerSession;
import dev.sluice.transport.ice.IceGateway;
import dev.sluice.transport.ice.LiteIceGateway;
import dev.sluice.transport.udp.UdpPort;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The media side of one server: its workers on their threads, the shared port, ICE and DTLS.
 * Signalling drives it through {@link SfuControl}. Thread safe.
 */
public final class SfuNode implements SfuControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SfuNode.class);

  /** RFC 7675 §5.1. */
  private static final long CONSENT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Browsers check every two to five seconds. */
  private static final long SILENT_PATH_NANOS = TimeUnit.SECONDS.toNanos(12);

  private static final long CLOSE_PATIENCE_MILLIS = 2_000;

  private final MediaConfig config;
  private final SecureRandom random = new SecureRandom();
  private final MediaClock clock;
  private final SrtpCiphers ciphers = SrtpCiphers.jdk();
  private final DtlsCertificate certificate;
  private final DtlsLimits dtlsLimits;
  private final IceGateway<PeerEndpoint> ice = new LiteIceGateway<>(random);
  private final AddressTable addresses = new AddressTable();
  private final ConcurrentHashMap<PeerKey, PeerEndpoint> endpoints = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<PeerKey, LocalTransport> transports = new ConcurrentHashMap<>();
  private final AtomicInteger roomCount = new AtomicInteger();
  private final List<MediaWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<LocalTransport.Candidate> candidates;
  private final @Nullable PcapWriter capture;
  private volatile boolean closing;

  /**
   * Binds the port and starts the workers.
   *
   * @throws MediaPortException when the port cannot be bound
   */
  public SfuNode(MediaConfig config) {
    this.config = config;
    clock = new MediaClock(System.nanoTime(), Clock.systemUTC().millis());
    certificate = DtlsCertificate.generate(random, Clock.systemUTC().instant());
    dtlsLimits = DtlsLimits.withConcurrentHandshakes(config.maxConcurrentHandshakes());
    capture = config.plaintextCapture() == null ? null : new PcapWriter(config.plaintextCapture());
    int count = config.threading() == ThreadingMode.DEDICATED ? config.workers() : 1;
    InetSocketAddress bind = config.bind();
    for (int i = 0; i < count; i++) {
      DatagramRouter router = new DatagramRouter(ice, addresses, random.nextLong());
      MediaWorker worker = new MediaWorker(i, new Hooks(), router, null);
      workers.add(worker);
      if (config.threading() != ThreadingMode.INVOKER) {
        startThread(worker);
      }
      bind = bind(worker, bind, count > 1);
    }
    candidates = AdvertisedAddresses.of(config, bind.getPort());
    LOG.info(
        "media on UDP {} with {} worker(s), {}, segmented sends {}, advertised as {}",
        bind.getPort(),
        count,
        UdpPort.epollAvailable() ? "epoll" : "NIO",
        workers.getFirst().port().segmentation() ? "on" : "off",
        candidates);
  }

  @Override
  public LocalTransport openTransport(PeerKey peer) {
    return transports.computeIfAbsent(
        peer,
        key -> {
          PeerEndpoint endpoint =
              new PeerEndpoint(key, ownerOf(key.room()), addresses, System.nanoTime());
          endpoints.put(key, endpoint);
          IceGateway.LocalCredentials credentials = ice.open(endpoint);
          return new LocalTransport(
              credentials.ufrag(), credentials.pwd(), certificate.fingerprint(), candidates);
        });
  }

  @Override
  public void submit(RoomCommand command) {
    if (closing && command instanceof RoomCommand.Join join) {
      join.listener().onEvent(WorkerEvents.SHUTTING_DOWN);
      return;
    }
    if (command instanceof RoomCommand.ApplyNegotiation apply) {
      PeerEndpoint endpoint = endpoints.get(new PeerKey(apply.room(), apply.participant()));
      if (endpoint != null) {
        endpoint.negotiate(
            apply.session().remote().fingerprints(), expected -> dtls(endpoint, expected));
      }
    }
    ownerOf(command.room()).submitCommand(command);
  }

  @Override
  public CompletionStage<List<RoomInfo>> rooms() {
    CompletableFuture<List<RoomInfo>> all = CompletableFuture.completedFuture(List.of());
    for (MediaWorker worker : workers) {
      CompletableFuture<List<RoomInfo>> some = new CompletableFuture<>();
      worker.submit(now -> some.complete(worker.rooms().stream().map(Room::info).toList()));
      all =
          all.thenCombine(
              some,
              (a, b) -> {
                List<RoomInfo> both = new ArrayList<>(a);
                both.addAll(b);
                return both;
              });
    }
    return all;
  }

  /** The figures of each worker. */
  public List<WorkerStatistics> statistics() {
    return workers.stream().map(MediaWorker::statistics).toList();
  }

  /** The bound UDP port. */
  public int mediaPort() {
    return workers.getFirst().port().localAddress().getPort();
  }

  /** How many peers have a transport. */
  public int transportCount() {
    return endpoints.size();
  }

  /** What the answers of this server advertise. */
  public List<LocalTransport.Candidate> candidates() {
    return candidates;
  }

  /** With {@link ThreadingMode#INVOKER}: one turn of the only worker. */
  public void runOnce(long maxWaitNanos) {
    workers.getFirst().runOnce(maxWaitNanos);
  }

  /** Refuses new joins from now on, tells everyone, stops the workers. */
  @Override
  public void close() {
    closing = true;
    for (MediaWorker worker : workers) {
      worker.submit(
          now ->
              List.copyOf(worker.rooms())
                  .forEach(
                      room ->
                          worker.submitCommand(
                              new RoomCommand.CloseRoom(room.id(), LeaveReason.SERVER_SHUTDOWN))));
    }
    endpoints.values().forEach(PeerEndpoint::close);
    for (Thread thread : threads) {
      try {
        thread.join(200);
        thread.interrupt();
        thread.join(CLOSE_PATIENCE_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (capture != null) {
      capture.close();
    }
  }

  private void startThread(MediaWorker worker) {
    Thread thread =
        Thread.ofPlatform()
            .name("media-worker-" + worker.index())
            .unstarted(worker::runUntilInterrupted);
    worker.setOwner(thread);
    threads.add(thread);
    thread.start();
  }

  private InetSocketAddress bind(MediaWorker worker, InetSocketAddress address, boolean shared) {
    CompletableFuture<ChannelFuture> begun = new CompletableFuture<>();
    worker.submit(now -> begun.complete(worker.bind(address, shared)));
    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!begun.isDone() || !begun.join().isDone() || !worker.bound()) {
      if (threads.isEmpty()) {
        worker.runOnce(1_000_000);
      } else {
        Thread.onSpinWait();
      }
      boolean failed = begun.isDone() && begun.join().isDone() && !begun.join().isSuccess();
      if (failed || System.nanoTime() - giveUpNanos > 0) {
        threads.forEach(Thread::interrupt);
        Throwable cause = begun.isDone() ? begun.join().cause() : null;
        throw new MediaPortException(address, cause);
      }
    }
    return worker.port().localAddress();
  }

  private MediaWorker ownerOf(RoomId room) {
    return workers.get(Math.floorMod(room.value().hashCode(), workers.size()));
  }

  private DtlsServerSession dtls(PeerEndpoint endpoint, List<Fingerprint> expected) {
    return new DtlsServerSession(
        endpoint.key().participant().value(),
        certificate,
        expected,
        config.profiles(),
        endpoint::sendFromAnyThread,
        endpoint,
        dtlsLimits);
  }

  private void end(PeerKey key) {
    transports.remove(key);
    PeerEndpoint endpoint = endpoints.remove(key);
    if (endpoint != null) {
      ice.close(endpoint);
      endpoint.close();
    }
  }

  /** What the workers ask for. */
  private final class Hooks implements MediaWorker.Node {
    @Override
    public @Nullable Room newRoom(RoomId id) {
      if (roomCount.incrementAndGet() > config.maxRooms()) {
        roomCount.decrementAndGet();
        return null;
      }
      return new Room(id, config.room(), clock, ciphers, random.nextLong(), capture);
    }

    @Override
    public void roomEnded(RoomId id) {
      roomCount.decrementAndGet();
      endpoints.keySet().stream()
          .filter(key -> key.room().equals(id))
          .toList()
          .forEach(SfuNode.this::end);
    }

    @Override
    public void participantGone(RoomCommand.Leave leave) {
      end(new PeerKey(leave.room(), leave.participant()));
    }

    @Override
    public void sweep(MediaWorker worker, long nowNanos) {
      for (PeerEndpoint endpoint : endpoints.values()) {
        if (endpoint.owner() != worker) {
          continue;
        }
        PeerKey key = endpoint.key();
        long silentNanos = nowNanos - endpoint.lastCheckNanos();
        Room room = worker.room(key.room());
        if (silentNanos > CONSENT_NANOS) {
          worker.submitCommand(
              new RoomCommand.Leave(key.room(), key.participant(), LeaveReason.MEDIA_LOST));
          if (room == null) {
            end(key);
          }
        } else if (room != null) {
          room.handlePath(key.participant(), silentNanos < SILENT_PATH_NANOS);
        }
      }
    }
  }
}
