package dev.sluice.transport.pipeline;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.transport.ice.IceGateway;
import dev.sluice.transport.ice.IceGateway.Outcome;
import dev.sluice.transport.ice.StunRateLimiter;
import dev.sluice.transport.tcp.TcpCloseReason;
import dev.sluice.transport.tcp.TcpConnection;
import dev.sluice.transport.tcp.TcpReceiver;
import dev.sluice.transport.udp.UdpRemote;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Says where each datagram goes (RFC 7983): STUN to ICE, right here; DTLS to its session; RTP and
 * RTCP to the worker that owns the peer's room. Anything but STUN counts only on a path that an
 * authenticated check has validated.
 *
 * <p>One per worker, used on its thread.
 */
final class DatagramRouter implements MediaWorker.Ingress {
  private static final int LIMITER_SOURCES = 4096;

  private final IceGateway<PeerEndpoint> ice;
  private final AddressTable addresses;
  private final byte[] scratch = new byte[RingEntry.MAX_BYTES];
  private final StunRateLimiter limiter;

  DatagramRouter(
      IceGateway<PeerEndpoint> ice,
      AddressTable addresses,
      MediaConfig.Exposure exposure,
      long seed) {
    this.ice = ice;
    this.addresses = addresses;
    limiter =
        new StunRateLimiter(LIMITER_SOURCES, exposure.stunPerSecond(), exposure.stunBurst(), seed);
  }

  @Override
  public void onDatagram(
      MediaWorker worker, int socket, ByteBuf content, InetSocketAddress remote) {
    count(worker, route(worker, socket, remote, null, content));
  }

  @Override
  public TcpReceiver accept(MediaWorker worker, TcpConnection connection) {
    return new TcpPath(connection, worker, this);
  }

  /** One frame. The first one has to prove whose connection it is, or it was the last one. */
  void onFrame(MediaWorker worker, TcpPath path, ByteBuf content) {
    DropReason reason = route(worker, 0, path.connection().remote(), path, content);
    count(worker, reason);
    if (reason != null && path.connection().isUnproven()) {
      path.connection().close(TcpCloseReason.NOT_A_CHECK);
    }
  }

  private static void count(MediaWorker worker, @Nullable DropReason reason) {
    if (reason != null) {
      worker.countDrop(reason);
    }
  }

  /**
   * @param socket the number of the local address, for UDP
   * @param stream the path that it came on, for TCP; the path of a UDP datagram is an object only
   *     once a check has come on it
   */
  private @Nullable DropReason route(
      MediaWorker worker,
      int socket,
      InetSocketAddress remote,
      @Nullable TcpPath stream,
      ByteBuf content) {
    int length = content.readableBytes();
    if (length < 2) {
      return DropReason.MALFORMED;
    }
    if (length > RingEntry.MAX_BYTES) {
      return DropReason.OVERSIZED;
    }
    int start = content.readerIndex();
    PacketKind kind =
        PacketKind.classify(content.getUnsignedByte(start), content.getUnsignedByte(start + 1));
    PeerEndpoint endpoint = stream != null ? stream.peer() : addresses.find(socket, remote);
    return switch (kind) {
      case STUN -> {
        long nowNanos = worker.arrivalNanos();
        if (endpoint == null && !limiter.allow(remote.getAddress(), nowNanos)) {
          yield DropReason.RATE_LIMITED;
        }
        Outcome<PeerEndpoint> outcome =
            ice.handle(copy(content, length), 0, length, remote, nowNanos);
        yield switch (outcome) {
          case Outcome.Ignored<PeerEndpoint> ignored -> ignored.reason();
          case Outcome.Keepalive<PeerEndpoint> keepalive -> null;
          case Outcome.Validated<PeerEndpoint> validated -> {
            PeerPath path = path(socket, remote, stream);
            validated.peer().handleCheck(path, validated.nominated(), nowNanos);
            worker.sockets().send(validated.response(), path);
            yield null;
          }
          case Outcome.Refused<PeerEndpoint> refused -> {
            worker.sockets().send(refused.response(), path(socket, remote, stream));
            yield null;
          }
        };
      }
      case DTLS -> {
        if (endpoint == null) {
          yield DropReason.UNKNOWN_ADDRESS;
        }
        byte[] bytes = copy(content, length);
        yield endpoint.handleDtls(bytes, 0, length) ? null : DropReason.MALFORMED;
      }
      case RTP, RTCP -> {
        if (endpoint == null) {
          yield DropReason.UNKNOWN_ADDRESS;
        }
        yield endpoint.owner().offer(endpoint, kind, content, worker.arrivalNanos())
            ? null
            : DropReason.RING_FULL;
      }
      case UNKNOWN -> DropReason.UNKNOWN_PROTOCOL;
    };
  }

  private PeerPath path(int socket, InetSocketAddress remote, @Nullable TcpPath stream) {
    return stream != null ? stream : new UdpPath(addresses, socket, UdpRemote.of(remote));
  }

  private byte[] copy(ByteBuf content, int length) {
    content.getBytes(content.readerIndex(), scratch, 0, length);
    return scratch;
  }
}
