package dev.sluice.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A port on a loop that the test's thread runs, and plain sockets as clients. */
@Tag("C2")
class TcpPortTest {
  private static final TcpLimits LIMITS = new TcpLimits(3, 2, TcpLimits.MIN_QUEUE_BYTES);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final TcpCensus census = new TcpCensus(LIMITS);
  private final List<Accepted> accepted = new ArrayList<>();
  private final List<Socket> clients = new ArrayList<>();
  private ManualIoEventLoop running =
      new ManualIoEventLoop(Thread.currentThread(), NioIoHandler.newFactory());
  private final TcpPort bound =
      new TcpPort(
          census,
          connection -> {
            Accepted next = new Accepted(connection);
            accepted.add(next);
            return next;
          });
  private long nowNanos = Long.MAX_VALUE - 30 * SECOND;

  static Stream<IoHandlerFactory> backends() {
    return Epoll.isAvailable()
        ? Stream.of(EpollIoHandler.newFactory(), NioIoHandler.newFactory())
        : Stream.of(NioIoHandler.newFactory());
  }

  private void start(IoHandlerFactory backend) {
    shutDown();
    running = new ManualIoEventLoop(Thread.currentThread(), backend);
    ChannelFuture binding =
        bound.bind(running, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
    until("bound", binding::isDone);
    assertThat(binding.cause()).isNull();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    shutDown();
  }

  private void shutDown() {
    var ended = running.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    while (!ended.isDone()) {
      running.runNow();
    }
  }

  private void until(String what, BooleanSupplier condition) {
    long giveUpNanos = System.nanoTime() + 20 * SECOND;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - giveUpNanos > 0) {
        fail("gave up waiting until " + what);
      }
      running.run(1_000_000);
    }
  }

  private Socket connect() throws IOException {
    Socket client = new Socket();
    clients.add(client);
    client.setReceiveBufferSize(16 * 1024);
    client.setSoTimeout(10_000);
    client.connect(bound.localAddress());
    return client;
  }

  /** A client whose connection has been accepted. */
  private Socket accepted() throws IOException {
    int before = accepted.size();
    Socket client = connect();
    until("accepted", () -> accepted.size() > before);
    return client;
  }

  /** Seconds pass, one sweep in each. */
  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nowNanos += SECOND;
      bound.sweep(nowNanos);
      running.runNow();
    }
  }

  private static void send(Socket client, int... bytes) throws IOException {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    client.getOutputStream().write(all);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void carriesFramesBothWays(IoHandlerFactory backend) throws IOException {
    start(backend);
    Socket client = accepted();
    Accepted server = accepted.getFirst();
    send(client, 0, 3, 1, 2, 3, 0, 1);
    send(client, 4);
    until("both came", () -> server.frames.size() == 2);
    assertThat(server.frames).containsExactly(new byte[] {1, 2, 3}, new byte[] {4});
    assertThat(server.connection.remote()).isEqualTo(client.getLocalSocketAddress());

    server.connection.write(new byte[] {5, 6});
    assertThat(server.connection.write(batch(3, 1200))).isZero();
    server.connection.flush();

    DataInputStream in = new DataInputStream(client.getInputStream());
    assertThat(in.readUnsignedShort()).isEqualTo(2);
    assertThat(in.readShort()).isEqualTo((short) 0x0506);
    for (int i = 0; i < 3; i++) {
      assertThat(in.readUnsignedShort()).isEqualTo(1200);
      byte[] frame = new byte[1200];
      in.readFully(frame);
      assertThat(frame).containsOnly(i);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void keepsABoundedQueueForAClientThatDoesNotReadAndWholeFramesInIt(IoHandlerFactory backend)
      throws IOException {
    start(backend);
    Socket client = accepted();
    TcpConnection connection = accepted.getFirst().connection;
    int dropped = 0;
    int written = 0;
    // Until the buffers of both kernels are full as well.
    for (int i = 0; i < 4000 && (dropped == 0 || i % 100 != 0); i++) {
      dropped += connection.write(batch(16, 1000));
      connection.flush();
      running.runNow();
      written = i + 1;
    }
    assertThat(dropped).as("of %d batches", written).isPositive();
    assertThat(connection.write(new byte[100])).as("STUN and DTLS still fit").isZero();
    int more = 0;
    while (connection.write(new byte[100]) == 0) {
      more++;
    }
    assertThat(more).as("but not without end").isLessThan(TcpConnection.CONTROL_BYTES / 100);

    Thread reader = Thread.ofVirtual().start(() -> assertThatFramesAreWhole(client));
    until("it has caught up", () -> connection.write(batch(16, 1000)) == 0);
    connection.flush();
    connection.close(TcpCloseReason.RELEASED);
    until("the client has read all", () -> !reader.isAlive());
    assertThat(readFault).isNull();
    assertThat(readFrames).hasValueGreaterThan(100);
  }

  private volatile @Nullable String readFault;
  private final AtomicInteger readFrames = new AtomicInteger();

  private void assertThatFramesAreWhole(Socket client) {
    byte[] frame = new byte[2048];
    try {
      DataInputStream in = new DataInputStream(client.getInputStream());
      int length;
      while ((length = in.read()) >= 0) {
        length = length << 8 | in.readUnsignedByte();
        if (length != 1000 && length != 100) {
          readFault = "a frame of " + length + " bytes after " + readFrames;
          return;
        }
        in.readFully(frame, 0, length);
        readFrames.incrementAndGet();
      }
    } catch (IOException closed) {
      // The last frame may have been cut by the close.
    }
  }

  @Test
  void closesAConnectionThatProvesNothingInTime() throws IOException {
    start(NioIoHandler.newFactory());
    Socket client = accepted();
    send(client, 0);
    pass(5);
    assertThat(accepted.getFirst().closed).isFalse();
    pass(2);
    until("closed", () -> accepted.getFirst().closed);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(census.ended(TcpCloseReason.NO_CHECK)).isEqualTo(1);
    assertThat(census.open()).isZero();
  }

  @Test
  void keepsAProvenConnectionWhileFramesComeAndClosesItWhenNoneDo() throws IOException {
    start(NioIoHandler.newFactory());
    Socket client = accepted();
    Accepted server = accepted.getFirst();
    server.connection.prove();
    for (int i = 0; i < 3; i++) {
      pass(50);
      int before = server.frames.size();
      send(client, 0, 1, 1);
      until("it came", () -> server.frames.size() > before);
    }
    assertThat(server.closed).isFalse();
    send(client, 0); // half a length is no frame
    pass(62);
    until("closed", () -> server.closed);
    assertThat(census.ended(TcpCloseReason.IDLE)).isEqualTo(1);
  }

  @Test
  void closesAReleasedConnectionAfterItsGoodbye() throws IOException {
    start(NioIoHandler.newFactory());
    Socket client = accepted();
    TcpConnection connection = accepted.getFirst().connection;
    connection.prove();
    pass(10);
    connection.release();
    connection.write(new byte[] {21});
    connection.flush();
    pass(4);
    until("closed", () -> accepted.getFirst().closed);
    assertThat(client.getInputStream().readNBytes(4)).isEqualTo(new byte[] {0, 1, 21});
    assertThat(census.ended(TcpCloseReason.RELEASED)).isEqualTo(1);
  }

  @Test
  void closesAtAFrameThatIsTooLongAndReadsNothingAfterIt() throws IOException {
    start(NioIoHandler.newFactory());
    Socket client = accepted();
    send(client, 0, 1, 1, 0xFF, 0xFF, 0, 1, 2);
    until("closed", () -> accepted.getFirst().closed);
    assertThat(accepted.getFirst().frames).containsExactly(new byte[] {1});
    assertThat(census.ended(TcpCloseReason.FRAME_TOO_LONG)).isEqualTo(1);
  }

  @Test
  void handsOverNoFrameAfterItWasClosedFromThisSide() throws IOException {
    start(NioIoHandler.newFactory());
    Socket client = accepted();
    Accepted server = accepted.getFirst();
    server.closesAtFrame = true;
    send(client, 0, 1, 1, 0, 1, 2, 0, 1, 3);
    until("closed", () -> server.closed);
    assertThat(server.frames).containsExactly(new byte[] {1});
    assertThat(census.ended(TcpCloseReason.NOT_A_CHECK)).isEqualTo(1);
  }

  @Test
  void refusesMoreThanOneSourceMayHaveAndLetsItInAgainLater() throws IOException {
    start(NioIoHandler.newFactory());
    Socket first = accepted();
    accepted();
    Socket third = connect();
    until("refused", () -> census.ended(TcpCloseReason.TOO_MANY_OF_SOURCE) == 1);
    running.runNow();
    assertThat(third.getInputStream().read()).isEqualTo(-1);
    assertThat(accepted).hasSize(2);

    first.close();
    until("gone", () -> census.open() == 1);
    assertThat(accepted.getFirst().closed).isTrue();
    accepted();
    assertThat(census.open()).isEqualTo(2);
  }

  /** The n-th datagram is filled with n. */
  private static DatagramBatch batch(int count, int length) {
    DatagramBatch batch = new DatagramBatch(new DatagramBuffers());
    for (int i = 0; i < count; i++) {
      batch.makeRoom();
      int at = batch.nextOffset();
      Arrays.fill(batch.buffer(), at, at + length, (byte) i);
      batch.commit(length);
    }
    return batch;
  }

  private static final class Accepted implements TcpReceiver {
    final TcpConnection connection;
    final List<byte[]> frames = new ArrayList<>();
    boolean closed;
    boolean closesAtFrame;

    Accepted(TcpConnection connection) {
      this.connection = connection;
    }

    @Override
    public void onFrame(ByteBuf content) {
      frames.add(ByteBufUtil.getBytes(content));
      if (closesAtFrame) {
        connection.close(TcpCloseReason.NOT_A_CHECK);
      }
    }

    @Override
    public void onClosed() {
      closed = true;
    }
  }
}
