package dev.sluice.transport.tcp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's listening socket on the TCP port, and the connections that it has accepted. With
 * several workers each has a listening socket of its own on the same port (SO_REUSEPORT), and the
 * kernel spreads connections among them.
 *
 * <p>Owner: the worker whose loop it is registered with.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of closes: there is nothing to do after them
public final class TcpPort {
  private static final Logger LOG = LoggerFactory.getLogger(TcpPort.class);

  private static final int BACKLOG = 512;
  private static final int FIRST_READ_BYTES = 2048;
  private static final int MAX_READ_BYTES = 16 * 1024;

  /** One busy connection must not hold up a worker's turn. */
  private static final int READS_PER_TURN = 4;

  /**
   * What the kernel may hold that it has not sent yet. More would be old before it leaves, and
   * would hide from the bounded queue that the client is slow.
   */
  private static final int UNSENT_BYTES = 128 * 1024;

  private final TcpCensus census;
  private final TcpAcceptor acceptor;
  private final Set<TcpConnection> connections = new HashSet<>();
  private @Nullable Channel channel;

  /**
   * @param census shared by the ports of all workers
   */
  public TcpPort(TcpCensus census, TcpAcceptor acceptor) {
    this.census = census;
    this.acceptor = acceptor;
  }

  /**
   * Begins to listen; the future completes while the loop runs.
   *
   * @param shared several sockets will be bound to this address
   */
  public ChannelFuture bind(IoEventLoop loop, InetSocketAddress address, boolean shared) {
    int queueBytes = census.limits().queueBytes() + TcpConnection.CONTROL_BYTES;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(queueBytes, queueBytes))
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(FIRST_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES)
                    .maxMessagesPerRead(READS_PER_TURN))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted.pipeline().addLast(new Reader());
                  }
                });
    SocketProtocolFamily family =
        address.getAddress() instanceof Inet6Address
            ? SocketProtocolFamily.INET6
            : SocketProtocolFamily.INET;
    if (loop.isIoType(EpollIoHandler.class)) {
      bootstrap
          .channelFactory(() -> new EpollServerSocketChannel(family))
          .option(EpollChannelOption.SO_REUSEPORT, shared)
          .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT_BYTES);
    } else {
      bootstrap
          .channel(NioServerSocketChannel.class)
          .childOption(ChannelOption.SO_SNDBUF, UNSENT_BYTES);
      if (shared) {
        bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
      }
    }
    ChannelFuture bound = bootstrap.bind(address);
    channel = bound.channel();
    return bound;
  }

  /**
   * Checks that nobody else has the address, as SO_REUSEPORT would let several servers share it.
   *
   * @return the port: a free one when 0 was asked for
   */
  public static int requireUnshared(InetSocketAddress address) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
      return probe.getLocalPort();
    }
  }

  /** The address it listens on. */
  public InetSocketAddress localAddress() {
    Channel listening = channel;
    if (listening == null) {
      throw new IllegalStateException("the TCP port is not bound");
    }
    return (InetSocketAddress) listening.localAddress();
  }

  /** Once a second: closes the connections whose time is over. */
  public void sweep(long nowNanos) {
    for (TcpConnection connection : List.copyOf(connections)) {
      connection.sweep(nowNanos);
    }
  }

  /** One connection's reading side. */
  private final class Reader extends ChannelInboundHandlerAdapter {
    private final FrameReader frames = new FrameReader();
    private final Consumer<ByteBuf> sink = this::frame;
    private @Nullable TcpConnection connection;
    private @Nullable TcpReceiver receiver;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      // Null when the client has gone again meanwhile.
      if (!(context.channel().remoteAddress() instanceof InetSocketAddress remote)
          || census.enter(remote.getAddress()) != null) {
        context.close();
        return;
      }
      TcpConnection accepted = new TcpConnection(context.channel(), remote);
      connection = accepted;
      connections.add(accepted);
      receiver = acceptor.accept(accepted);
      context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf content = (ByteBuf) message;
      try {
        TcpConnection from = connection;
        // After a close from this side, what the client had sent before still comes.
        if (from != null && !from.isClosing() && !frames.read(content, sink)) {
          from.close(TcpCloseReason.FRAME_TOO_LONG);
        }
      } finally {
        content.release();
      }
    }

    private void frame(ByteBuf content) {
      TcpConnection from = connection;
      TcpReceiver to = receiver;
      if (from != null && to != null && !from.isClosing()) {
        from.frameCame();
        to.onFrame(content);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      TcpConnection ended = connection;
      TcpReceiver told = receiver;
      connection = null;
      receiver = null;
      if (ended != null) {
        connections.remove(ended);
        census.leave(ended.remote().getAddress(), ended.whyClosed());
      }
      if (told != null) {
        told.onClosed();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof IOException)) {
        LOG.warn("a TCP connection ends after a fault", cause);
      }
      context.close();
    }
  }
}
