package dev.sluice.transport.pipeline;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.transport.ice.IceGateway;
import dev.sluice.transport.ice.IceGateway.Outcome;
import dev.sluice.transport.ice.StunRateLimiter;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Says where each datagram goes (RFC 7983): STUN to ICE, right here; DTLS to its session; RTP and
 * RTCP to the worker that owns the peer's room. Anything but STUN counts only from an address that
 * an authenticated check has validated.
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
  public void onDatagram(MediaWorker worker, ByteBuf content, InetSocketAddress remote) {
    DropReason reason = route(worker, content, remote);
    if (reason != null) {
      worker.countDrop(reason);
    }
  }

  private @Nullable DropReason route(
      MediaWorker worker, ByteBuf content, InetSocketAddress remote) {
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
    return switch (kind) {
      case STUN -> handleStun(worker, content, length, remote);
      case DTLS -> {
        PeerEndpoint endpoint = addresses.find(remote);
        if (endpoint == null) {
          yield DropReason.UNKNOWN_ADDRESS;
        }
        byte[] bytes = copy(content, length);
        yield endpoint.handleDtls(bytes, 0, length) ? null : DropReason.MALFORMED;
      }
      case RTP, RTCP -> {
        PeerEndpoint endpoint = addresses.find(remote);
        if (endpoint == null) {
          yield DropReason.UNKNOWN_ADDRESS;
        }
        yield endpoint.owner().offer(endpoint, kind, content) ? null : DropReason.RING_FULL;
      }
      case UNKNOWN -> DropReason.UNKNOWN_PROTOCOL;
    };
  }

  private @Nullable DropReason handleStun(
      MediaWorker worker, ByteBuf content, int length, InetSocketAddress remote) {
    long nowNanos = worker.arrivalNanos();
    if (addresses.find(remote) == null && !limiter.allow(remote.getAddress(), nowNanos)) {
      return DropReason.RATE_LIMITED;
    }
    byte[] bytes = copy(content, length);
    Outcome<PeerEndpoint> outcome =
        ice.handle(bytes, 0, length, remote, worker.port().localAddress(), nowNanos);
    return switch (outcome) {
      case Outcome.Ignored<PeerEndpoint> ignored -> ignored.reason();
      case Outcome.Keepalive<PeerEndpoint> keepalive -> null;
      case Outcome.Validated<PeerEndpoint> validated -> {
        validated.peer().handleCheck(remote, validated.nominated(), nowNanos);
        respond(worker, validated.response(), remote);
        yield null;
      }
      case Outcome.Refused<PeerEndpoint> refused -> {
        respond(worker, refused.response(), remote);
        yield null;
      }
    };
  }

  private static void respond(MediaWorker worker, byte[] response, InetSocketAddress remote) {
    worker.send(response, remote);
  }

  private byte[] copy(ByteBuf content, int length) {
    content.getBytes(content.readerIndex(), scratch, 0, length);
    return scratch;
  }
}
