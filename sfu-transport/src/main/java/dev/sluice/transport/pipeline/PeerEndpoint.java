package dev.sluice.transport.pipeline;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.transport.dtls.DtlsServerSession;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of one peer connection: its validated addresses, its DTLS session, and the way its
 * datagrams leave.
 *
 * <p>Checks come on any worker, DTLS on its own virtual thread, media on the owner; what they share
 * is volatile or behind this object's lock, which is never held while anything is sent.
 */
final class PeerEndpoint implements DatagramSink, DtlsServerSession.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(PeerEndpoint.class);

  /** A client has a few network interfaces; the oldest address is forgotten beyond that. */
  private static final int MAX_ADDRESSES = 8;

  /** SRTP that comes before the handshake has given keys; some ten packets are normal. */
  private static final int MAX_EARLY_PACKETS = 32;

  private final PeerKey key;
  private final MediaWorker owner;
  private final AddressTable addresses;
  private final ArrayDeque<InetSocketAddress> validated = new ArrayDeque<>();
  private final ArrayDeque<EarlyPacket> early = new ArrayDeque<>();

  private volatile @Nullable InetSocketAddress remote;
  private volatile long lastCheckNanos;
  private volatile boolean closed;
  private volatile @Nullable DtlsServerSession dtls;

  /** Owner only: the peer's media side once it has keys. */
  private @Nullable PeerSession session;

  @SuppressWarnings("ArrayRecordComponent") // one owner, never compared
  private record EarlyPacket(PacketKind kind, byte[] bytes) {}

  PeerEndpoint(PeerKey key, MediaWorker owner, AddressTable addresses, long nowNanos) {
    this.key = key;
    this.owner = owner;
    this.addresses = addresses;
    lastCheckNanos = nowNanos;
  }

  PeerKey key() {
    return key;
  }

  MediaWorker owner() {
    return owner;
  }

  /** When the last authenticated check came, or when this endpoint was made. */
  long lastCheckNanos() {
    return lastCheckNanos;
  }

  boolean closed() {
    return closed;
  }

  /** An authenticated check has come from {@code address}. */
  void handleCheck(InetSocketAddress address, boolean nominated, long nowNanos) {
    lastCheckNanos = nowNanos;
    if (closed) {
      return;
    }
    InetSocketAddress evicted = null;
    synchronized (this) {
      if (!validated.contains(address)) {
        validated.add(address);
        evicted = validated.size() > MAX_ADDRESSES ? validated.poll() : null;
      }
    }
    if (addresses.find(address) != this) {
      addresses.put(address, this);
    }
    if (evicted != null) {
      addresses.remove(evicted, this);
    }
    InetSocketAddress before = remote;
    if (before == null || (nominated && !before.equals(address))) {
      remote = address;
    }
    DtlsServerSession session = dtls;
    if (session != null) {
      session.start();
    }
  }

  /**
   * The client's offer is known: DTLS can begin once an address is validated. Later offers change
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
    if (created != null && remote != null) {
      created.start();
    }
  }

  /** A DTLS datagram from a validated address; false when it was dropped. */
  boolean handleDtls(byte[] datagram, int offset, int length) {
    DtlsServerSession session = dtls;
    return session != null && session.offer(datagram, offset, length);
  }

  /** Owner only. */
  @Nullable PeerSession session() {
    return session;
  }

  /** Owner only: keeps a packet until there are keys; false when too many wait. */
  boolean keepEarly(PacketKind kind, byte[] bytes, int length) {
    return early.size() < MAX_EARLY_PACKETS
        && early.add(new EarlyPacket(kind, Arrays.copyOf(bytes, length)));
  }

  /** Sends one datagram from any thread. */
  void sendFromAnyThread(byte[] datagram, int offset, int length) {
    InetSocketAddress to = remote;
    if (to != null) {
      byte[] copy = Arrays.copyOfRange(datagram, offset, offset + length);
      owner.submit(now -> owner.port().write(copy, 0, copy.length, to));
    }
  }

  @Override
  public void send(DatagramBatch batch) {
    InetSocketAddress to = remote;
    if (to != null) {
      owner.port().write(batch, to);
    }
  }

  @Override
  public void onKeys(SrtpKeys keys) {
    owner.submit(
        now -> {
          session = owner.connect(this, keys);
          while (session != null && !early.isEmpty()) {
            EarlyPacket packet = early.poll();
            owner.handleMedia(this, packet.kind(), packet.bytes(), packet.bytes().length, now);
          }
          early.clear();
        });
  }

  @Override
  public void onFailed(String why) {
    LOG.info("{} in {}: DTLS failed: {}", key.participant(), key.room(), why);
    leave(LeaveReason.DTLS_FAILED);
  }

  @Override
  public void onClosed() {
    if (!closed) {
      leave(LeaveReason.LEFT);
    }
  }

  @Override
  public void onApplicationData(byte[] data, int offset, int length) {
    // m=application is declined, so nothing of the protocol comes here.
  }

  private void leave(LeaveReason reason) {
    owner.submitCommand(new RoomCommand.Leave(key.room(), key.participant(), reason));
  }

  /** Ends DTLS and frees the addresses. Any thread; once is enough. */
  void close() {
    List<InetSocketAddress> freed;
    synchronized (this) {
      closed = true;
      freed = List.copyOf(validated);
      validated.clear();
    }
    freed.forEach(address -> addresses.remove(address, this));
    DtlsServerSession session = dtls;
    if (session != null) {
      session.close();
    }
  }
}
