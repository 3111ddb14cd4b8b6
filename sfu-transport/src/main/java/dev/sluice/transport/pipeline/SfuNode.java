package dev.sluice.transport.pipeline;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.PacketTap;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.time.MediaClock;
import dev.sluice.transport.dtls.DtlsCertificate;
import dev.sluice.transport.ice.IceGateway;
import dev.sluice.transport.ice.LiteIceGateway;
import dev.sluice.transport.tcp.TcpCensus;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The media side of one server, as signalling sees it ({@link SfuControl}): finds the worker of a
 * room, and hands over what is asked. Thread safe.
 */
public final class SfuNode implements SfuControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SfuNode.class);

  private static final long GOODBYE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SecureRandom random = new SecureRandom();
  private final CipherChoice ciphers;
  private final MediaHost host;
  private final DtlsCertificate certificate;
  private final MediaBinding binding;
  private final WorkerPool workers;
  private final PeerTransports transports;
  private final RoomMoves moves;
  private final NodeRooms rooms;
  private final @Nullable PcapWriter capture;
  private volatile boolean closing;

  /**
   * Binds the port and starts the workers.
   *
   * @throws MediaPortException when the port cannot be bound
   */
  public SfuNode(MediaConfig config) {
    this(config, RoomObserver.NONE);
  }

  /**
   * The same, with somebody who sees what happens in the rooms.
   *
   * @throws MediaPortException when the port cannot be bound
   */
  public SfuNode(MediaConfig config, RoomObserver observer) {
    this(config, observer, NodeSeams.REAL);
  }

  SfuNode(MediaConfig config, NodeSeams seams) {
    this(config, RoomObserver.NONE, seams);
  }

  SfuNode(MediaConfig config, RoomObserver observer, NodeSeams seams) {
    ciphers =
        config.ciphers() == CipherPreference.AUTO
            ? MediaPreparation.ciphers()
            : CipherChoice.choose(config.ciphers(), System::nanoTime);
    MediaClock clock = new MediaClock(seams.nanoTime().getAsLong(), Clock.systemUTC().millis());
    capture = config.plaintextCapture() == null ? null : new PcapWriter(config.plaintextCapture());
    PacketTap tap = seams.tap() == null ? capture : seams.tap();
    int count = config.threading() == ThreadingMode.DEDICATED ? config.workers() : 1;
    binding = MediaBinding.of(config, seams.backend().sharesPorts(), count);
    certificate = MediaPreparation.certificate(random);
    IceGateway<PeerEndpoint> ice = new LiteIceGateway<>(random);
    transports =
        new PeerTransports(
            ice,
            certificate,
            config,
            binding.candidates(config),
            seams.nanoTime(),
            index -> workers().all().get(index));
    moves = new RoomMoves(this::ownerOf, transports);
    AddressTable addresses = new AddressTable(binding.udp().size());
    workers = new WorkerPool(config.threading());
    rooms = new NodeRooms(config, clock, random, tap, observer, workers, transports);
    workers.start(
        count,
        index ->
            new MediaWorker(
                index,
                rooms,
                transports::sweep,
                new DatagramRouter(ice, addresses, config.exposure(), random.nextLong()),
                seams,
                ciphers.ciphers().forAnotherThread(),
                null),
        binding);
    WorkerSockets sockets = workers.first().sockets();
    host =
        MediaHost.inspect(
            ciphers.name(),
            ciphers.reason(),
            seams.backend().name(),
            sockets.segmentation(),
            sockets.receiveBufferBytes());
    LOG.info(
        "media on UDP {} and {} with {} worker(s), {}, segmented sends {}, advertised as {}",
        mediaPort(),
        tcpPort().isPresent() ? "TCP " + tcpPort().getAsInt() : "no TCP",
        count,
        seams.backend(),
        host.segmentation() ? "on" : "off",
        candidates());
    LOG.info("SRTP by {}: {}", ciphers.name(), ciphers.reason());
    host.missing().forEach(LOG::warn);
  }

  /**
   * Begins with what a node takes longest for, on a thread of its own, while somebody else prepares
   * the rest of the server. Returns at once; a node that is made meanwhile waits for it.
   */
  public static void prepare() {
    MediaPreparation.begin();
  }

  /**
   * Runs the code of a first join once, on a thread of its own. Returns at once: whoever joins
   * meanwhile is served, only slower.
   */
  public void warmUp() {
    Thread.ofVirtual()
        .name("warm-up")
        .start(new WarmUp(certificate, ciphers.ciphers().forAnotherThread()));
  }

  @Override
  public LocalTransport openTransport(PeerKey peer) {
    return transports.open(peer, ownerOf(peer.room()));
  }

  @Override
  public LocalTransport restartTransport(PeerKey peer) {
    return transports.restart(peer, ownerOf(peer.room()));
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
      transports.negotiate(
          new PeerKey(apply.room(), apply.participant()),
          owner,
          apply.session().remote().fingerprints());
    }
    owner.submitCommand(command);
  }

  @Override
  public CompletionStage<List<RoomInfo>> rooms() {
    CompletableFuture<List<RoomInfo>> all = CompletableFuture.completedFuture(List.of());
    for (MediaWorker worker : workers.all()) {
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
  public CompletionStage<Optional<DownlinkInfo>> downlink(RoomId room, ParticipantId participant) {
    return ask(ownerOf(room), (rooms, now) -> rooms.downlink(room, participant, now));
  }

  @Override
  public CompletionStage<Optional<QualityInfo>> quality(RoomId room, ParticipantId participant) {
    MediaWorker owner = ownerOf(room);
    PeerEndpoint endpoint = owner.endpoints().get(new PeerKey(room, participant));
    QualityInfo.Path path = endpoint == null ? null : binding.describe(endpoint.path());
    return ask(
        owner, (rooms, now) -> rooms.quality(room, participant, now).map(info -> info.on(path)));
  }

  @Override
  public CompletionStage<Boolean> capture(
      RoomId room, ParticipantId participant, CaptureBuffer into) {
    return ask(ownerOf(room), (rooms, now) -> rooms.capture(room, participant, into));
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
    return rooms.settings(id);
  }

  @Override
  public RoomSettings defaultSettings() {
    return rooms.defaultSettings();
  }

  /**
   * How many rooms there may be, and how those are set up that a join makes.
   *
   * @param maxRooms at a time
   */
  public record RoomDefaults(int maxRooms, RoomSettings settings) {}

  /** From now on; rooms that there are stay as they are. */
  public void setRoomDefaults(RoomDefaults defaults) {
    rooms.setDefaults(defaults);
  }

  @Override
  public CompletionStage<UpdateResult> updateRoom(
      RoomId id, RoomSettings expected, RoomSettings updated) {
    return ask(ownerOf(id), (rooms, now) -> rooms.update(id, expected, updated, now));
  }

  @Override
  public CompletionStage<UpdateResult> updateParticipant(
      PeerKey peer, Standing expected, Standing updated) {
    return ask(ownerOf(peer.room()), (rooms, now) -> rooms.update(peer, expected, updated, now));
  }

  @Override
  public CompletionStage<MoveOutcome> move(PeerKey peer, RoomId target) {
    return closing
        ? CompletableFuture.completedFuture(
            new MoveOutcome.Refused(
                WorkerEvents.SHUTTING_DOWN.code(), WorkerEvents.SHUTTING_DOWN.detail()))
        : moves.move(peer, target);
  }

  /** What media runs on here. */
  public MediaHost host() {
    return host;
  }

  /** The figures of each worker. */
  public List<WorkerStatistics> statistics() {
    return workers.all().stream().map(MediaWorker::statistics).toList();
  }

  /** How long ago the worker that has been silent longest has reported; they do once a second. */
  public long silentNanos() {
    long nowNanos = System.nanoTime();
    return statistics().stream()
        .mapToLong(worker -> nowNanos - worker.takenNanos())
        .max()
        .orElse(0);
  }

  /** Datagrams that the kernel has dropped because the media port's sockets were full. */
  public long socketDrops() {
    return SocketDrops.of(mediaPort());
  }

  /** The bound UDP port. */
  public int mediaPort() {
    return binding.udpPort();
  }

  /** The bound TCP port, if there is one. */
  public OptionalInt tcpPort() {
    return binding.tcpPort();
  }

  /** The TCP connections of all workers, and why they ended. */
  public TcpCensus tcpConnections() {
    return binding.census();
  }

  /** How many peers have a transport. */
  public int transportCount() {
    return workers.all().stream().mapToInt(worker -> worker.endpoints().size()).sum();
  }

  /** What the answers of this server advertise. */
  public List<LocalTransport.Candidate> candidates() {
    return transports.candidates();
  }

  /**
   * With {@link ThreadingMode#INVOKER}: one turn of the only worker, on the thread that made this
   * node.
   */
  public void runOnce(long maxWaitNanos) {
    workers.first().runOnce(maxWaitNanos);
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
    workers.all().forEach(worker -> open.addAll(worker.endpoints().values()));
    for (MediaWorker worker : workers.all()) {
      workers.finish(
          worker,
          now -> {
            worker.rooms().close(LeaveReason.SERVER_SHUTDOWN, now);
            // Those that were not in a room.
            List.copyOf(worker.endpoints().keySet()).forEach(key -> transports.end(key, worker));
          },
          GOODBYE_PATIENCE_NANOS);
    }
    CompletableFuture<?>[] goodbyes =
        open.stream().map(PeerEndpoint::dtlsEnded).toArray(CompletableFuture<?>[]::new);
    try {
      workers.await(CompletableFuture.allOf(goodbyes), GOODBYE_PATIENCE_NANOS);
    } catch (ExecutionException | TimeoutException silent) {
      LOG.debug("some DTLS sessions end without a goodbye", silent);
    }
    workers.stop();
    if (capture != null) {
      capture.close();
    }
  }

  private WorkerPool workers() {
    return workers;
  }

  MediaWorker ownerOf(RoomId room) {
    return workers.ownerOf(room);
  }
}
