package dev.sluice.transport.udp;

import dev.sluice.core.peer.DatagramBatch;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's socket on one local address of the shared media port: what it sends leaves from that
 * address. With several workers each has a socket of its own on the same address (SO_REUSEPORT).
 *
 * <p>Owner: the worker whose loop it is registered with.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the void promise: failures come to exceptionCaught
public final class UdpPort {
  private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);

  /** Large enough for any datagram that is not dropped as oversized. */
  private static final int DATAGRAM_BYTES = 2048;

  private static final int DATAGRAMS_PER_READ = 16;
  private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

  /** The kernel takes 64 segments; a run that long is a burst no home router holds. */
  private static final int MAX_SEGMENTS = 16;

  /** So many in a row are no matter of single destinations any more. */
  private static final int MAX_REFUSED_SEGMENTS = 256;

  /**
   * How much may wait for a socket whose buffer is full before datagrams are dropped: what is older
   * than the rest of a burst is of no use to a receiver.
   */
  private static final WriteBufferWaterMark WAITING_BYTES =
      new WriteBufferWaterMark(2 * 1024 * 1024, 4 * 1024 * 1024);

  static {
    // By default Netty follows one buffer in a hundred with stack traces, which costs the way of a
    // packet some per cent. Tests, and whoever sets the property, still have it.
    if (System.getProperty("io.netty.leakDetection.level") == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  private final Channel channel;

  /** What leaves at once; null where the C library cannot be asked, and Netty sends everything. */
  private final @Nullable MessageVector messages;

  private final Refusals refusals = new Refusals();
  private boolean segmentation;

  /** Segmented messages that the kernel did not take, since it last took one. */
  private int refusedSegments;

  /** Datagrams since the last flush. */
  private int dropped;

  private UdpPort(Channel channel, @Nullable MessageVector messages, boolean segmentation) {
    this.channel = channel;
    this.messages = messages;
    this.segmentation = segmentation;
  }

  /**
   * Begins to bind; the future completes while the loop runs.
   *
   * @param backend the one that the loop was made for
   * @param shared several sockets will be bound to this address
   */
  public static ChannelFuture bind(
      UdpBackend backend,
      EventLoop loop,
      InetSocketAddress address,
      boolean shared,
      DatagramReceiver receiver) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
            .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING_BYTES)
            .handler(new Reader(receiver));
    // Said, for else Netty takes an IPv6 socket, also for 0.0.0.0.
    SocketProtocolFamily family =
        address.getAddress() instanceof Inet6Address
            ? SocketProtocolFamily.INET6
            : SocketProtocolFamily.INET;
    switch (backend) {
      case EPOLL ->
          bootstrap
              .channelFactory(() -> new EpollDatagramChannel(family))
              .option(EpollChannelOption.SO_REUSEPORT, shared)
              .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES)
              .option(
                  ChannelOption.RECVBUF_ALLOCATOR,
                  new FixedRecvByteBufAllocator(DATAGRAM_BYTES * DATAGRAMS_PER_READ));
      case NIO -> {
        bootstrap
            .channelFactory(() -> new NioDatagramChannel(family))
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES));
        if (shared) {
          bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        }
      }
    }
    return bootstrap.bind(address);
  }

  /**
   * Checks that nobody else has the address. SO_REUSEPORT would let several sockets share it with
   * those of another server, and the kernel would give each of them some of the packets.
   *
   * @return the port: a free one when 0 was asked for
   */
  public static int requireUnshared(InetSocketAddress address) throws IOException {
    try (DatagramSocket probe = new DatagramSocket(null)) {
      probe.setReuseAddress(false);
      probe.bind(address);
      return probe.getLocalPort();
    }
  }

  /** Wraps a channel that {@link #bind} has given. */
  public static UdpPort of(Channel bound) {
    return of(
        bound,
        bound instanceof EpollDatagramChannel epoll
            ? MessageVector.of(
                epoll.fd().intValue(), epoll.localAddress().getAddress() instanceof Inet6Address)
            : null);
  }

  static UdpPort of(Channel bound, @Nullable MessageVector messages) {
    boolean segmentation =
        bound instanceof EpollDatagramChannel
            && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    UdpPort port = new UdpPort(bound, messages, segmentation);
    bound.pipeline().get(Reader.class).port = port;
    return port;
  }

  /** The address it is bound to. */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Whether equal-sized datagrams leave as one segmented message (UDP GSO). */
  public boolean segmentation() {
    return segmentation;
  }

  /** The size of its receive buffer as the kernel counts, which is twice what was asked for. */
  public int receiveBufferBytes() {
    Integer bytes = channel.config().getOption(ChannelOption.SO_RCVBUF);
    return bytes == null ? 0 : bytes;
  }

  /** Queues a batch for one destination; {@link #flush()} sends it. */
  public void write(DatagramBatch batch, UdpRemote remote) {
    int offset = 0;
    int index = 0;
    while (index < batch.count()) {
      int size = batch.length(index);
      int run = segmentation ? runLength(batch, index) : 1;
      int bytes = 0;
      for (int i = 0; i < run; i++) {
        bytes += batch.length(index + i);
      }
      queue(batch.buffer(), offset, bytes, size, remote);
      offset += bytes;
      index += run;
    }
  }

  /** Queues one datagram; {@link #flush()} sends it. */
  public void write(byte[] datagram, int offset, int length, UdpRemote remote) {
    queue(datagram, offset, length, length, remote);
  }

  /**
   * Sends all that is queued, in as few system calls as the platform has.
   *
   * @return how many datagrams were dropped since the last time, because the socket took no more
   */
  public int flush() {
    sendMessages();
    if (backlog()) {
      channel.flush();
    }
    int since = dropped;
    dropped = 0;
    return since;
  }

  /** For the next call of {@code sendmmsg}, or behind what has waited since the socket was full. */
  private void queue(byte[] bytes, int offset, int length, int segment, UdpRemote remote) {
    MessageVector vector = messages;
    if (vector != null && !vector.hasRoom(length)) {
      sendMessages();
    }
    if (vector != null && !backlog() && vector.hasRoom(length)) {
      vector.add(bytes, offset, length, segment, remote);
    } else {
      leave(Unpooled.wrappedBuffer(bytes, offset, length), segment, remote);
    }
  }

  private void sendMessages() {
    MessageVector vector = messages;
    // A closed channel's number may be another file's by now.
    if (vector != null && channel.isOpen() && vector.send(refusals)) {
      refusedSegments = 0;
    }
  }

  /** Whether Netty has messages that have not left. */
  private boolean backlog() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() > 0;
  }

  /** Leaves a message to Netty, which sends it as soon as the socket takes it. */
  private void leave(ByteBuf content, int segment, UdpRemote remote) {
    // Netty would queue without a bound.
    if (!channel.isWritable()) {
      channel.flush();
    }
    int bytes = content.readableBytes();
    if (!channel.isWritable()) {
      dropped += Math.ceilDiv(bytes, Math.max(segment, 1));
      content.release();
      return;
    }
    DatagramPacket message =
        segment < bytes
            ? new SegmentedDatagramPacket(content, segment, remote.address())
            : new DatagramPacket(content, remote.address());
    channel.write(message, channel.voidPromise());
  }

  /** Closes the socket; what is queued is dropped. */
  public ChannelFuture close() {
    return channel.close();
  }

  /**
   * How many datagrams from {@code from} on can be one message: equal sizes, only the last one may
   * be smaller.
   */
  static int runLength(DatagramBatch batch, int from) {
    int size = batch.length(from);
    int run = 1;
    while (run < MAX_SEGMENTS && from + run < batch.count() && batch.length(from + run) <= size) {
      run++;
      if (batch.length(from + run - 1) < size) {
        break;
      }
    }
    return run;
  }

  private void handleSendFailure(Throwable failure) {
    int errno = failure instanceof NativeIoException io ? -io.expectedErr() : 0;
    handleRefusal(errno, segmentation, String.valueOf(failure.getMessage()));
  }

  /**
   * A NIC that cannot (EIO) never can. What is invalid may be so for one destination only, to which
   * the path takes no packets so long: a forged ICMP message is enough for that.
   */
  private void handleRefusal(int errno, boolean segmented, String why) {
    LOG.debug("a datagram could not be sent: {}", why);
    if (!segmented || !segmentation) {
      return;
    }
    refusedSegments += errno == MessageVector.EINVAL ? 1 : 0;
    if (errno == MessageVector.EIO || refusedSegments >= MAX_REFUSED_SEGMENTS) {
      segmentation = false;
      LOG.warn("UDP segmentation is refused here ({}); sending plain datagrams", why);
    }
  }

  private final class Refusals implements MessageVector.Refusals {
    @Override
    public void onFull(ByteBuffer content, int segmentBytes, UdpRemote remote) {
      // A copy: the place is the next message's.
      leave(Unpooled.copiedBuffer(content), segmentBytes, remote);
    }

    @Override
    public void onRefused(int errno, ByteBuffer content, int segmentBytes, UdpRemote remote) {
      boolean segmented = segmentBytes < content.remaining();
      handleRefusal(errno, segmented, "errno " + errno);
      if (segmented) {
        ByteBuf all = Unpooled.copiedBuffer(content);
        while (all.isReadable()) {
          int bytes = Math.min(segmentBytes, all.readableBytes());
          leave(all.readRetainedSlice(bytes), bytes, remote);
        }
        all.release();
      }
    }
  }

  private static final class Reader extends SimpleChannelInboundHandler<DatagramPacket> {
    private final DatagramReceiver receiver;
    private @Nullable UdpPort port;

    Reader(DatagramReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
      // Nothing can be sent to port 0: the kernel would refuse it as it refuses segments.
      if (datagram.sender().getPort() != 0) {
        receiver.onDatagram(datagram.content(), datagram.sender());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      UdpPort owner = port;
      if (owner != null) {
        owner.handleSendFailure(cause);
      }
    }
  }
}
