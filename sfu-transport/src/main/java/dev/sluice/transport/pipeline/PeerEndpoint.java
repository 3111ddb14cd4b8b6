package dev.sluice.transport.pipeline;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.transport.dtls.DtlsServerSession;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of one peer connection: its validated paths, its DTLS session, and the way its
 * datagrams leave.
 *
 * <p>Checks come on any worker, DTLS on its own virtual thread, media on the owner; what they share
 * is volatile or behind this object's lock, which is never held while anything is sent.
 */
final class PeerEndpoint implements DatagramSink, DtlsServerSession.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(PeerEndpoint.class);

  /** A client has a few network interfaces; the oldest path is forgotten beyond that. */
  private static final int MAX_PATHS = 8;

  /**
   * A check without USE-CANDIDATE moves the path only when the present one has been without checks
   * for so long. Chromium checks its selected pair every 2.5 s and nominates with each check;
   * Firefox checks every 4 to 6 s and nominates at the start only.
   */
  private static final long DEAD_PATH_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** SRTP that comes before the handshake has given keys; some ten packets are normal. */
  private static final int MAX_EARLY_PACKETS = 32;

  private final long createdNanos;
  private final IntFunction<MediaWorker> workers;
  private final ArrayDeque<PeerPath> validated = new ArrayDeque<>();
  private final ArrayDeque<EarlyPacket> early = new ArrayDeque<>();

  private volatile Home home;
  private volatile LocalTransport local;
  private volatile @Nullable PeerPath path;

  /** Where media went when the last packet came. Owner only. */
  private @Nullable PeerPath mediaPath;

  /** When the last check came on {@link #path}; guarded by this. */
  private long pathCheckNanos;

  /** When a check last nominated {@link #path}; guarded by this. */
  private long nominatedNanos;

  private boolean pathNominated;

  private volatile long lastCheckNanos;
  private volatile boolean closed;
  private volatile @Nullable DtlsServerSession dtls;
  private final CompletableFuture<Void> dtlsEnded = new CompletableFuture<>();

  /** Owner only: the peer's room and its media side there, once it has keys. */
  private @Nullable HostedRoom room;

  private @Nullable PeerSession session;

  /** Owner only: its participant has left one room and is not in the other yet. */
  private boolean travelling;

  /** Owner only: what came of DTLS meanwhile. */
  private @Nullable SrtpKeys keysOnTheWay;

  private @Nullable LeaveReason endOnTheWay;

  /** Its name, and the worker of its room. */
  private record Home(PeerKey key, MediaWorker owner) {}

  @SuppressWarnings("ArrayRecordComponent") // one owner, never compared
  private record EarlyPacket(PacketKind kind, byte[] bytes) {}

  /**
   * @param workers all of the node by their numbers
   * @param credentials makes the ICE credentials of this endpoint
   */
  PeerEndpoint(
      PeerKey key,
      MediaWorker owner,
      IntFunction<MediaWorker> workers,
      Function<PeerEndpoint, LocalTransport> credentials,
      long nowNanos) {
    home = new Home(key, owner);
    this.workers = workers;
    createdNanos = nowNanos;
    lastCheckNanos = nowNanos;
    local = credentials.apply(this);
  }

  PeerKey key() {
    return home.key();
  }

  MediaWorker owner() {
    return home.owner();
  }

  /** What the answer to the client's offer carries. */
  LocalTransport local() {
    return local;
  }

  /** From now on answers carry other credentials. */
  void restart(LocalTransport next) {
    local = next;
  }

  long createdNanos() {
    return createdNanos;
  }

  /** When the last authenticated check came, or when this endpoint was made. */
  long lastCheckNanos() {
    return lastCheckNanos;
  }

  /**
   * An authenticated check has come on a path: media may come on it from now on. Media goes there
   * when the check nominates it, or when it is the only path that is still checked: a NAT that
   * forgot the client gives it a new port, of which the client knows nothing and so signals
   * nothing.
   */
  void handleCheck(PeerPath from, boolean nominated, long nowNanos) {
    lastCheckNanos = nowNanos;
    synchronized (this) {
      // Under the lock, so that nothing is claimed behind the back of close().
      if (closed) {
        return;
      }
      if (!validated.contains(from)) {
        forgetOldest();
        validated.add(from);
      }
      if (from.peer() != this) {
        from.claim(this);
      }
      updatePath(from, nominated, nowNanos);
    }
    DtlsServerSession session = dtls;
    if (session != null) {
      session.start();
    }
  }

  private void updatePath(PeerPath from, boolean nominated, long nowNanos) {
    PeerPath present = path;
    boolean moves =
        present == null
            || (!present.equals(from)
                && ((nominated && !isOutranked(from, present, nowNanos))
                    || nowNanos - pathCheckNanos > DEAD_PATH_NANOS));
    if (moves) {
      path = from;
      pathNominated = false;
    }
    if (moves || from.equals(present)) {
      pathCheckNanos = nowNanos;
      if (nominated) {
        nominatedNanos = nowNanos;
        pathNominated = true;
      }
    }
  }

  /**
   * Of several nominated pairs the one with the highest priority is selected (RFC 8445 §8.1.1), and
   * TCP has the lower one. Firefox nominates all that it checks at the start.
   */
  private boolean isOutranked(PeerPath by, PeerPath present, long nowNanos) {
    return by instanceof TcpPath
        && present instanceof UdpPath
        && pathNominated
        && nowNanos - nominatedNanos <= DEAD_PATH_NANOS;
  }

  /** A connection is over; media goes on by the path that was validated last, if there is one. */
  void handleClosed(TcpPath over) {
    synchronized (this) {
      validated.remove(over);
      if (over.equals(path)) {
        path = validated.peekLast();
      }
    }
    over.release(this);
  }

  /** Where media goes; null before the first check, and when its connection is over. */
  @Nullable PeerPath path() {
    return path;
  }

  /** Makes room for one more path. The one that is sent to stays. */
  private void forgetOldest() {
    if (validated.size() == MAX_PATHS) {
      PeerPath oldest = validated.remove();
      if (oldest.equals(path)) {
        validated.add(oldest);
        oldest = validated.remove();
      }
      oldest.release(this);
    }
  }

  /**
   * The client's offer is known: DTLS can begin once a path is validated. Later offers change
   * nothing here.
   */
  void negotiate(
      List<Fingerprint> fingerprints, Function<List<Fingerprint>, DtlsServerSession> sessions) {
    DtlsServerSession created = null;
    synchronized (this) {
      if (dtls == null && !closed) {
        created = sessions.apply(fingerprints);
        dtls = created;
      }
    }
    if (created != null && path != null) {
      created.start();
    }
  }

  /** A DTLS datagram from a validated path; false when it was dropped. */
  boolean handleDtls(byte[] datagram, int offset, int length) {
    DtlsServerSession session = dtls;
    return session != null && session.offer(datagram, offset, length);
  }

  /**
   * Owner only: an RTP or RTCP datagram. What comes before the handshake has given keys is kept.
   *
   * @return why it was dropped, or null; what the room drops the room counts
   */
  @Nullable DropReason handleMedia(PacketKind kind, byte[] bytes, int length, long nowNanos) {
    PeerSession peer = session;
    HostedRoom hosted = room;
    if (closed) {
      return DropReason.NOT_CONNECTED;
    }
    if (peer == null || hosted == null) {
      return keepEarly(kind, bytes, length) ? null : DropReason.NO_KEYS;
    }
    noticeMove(peer, nowNanos);
    owner().rooms().handleMedia(hosted, peer, kind, bytes, length, nowNanos);
    return null;
  }

  /** Before the first report of a new path is read, the old one is forgotten. */
  private void noticeMove(PeerSession peer, long nowNanos) {
    PeerPath present = path;
    if (present != null && !present.equals(mediaPath)) {
      peer.handlePathChange(present instanceof TcpPath, nowNanos);
      mediaPath = present;
    }
  }

  private boolean keepEarly(PacketKind kind, byte[] bytes, int length) {
    return early.size() < MAX_EARLY_PACKETS
        && early.add(new EarlyPacket(kind, Arrays.copyOf(bytes, length)));
  }

  /** Sends one datagram from any thread; as any datagram, it may be lost. */
  void sendFromAnyThread(byte[] datagram, int offset, int length) {
    PeerPath to = path;
    if (to == null) {
      return;
    }
    byte[] copy = Arrays.copyOfRange(datagram, offset, offset + length);
    try {
      MediaWorker owner = owner();
      owner.submit(now -> owner.sockets().send(copy, to));
    } catch (RejectedExecutionException busy) {
      LOG.debug("a datagram to {} is lost", key().participant(), busy);
    }
  }

  @Override
  public void send(DatagramBatch batch) {
    PeerPath to = path;
    if (to != null) {
      owner().sockets().send(batch, to);
    }
  }

  @Override
  public void onKeys(SrtpKeys keys) {
    Home at = home;
    at.owner()
        .submit(
            now -> {
              if (home.equals(at)) {
                connect(keys, now);
              } else {
                onKeys(keys); // the peer has moved meanwhile
              }
            });
  }

  private void connect(SrtpKeys keys, long nowNanos) {
    if (travelling) {
      keysOnTheWay = keys;
      return;
    }
    HostedRoom hosted = owner().rooms().connect(key(), keys, this, this::lane, nowNanos);
    if (hosted != null) {
      enter(hosted, nowNanos);
    }
    early.clear();
  }

  private EndpointLane lane(int worker) {
    return new EndpointLane(this, workers.apply(worker));
  }

  private void enter(HostedRoom hosted, long nowNanos) {
    room = hosted;
    session = hosted.room.peer(key().participant());
    while (!closed && !early.isEmpty()) {
      EarlyPacket packet = early.remove();
      handleMedia(packet.kind(), packet.bytes(), packet.bytes().length, nowNanos);
    }
  }

  /**
   * Owner only, and the last that it does as the owner: the participant is on its way to another
   * room, perhaps of another worker. What comes is kept from now on as before the first keys.
   */
  void setOut(PeerKey newKey, MediaWorker newOwner) {
    travelling = true;
    room = null;
    session = null;
    home = new Home(newKey, newOwner);
  }

  /** Owner only: the participant is in its new room. */
  void arrive(HostedRoom hosted, long nowNanos) {
    travelling = false;
    SrtpKeys keys = keysOnTheWay;
    keysOnTheWay = null;
    PeerSession peer = hosted.room.peer(key().participant());
    if (keys != null) {
      connect(keys, nowNanos);
    } else if (peer != null && peer.connected()) {
      enter(hosted, nowNanos);
    }
    LeaveReason end = endOnTheWay;
    if (end != null) {
      leave(end);
    }
  }

  @Override
  public void onFailed(String why) {
    LOG.info("{} in {}: DTLS failed: {}", key().participant(), key().room(), why);
    dtlsEnded.complete(null);
    leave(LeaveReason.DTLS_FAILED);
  }

  @Override
  public void onClosed() {
    dtlsEnded.complete(null);
    if (!closed) {
      leave(LeaveReason.LEFT);
    }
  }

  @Override
  public void onApplicationData(byte[] data, int offset, int length) {
    // m=application is declined, so nothing of the protocol comes here.
  }

  private void leave(LeaveReason reason) {
    Home at = home;
    PeerKey key = at.key();
    try {
      at.owner()
          .submit(
              now -> {
                if (!home.equals(at)) {
                  leave(reason); // the peer has moved meanwhile
                } else if (travelling) {
                  endOnTheWay = reason;
                } else {
                  at.owner()
                      .rooms()
                      .handleCommand(
                          new RoomCommand.Leave(key.room(), key.participant(), reason), now);
                }
              });
    } catch (RejectedExecutionException busy) {
      // Its checks stop too, so it is found by the next sweeps.
      LOG.warn("{} in {} could not leave yet", key.participant(), key.room(), busy);
    }
  }

  /** Ends DTLS and frees the paths. Any thread; once is enough. */
  void close() {
    List<PeerPath> freed;
    synchronized (this) {
      closed = true;
      freed = List.copyOf(validated);
      validated.clear();
    }
    freed.forEach(freedPath -> freedPath.release(this));
    DtlsServerSession session = dtls;
    if (session != null) {
      session.close();
    }
    if (session == null || path == null) {
      dtlsEnded.complete(null); // it was never started
    }
  }

  /** Completes when the DTLS session is over and its goodbye handed to the owner. */
  CompletableFuture<Void> dtlsEnded() {
    return dtlsEnded;
  }
}
