package dev.sluice.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramBuffers;
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

    int dropped = bound.port.write(batch(lengths), target());
    bound.port.flush();

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
  void segmentsWhereTheKernelCan() throws Exception {
    assumeTrue(UdpBackend.best() == UdpBackend.EPOLL);
    Bound bound = new Bound(UdpBackend.EPOLL);

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
    assertThat(bound.senders).containsOnly(target());
    bound.close();
  }

  private InetSocketAddress target() {
    return (InetSocketAddress) plain.getLocalSocketAddress();
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
    final UdpPort port;
    final List<Integer> received = new ArrayList<>();
    final List<InetSocketAddress> senders = new ArrayList<>();

    Bound(UdpBackend backend) {
      loop = new ManualIoEventLoop(Thread.currentThread(), backend.ioHandlerFactory());
      ChannelFuture bound =
          UdpPort.bind(
              backend,
              loop,
              new InetSocketAddress(LOOPBACK, 0),
              false,
              (content, remote) -> {
                received.add(content.readableBytes());
                senders.add(remote);
              });
      while (!bound.isDone()) {
        loop.runNow();
      }
      assertThat(bound.cause()).isNull();
      port = UdpPort.of(bound.channel());
    }

    void close() {
      var ended = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      while (!ended.isDone()) {
        loop.runNow();
      }
    }
  }
}
