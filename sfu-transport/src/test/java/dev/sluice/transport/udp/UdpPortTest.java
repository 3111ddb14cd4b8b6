package dev.sluice.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramBuffers;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ManualIoEventLoop;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpPortTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int RECEIVE_TIMEOUT_MILLIS = 10_000;

  private final DatagramSocket plain;

  UdpPortTest() throws Exception {
    plain = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
  }

  @BeforeEach
  void receiveWithATimeout() throws Exception {
    plain.setSoTimeout(RECEIVE_TIMEOUT_MILLIS);
    plain.setReceiveBufferSize(1 << 20);
  }

  @AfterEach
  void close() {
    plain.close();
  }

  static Stream<Arguments> runs() {
    return Stream.of(
        // lengths, and the runs that they leave in
        Arguments.of(List.of(100), List.of(1)),
        Arguments.of(List.of(100, 100, 100), List.of(3)),
        Arguments.of(List.of(100, 100, 50), List.of(3)),
        Arguments.of(List.of(100, 50, 50), List.of(2, 1)),
        Arguments.of(List.of(100, 50, 100), List.of(2, 1)),
        Arguments.of(List.of(50, 100, 100), List.of(1, 2)),
        Arguments.of(List.of(50, 100, 150), List.of(1, 1, 1)),
        Arguments.of(List.of(150, 100, 50), List.of(2, 1)),
        Arguments.of(many(16, 100), List.of(16)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void splitsABatchIntoRunsThatSegmentationCanCarry(List<Integer> lengths, List<Integer> runs) {
    DatagramBatch batch = batch(lengths);

    List<Integer> found = new ArrayList<>();
    for (int at = 0; at < batch.count(); at += found.getLast()) {
      found.add(UdpPort.runLength(batch, at));
    }

    assertThat(found).isEqualTo(runs);
  }

  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void keepsTheBoundariesOfDatagramsThatLeaveTogether(UdpBackend backend) throws Exception {
    assumeTrue(backend == UdpBackend.NIO || UdpBackend.best() == UdpBackend.EPOLL);
    List<Integer> lengths =
        List.of(1200, 1200, 1200, 700, 60, 1200, 1200, 1, 1400, 1400, 1400, 1400, 1500);
    Bound bound = new Bound(backend);

    bound.port.write(batch(lengths), target());
    int dropped = bound.port.flush();

    assertThat(dropped).isZero();
    byte[] buffer = new byte[2048];
    for (int i = 0; i < lengths.size(); i++) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      plain.receive(packet);
      byte[] expected = new byte[lengths.get(i)];
      Arrays.fill(expected, (byte) i);
      assertThat(Arrays.copyOf(buffer, packet.getLength())).as("datagram " + i).isEqualTo(expected);
      assertThat(packet.getPort()).isEqualTo(bound.port.localAddress().getPort());
    }
    bound.close();
  }

  @Test
  void sendsWhatAFullSocketDidNotTakeBeforeWhatComesLater() throws Exception {
    Bound bound = Bound.byEpoll(LOOPBACK);
    // One datagram is taken (nobody gets it), and then no more.
    ScriptedKernel kernel = new ScriptedKernel().answer(1).fail(MessageVector.EAGAIN);
    UdpPort port = bound.over(kernel);
    port.write(new byte[] {0}, 0, 1, target());
    port.write(batch(List.of(1200, 1200, 700)), target());
    port.write(new byte[] {7}, 0, 1, target());

    int dropped = port.flush();

    assertThat(dropped).isZero();
    assertThat(receivedLengths(4)).containsExactly(1200, 1200, 700, 1);
    assertThat(kernel.offered).containsExactly(3, 2);
    bound.close();
  }

  @Test
  void sendsPlainDatagramsWhereTheNicCannotSegment() throws Exception {
    Bound bound = Bound.byEpoll(LOOPBACK);
    ScriptedKernel kernel = new ScriptedKernel().fail(MessageVector.EIO).answer(3);
    UdpPort port = bound.over(kernel);

    port.write(batch(List.of(1200, 1200, 700)), target());
    port.flush();
    assertThat(receivedLengths(3)).as("by Netty").containsExactly(1200, 1200, 700);
    assertThat(port.segmentation()).isFalse();
    port.write(batch(List.of(1200, 1200, 700)), target());
    port.flush();

    assertThat(kernel.offered).containsExactly(1, 3);
    bound.close();
  }

  @Test
  void goesOnToSegmentWhenOneDestinationDoesNotTakeIt() throws Exception {
    Bound bound = Bound.byEpoll(LOOPBACK);
    ScriptedKernel kernel = new ScriptedKernel();
    UdpPort port = bound.over(kernel);

    for (int i = 0; i < 1_000; i++) {
      kernel.fail(MessageVector.EINVAL).answer(1);
      port.write(batch(List.of(1200, 700)), target());
      port.write(batch(many(2, 1200)), UdpRemote.of(new InetSocketAddress(LOOPBACK, 9)));
      port.flush();
      assertThat(receivedLengths(2)).as("by Netty").containsExactly(1200, 700);
    }

    assertThat(port.segmentation()).isTrue();
    bound.close();
  }

  @Test
  void ceasesToSegmentWhenNoDestinationTakesIt() throws Exception {
    Bound bound = Bound.byEpoll(LOOPBACK);
    ScriptedKernel kernel = new ScriptedKernel();
    UdpPort port = bound.over(kernel);

    int refused = 0;
    for (; port.segmentation() && refused < 1_000; refused++) {
      kernel.fail(MessageVector.EINVAL);
      port.write(batch(List.of(1200, 700)), target());
      port.flush();
      assertThat(receivedLengths(2)).as("by Netty").containsExactly(1200, 700);
    }

    assertThat(refused).isEqualTo(256);
    bound.close();
  }

  @Test
  void takesNothingFromAPortThatCannotBeAnswered() {
    Bound bound = new Bound(UdpBackend.best());
    for (int port : new int[] {0, 9}) {
      bound
          .channel
          .pipeline()
          .fireChannelRead(
              new io.netty.channel.socket.DatagramPacket(
                  Unpooled.wrappedBuffer(new byte[1]),
                  bound.port.localAddress(),
                  new InetSocketAddress(LOOPBACK, port)));
    }

    assertThat(bound.senders).containsExactly(new InetSocketAddress(LOOPBACK, 9));
    bound.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void reachesBothFamiliesFromASocketOfIpv6(String host) throws Exception {
    Bound bound = Bound.byEpoll(InetAddress.getByName("::"));
    try (DatagramSocket receiver =
        new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), 0))) {
      receiver.setSoTimeout(RECEIVE_TIMEOUT_MILLIS);

      bound.port.write(
          new byte[] {1, 2, 3},
          1,
          2,
          UdpRemote.of((InetSocketAddress) receiver.getLocalSocketAddress()));
      bound.port.flush();

      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      receiver.receive(packet);
      assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).containsExactly(2, 3);
    }
    bound.close();
  }

  @Test
  void segmentsWhereTheKernelCan() throws Exception {
    Bound bound = Bound.byEpoll(LOOPBACK);

    bound.port.write(batch(many(16, 1200)), target());
    bound.port.flush();

    assertThat(bound.port.segmentation()).as("also after a send").isTrue();
    bound.close();
  }

  @Test
  void neverSegmentsWithoutEpoll() throws Exception {
    Bound bound = new Bound(UdpBackend.NIO);

    assertThat(bound.port.segmentation()).isFalse();
    bound.close();
  }

  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void receivesDatagramsOneByOneWithTheirSender(UdpBackend backend) throws Exception {
    Bound bound = new Bound(backend);
    for (int length : new int[] {1, 1600, 0, 2048, 700}) {
      byte[] datagram = new byte[length];
      plain.send(new DatagramPacket(datagram, length, bound.port.localAddress()));
    }

    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (bound.received.size() < 5 && System.nanoTime() - giveUpNanos < 0) {
      bound.loop.run(1_000_000);
    }

    assertThat(bound.received).containsExactly(1, 1600, 0, 2048, 700);
    assertThat(bound.senders).containsOnly(target().address());
    bound.close();
  }

  private List<Integer> receivedLengths(int count) throws Exception {
    List<Integer> lengths = new ArrayList<>();
    while (lengths.size() < count) {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      plain.receive(packet);
      lengths.add(packet.getLength());
    }
    return lengths;
  }

  private UdpRemote target() {
    return UdpRemote.of((InetSocketAddress) plain.getLocalSocketAddress());
  }

  private static List<Integer> many(int count, int length) {
    return Stream.generate(() -> length).limit(count).toList();
  }

  /** The n-th datagram is filled with n. */
  private static DatagramBatch batch(List<Integer> lengths) {
    DatagramBatch batch = new DatagramBatch(new DatagramBuffers());
    for (int i = 0; i < lengths.size(); i++) {
      assertThat(batch.makeRoom()).isTrue();
      int at = batch.nextOffset();
      Arrays.fill(batch.buffer(), at, at + lengths.get(i), (byte) i);
      batch.commit(lengths.get(i));
    }
    return batch;
  }

  /** A port on a loop that the test's thread runs. */
  private static final class Bound {
    final ManualIoEventLoop loop;
    final Channel channel;
    final UdpPort port;
    final List<Integer> received = new ArrayList<>();
    final List<InetSocketAddress> senders = new ArrayList<>();

    Bound(UdpBackend backend) {
      this(backend, LOOPBACK);
    }

    private Bound(UdpBackend backend, InetAddress local) {
      loop = new ManualIoEventLoop(Thread.currentThread(), backend.ioHandlerFactory());
      ChannelFuture bound =
          UdpPort.bind(
              backend,
              loop,
              new InetSocketAddress(local, 0),
              false,
              (content, remote) -> {
                received.add(content.readableBytes());
                senders.add(remote);
              });
      while (!bound.isDone()) {
        loop.runNow();
      }
      assertThat(bound.cause()).isNull();
      channel = bound.channel();
      port = UdpPort.of(channel);
    }

    /** Skips the test where there is no epoll. */
    static Bound byEpoll(InetAddress local) {
      assumeTrue(UdpBackend.best() == UdpBackend.EPOLL);
      return new Bound(UdpBackend.EPOLL, local);
    }

    /** Another port on the same channel, whose messages this kernel takes or does not. */
    UdpPort over(ScriptedKernel kernel) {
      return UdpPort.of(
          channel, new MessageVector(kernel.sendmmsg(), /* socket= */ 0, /* inet6= */ false));
    }

    void close() {
      var ended = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      while (!ended.isDone()) {
        loop.runNow();
      }
    }
  }
}
