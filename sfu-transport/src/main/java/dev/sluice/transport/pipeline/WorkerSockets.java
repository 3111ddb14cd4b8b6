package dev.sluice.transport.pipeline;

import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.transport.tcp.TcpPort;
import dev.sluice.transport.udp.UdpBackend;
import dev.sluice.transport.udp.UdpPort;
import dev.sluice.transport.udp.UdpRemote;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's ends of all paths: a UDP socket for each local address of the media port, and where
 * ICE-TCP is on a listening socket. Sends a peer's datagrams on the peer's path and counts those
 * that the path does not take.
 *
 * <p>Owner: the worker. A TCP connection may have been accepted by another one; its frames then go
 * through that worker's loop.
 */
final class WorkerSockets {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerSockets.class);

  private final MediaWorker worker;
  private final UdpBackend backend;
  private final IoEventLoop loop;
  private final DropCounters drops;
  private final List<TcpPath> unflushed = new ArrayList<>();
  private @Nullable UdpPort[] udp = new @Nullable UdpPort[0];
  private @Nullable TcpPort tcp;
  private boolean sentMedia;

  WorkerSockets(MediaWorker worker, UdpBackend backend, IoEventLoop loop, DropCounters drops) {
    this.worker = worker;
    this.backend = backend;
    this.loop = loop;
    this.drops = drops;
  }

  /**
   * Begins to bind; the result completes while the worker runs. It fails with a {@link
   * MediaPortException} when the port cannot be bound.
   */
  CompletableFuture<Void> bind(MediaBinding binding, MediaWorker.Ingress ingress) {
    udp = new @Nullable UdpPort[binding.udp().size()];
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < binding.udp().size(); i++) {
      all.add(bindUdp(binding, i, ingress));
    }
    InetSocketAddress listening = binding.tcp();
    if (listening != null) {
      TcpPort port =
          new TcpPort(binding.census(), connection -> ingress.accept(worker, connection));
      tcp = port;
      all.add(
          completion(
              port.bind(loop, listening, binding.shared()),
              channel -> {},
              cause -> MediaPortException.tcp(listening, cause)));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Void> bindUdp(
      MediaBinding binding, int number, MediaWorker.Ingress ingress) {
    InetSocketAddress address = binding.udp().get(number);
    CompletableFuture<Void> bound =
        completion(
            UdpPort.bind(
                backend,
                loop,
                address,
                binding.shared(),
                (content, remote) -> ingress.onDatagram(worker, number, content, remote)),
            channel -> udp[number] = UdpPort.of(channel),
            cause -> MediaPortException.udp(address, cause));
    // An address may have gone meanwhile, or not be ready yet; the first socket is the wildcard's.
    return number == 0
        ? bound
        : bound.exceptionally(
            gone -> {
              LOG.warn("no socket of its own for {}: {}", address, gone.getMessage());
              return null;
            });
  }

  private static CompletableFuture<Void> completion(
      ChannelFuture bind,
      Consumer<Channel> success,
      Function<Throwable, MediaPortException> failure) {
    CompletableFuture<Void> bound = new CompletableFuture<>();
    bind.addListener(
        (ChannelFuture done) -> {
          if (done.isSuccess()) {
            success.accept(done.channel());
            bound.complete(null);
          } else {
            bound.completeExceptionally(failure.apply(done.cause()));
          }
        });
    return bound;
  }

  /** Queues a batch on a path. */
  void send(DatagramBatch batch, PeerPath path) {
    sentMedia = true;
    switch (path) {
      case UdpPath(AddressTable table, int socket, UdpRemote remote) ->
          port(socket).write(batch, remote);
      case TcpPath stream -> {
        count(DropReason.TCP_QUEUE_FULL, stream.connection().write(batch));
        flushLater(stream);
      }
    }
  }

  /** Queues one datagram of ICE or DTLS on a path. */
  void send(byte[] datagram, PeerPath path) {
    switch (path) {
      case UdpPath(AddressTable table, int socket, UdpRemote remote) ->
          port(socket).write(datagram, 0, datagram.length, remote);
      case TcpPath stream -> {
        count(DropReason.TCP_QUEUE_FULL, stream.connection().write(datagram));
        flushLater(stream);
      }
    }
  }

  /** Sends all that is queued. */
  void flush() {
    for (int i = 0; i < udp.length; i++) {
      UdpPort port = udp[i];
      if (port != null) {
        count(DropReason.EGRESS_FULL, port.flush());
      }
    }
    for (int i = 0; i < unflushed.size(); i++) {
      unflushed.get(i).flush();
    }
    unflushed.clear();
  }

  /** Whether a batch has been sent since this was last asked. */
  boolean takeSentMedia() {
    boolean sent = sentMedia;
    sentMedia = false;
    return sent;
  }

  /** Once a second. */
  void sweep(long nowNanos) {
    TcpPort port = tcp;
    if (port != null) {
      port.sweep(nowNanos);
    }
  }

  /** The address that a UDP socket is bound to. */
  InetSocketAddress localAddress(int socket) {
    return port(socket).localAddress();
  }

  /** Whether equal-sized datagrams leave as one segmented message. */
  boolean segmentation() {
    return port(0).segmentation();
  }

  /** The receive buffer of the media port. */
  int receiveBufferBytes() {
    return port(0).receiveBufferBytes();
  }

  private UdpPort port(int socket) {
    UdpPort port = udp[socket];
    if (port == null) {
      port = udp[0];
    }
    if (port == null) {
      throw new IllegalStateException("the media port is not bound");
    }
    return port;
  }

  private void flushLater(TcpPath stream) {
    if (stream.markUnflushed(this)) {
      unflushed.add(stream);
    }
  }

  private void count(DropReason reason, int datagrams) {
    for (int i = 0; i < datagrams; i++) {
      drops.count(reason);
    }
  }
}
