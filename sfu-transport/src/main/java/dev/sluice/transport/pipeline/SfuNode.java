package dev.sluice.transport.pipeline;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PacketTap;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomLimits;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /** A transport without a participant ends then, whatever checks come. */
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Browsers check every two to five seconds. */
  private static final long SILENT_PATH_NANOS = TimeUnit.SECONDS.toNanos(12);

  private static final long BIND_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long GOODBYE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_PATIENCE_MILLIS = 2_000;
  private static final long STEP_NANOS = 1_000_000;

  private final MediaConfig config;
  private final NodeSeams seams;
  private final SecureRandom random = new SecureRandom();
  private final MediaClock clock;
  private final SrtpCiphers ciphers = SrtpCiphers.jdk();
  private final DtlsCertificate certificate;
  private final DtlsLimits dtlsLimits;
  private final IceGateway<PeerEndpoint> ice = new LiteIceGateway<>(random);
  private final AddressTable addresses = new AddressTable();
  private final ConcurrentHashMap<RoomId, RoomSettings> createdRooms = new ConcurrentHashMap<>();
  private final AtomicInteger roomCount = new AtomicInteger();
  private final List<MediaWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<LocalTransport.Candidate> candidates;
  private final @Nullable PcapWriter capture;
  private final @Nullable PacketTap tap;
  private volatile boolean closing;

  /**
   * Binds the port and starts the workers.
   *
   * @throws MediaPortException when the port cannot be bound
   */
  public SfuNode(MediaConfig config) {
    this(config, NodeSeams.REAL);
  }

  SfuNode(MediaConfig config, NodeSeams seams) {
    this.config = config;
    this.seams = seams;
    clock = new MediaClock(seams.nanoTime().getAsLong(), Clock.systemUTC().millis());
    certificate = DtlsCertificate.generate(random, Clock.systemUTC().instant());
    dtlsLimits = DtlsLimits.withConcurrentHandshakes(config.maxConcurrentHandshakes());
    capture = config.plaintextCapture() == null ? null : new PcapWriter(config.plaintextCapture());
    tap = seams.tap() == null ? capture : seams.tap();
    int count = config.threading() == ThreadingMode.DEDICATED ? config.workers() : 1;
    InetSocketAddress bind = config.bind();
    if (count > 1) {
      try {
        UdpPort.requireUnshared(bind);
      } catch (IOException taken) {
        throw new MediaPortException(bind, taken);
      }
    }
    for (int i = 0; i < count; i++) {
      bind = start(i, bind, count > 1);
    }
    try {
      candidates = AdvertisedAddresses.of(config, bind.getPort());
    } catch (MediaAddressException hidden) {
      stopWorkers();
      throw hidden;
    }
    LOG.info(
        "media on UDP {} with {} worker(s), {}, segmented sends {}, advertised as {}",
        bind.getPort(),
        count,
        seams.backend(),
        workers.getFirst().port().segmentation() ? "on" : "off",
        candidates);
  }

  /**
   * Runs the code of a first join once, on a thread of its own. Returns at once: whoever joins
   * meanwhile is served, only slower.
   */
  public void warmUp() {
    Thread.ofVirtual().name("warm-up").start(new WarmUp(certificate, ciphers));
  }

  @Override
  public LocalTransport openTransport(PeerKey peer) {
    MediaWorker owner = ownerOf(peer.room());
    return owner.endpoints().computeIfAbsent(peer, key -> open(key, owner)).local();
  }

  @Override
  public LocalTransport restartTransport(PeerKey peer) {
    MediaWorker owner = ownerOf(peer.room());
    // Within compute, so that the end of the peer comes wholly before or wholly after it.
    PeerEndpoint restarted =
        owner
            .endpoints()
            .compute(
                peer,
                (key, endpoint) -> {
                  if (endpoint == null) {
                    return open(key, owner);
                  }
                  endpoint.restart(localTransport(ice.restart(endpoint)));
                  return endpoint;
                });
    return Objects.requireNonNull(restarted).local();
  }

  @Override
  public void submit(RoomCommand command) {
    if (closing) {
      if (command instanceof RoomCommand.Join join) {
        join.listener().onEvent(WorkerEvents.SHUTTING_DOWN);
      }
      return; // everyone has been, or is being, taken out of every room
    }
    MediaWorker owner = ownerOf(command.room());
    if (command instanceof RoomCommand.ApplyNegotiation apply) {
      PeerEndpoint endpoint = owner.endpoints().get(new PeerKey(apply.room(), apply.participant()));
      if (endpoint != null) {
        endpoint.negotiate(
            apply.session().remote().fingerprints(), expected -> dtls(endpoint, expected));
      }
    }
    owner.submitCommand(command);
  }

  @Override
  public CompletionStage<List<RoomInfo>> rooms() {
    CompletableFuture<List<RoomInfo>> all = CompletableFuture.completedFuture(List.of());
    for (MediaWorker worker : workers) {
      CompletableFuture<List<RoomInfo>> some = new CompletableFuture<>();
      try {
        worker.submit(now -> some.complete(worker.rooms().infos()));
      } catch (RejectedExecutionException busy) {
        some.completeExceptionally(busy);
      }
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

  @Override
  public CompletionStage<Optional<RoomInfo>> room(RoomId id) {
    return ask(ownerOf(id), (rooms, now) -> rooms.info(id));
  }

  @Override
  public CompletionStage<RoomCreation> createRoom(RoomId id, RoomSettings settings) {
    return closing
        ? CompletableFuture.completedFuture(RoomCreation.SHUTTING_DOWN)
        : ask(ownerOf(id), (rooms, now) -> rooms.create(id, settings, now));
  }

  /** What a worker's rooms answer. */
  private static <T> CompletionStage<T> ask(MediaWorker worker, RoomQuestion<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      worker.submit(now -> answer.complete(question.ask(worker.rooms(), now)));
    } catch (RejectedExecutionException busy) {
      answer.completeExceptionally(busy);
    }
    return answer;
  }

  /** Asked on the worker. */
  private interface RoomQuestion<T> {
    T ask(RoomHost rooms, long nowNanos);
  }

  @Override
  public RoomSettings settings(RoomId id) {
    return createdRooms.getOrDefault(id, config.roomSettings());
  }

  @Override
  public RoomSettings defaultSettings() {
    return config.roomSettings();
  }

  /** The figures of each worker. */
  public List<WorkerStatistics> statistics() {
    return workers.stream().map(MediaWorker::statistics).toList();
  }

  /** How long ago the worker that has been silent longest has reported; they do once a second. */
  public long silentNanos() {
    long nowNanos = System.nanoTime();
    return statistics().stream()
        .mapToLong(worker -> nowNanos - worker.takenNanos())
        .max()
        .orElse(0);
  }

  /** The bound UDP port. */
  public int mediaPort() {
    return workers.getFirst().port().localAddress().getPort();
  }

  /** How many peers have a transport. */
  public int transportCount() {
    return workers.stream().mapToInt(worker -> worker.endpoints().size()).sum();
  }

  /** What the answers of this server advertise. */
  public List<LocalTransport.Candidate> candidates() {
    return candidates;
  }

  /**
   * With {@link ThreadingMode#INVOKER}: one turn of the only worker, on the thread that made this
   * node.
   */
  public void runOnce(long maxWaitNanos) {
    workers.getFirst().runOnce(maxWaitNanos);
  }

  /**
   * Refuses new joins from now on, takes everyone out of their rooms, says goodbye on every DTLS
   * session, and only then stops the workers: what was said has left when this returns.
   */
  @Override
  public void close() {
    synchronized (workers) {
      if (closing) {
        return;
      }
      closing = true;
    }
    List<PeerEndpoint> open = new ArrayList<>();
    workers.forEach(worker -> open.addAll(worker.endpoints().values()));
    for (MediaWorker worker : workers) {
      finish(
          worker,
          now -> {
            worker.rooms().close(LeaveReason.SERVER_SHUTDOWN, now);
            // Those that were not in a room.
            List.copyOf(worker.endpoints().keySet()).forEach(this::end);
          });
    }
    CompletableFuture<?>[] goodbyes =
        open.stream().map(PeerEndpoint::dtlsEnded).toArray(CompletableFuture<?>[]::new);
    try {
      await(CompletableFuture.allOf(goodbyes), GOODBYE_PATIENCE_NANOS);
    } catch (ExecutionException | TimeoutException silent) {
      LOG.debug("some DTLS sessions end without a goodbye", silent);
    }
    stopWorkers();
    if (capture != null) {
      capture.close();
    }
  }

  private void finish(MediaWorker worker, WorkerTask task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      worker.submit(
          now -> {
            try {
              task.run(now);
            } finally {
              done.complete(null);
            }
          });
      await(done, GOODBYE_PATIENCE_NANOS);
    } catch (RejectedExecutionException | ExecutionException | TimeoutException overloaded) {
      LOG.warn("worker {} does not come to an orderly end", worker.index(), overloaded);
    }
  }

  private void stopWorkers() {
    for (MediaWorker worker : workers) {
      try {
        worker.stop();
      } catch (RejectedExecutionException overloaded) {
        LOG.warn("worker {} cannot be stopped", worker.index(), overloaded);
      }
    }
    if (config.threading() == ThreadingMode.INVOKER) {
      MediaWorker worker = workers.getFirst();
      while (!worker.stopping()) {
        worker.runOnce(STEP_NANOS);
      }
      worker.terminate();
    }
    for (Thread thread : threads) {
      try {
        if (!thread.join(Duration.ofMillis(CLOSE_PATIENCE_MILLIS))) {
          LOG.warn("{} is still busy", thread.getName());
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Waits for what a worker does; where no thread runs it, this one does. */
  private <T> T await(CompletableFuture<T> future, long patienceNanos)
      throws ExecutionException, TimeoutException {
    if (config.threading() == ThreadingMode.INVOKER) {
      long giveUpNanos = System.nanoTime() + patienceNanos;
      while (!future.isDone() && System.nanoTime() - giveUpNanos < 0) {
        workers.getFirst().runOnce(STEP_NANOS);
      }
    }
    try {
      return future.get(patienceNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }

  private InetSocketAddress start(int index, InetSocketAddress bind, boolean shared) {
    boolean stepped = config.threading() == ThreadingMode.INVOKER;
    DatagramRouter router =
        new DatagramRouter(ice, addresses, config.exposure(), random.nextLong());
    MediaWorker worker =
        new MediaWorker(
            index,
            new Hooks(),
            this::sweep,
            router,
            seams,
            stepped ? Thread.currentThread() : null);
    workers.add(worker);
    if (!stepped) {
      Thread thread =
          Thread.ofPlatform().name("media-worker-" + index).unstarted(worker::runUntilStopped);
      worker.setOwner(thread);
      threads.add(thread);
      thread.start();
    }
    CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    worker.submit(now -> worker.bind(bind, shared, bound));
    try {
      return await(bound, BIND_PATIENCE_NANOS);
    } catch (ExecutionException taken) {
      stopWorkers();
      throw new MediaPortException(bind, taken.getCause());
    } catch (TimeoutException noAnswer) {
      stopWorkers();
      throw new MediaPortException(bind, null);
    }
  }

  MediaWorker ownerOf(RoomId room) {
    return workers.get(Math.floorMod(room.value().hashCode(), workers.size()));
  }

  private PeerEndpoint open(PeerKey key, MediaWorker owner) {
    return new PeerEndpoint(
        key,
        owner,
        addresses,
        endpoint -> localTransport(ice.open(endpoint)),
        seams.nanoTime().getAsLong());
  }

  private LocalTransport localTransport(IceGateway.LocalCredentials credentials) {
    return new LocalTransport(
        credentials.ufrag(), credentials.pwd(), certificate.fingerprint(), candidates);
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
    PeerEndpoint endpoint = ownerOf(key.room()).endpoints().remove(key);
    if (endpoint != null) {
      ice.close(endpoint);
      endpoint.close();
    }
  }

  /** Ends the transports whose client is silent or never joined, and says which paths are up. */
  private void sweep(MediaWorker worker, long nowNanos) {
    for (PeerEndpoint endpoint : worker.endpoints().values()) {
      PeerKey key = endpoint.key();
      long silentNanos = nowNanos - endpoint.lastCheckNanos();
      if (silentNanos > CONSENT_NANOS) {
        worker
            .rooms()
            .handleCommand(
                new RoomCommand.Leave(key.room(), key.participant(), LeaveReason.MEDIA_LOST),
                nowNanos);
      } else if (worker.rooms().hasParticipant(key)) {
        worker.rooms().handlePath(key, silentNanos < SILENT_PATH_NANOS);
      } else if (nowNanos - endpoint.createdNanos() > JOIN_NANOS) {
        end(key);
      }
    }
  }

  /** What the workers' rooms ask for. */
  private final class Hooks implements RoomHost.Node {
    @Override
    public @Nullable Room newRoom(RoomId id, @Nullable RoomSettings settings) {
      if (roomCount.incrementAndGet() > config.maxRooms()) {
        roomCount.decrementAndGet();
        return null;
      }
      RoomLimits limits = config.room();
      if (settings != null) {
        createdRooms.put(id, settings);
        limits = limits.withMaxParticipants(settings.maxParticipants());
      }
      return new Room(id, limits, clock, ciphers, random.nextLong(), tap);
    }

    @Override
    public void roomEnded(RoomId id) {
      createdRooms.remove(id);
      roomCount.decrementAndGet();
    }

    @Override
    public void participantGone(PeerKey key) {
      end(key);
    }
  }
}
