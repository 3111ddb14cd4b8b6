package dev.sluice.perf;

import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.transport.udp.UdpBackend;
import dev.sluice.transport.udp.UdpPort;
import dev.sluice.transport.udp.UdpRemote;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ManualIoEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to hand the packets that wait for one subscriber to the kernel, which on loopback
 * also delivers them: where it can, as one segmented message. The score is the time per message.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SendBenchmark {
  private static final int PACKET_BYTES = 1_200;
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  /** Packets that wait for one subscriber. */
  @Param({"1", "6", "16"})
  public int packets = 1;

  private final ByteBuffer read = ByteBuffer.allocateDirect(2_048);
  private final DatagramBatch batch =
      new DatagramBatch(MediaMeans.with(SrtpCiphers.jdk()).buffers());
  private @Nullable ManualIoEventLoop loop;
  private @Nullable UdpPort port;
  private @Nullable DatagramChannel subscriber;
  private UdpRemote remote =
      UdpRemote.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  /** A socket of the server and one of a subscriber. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    UdpBackend backend = UdpBackend.best();
    ManualIoEventLoop own =
        new ManualIoEventLoop(Thread.currentThread(), backend.ioHandlerFactory());
    ChannelFuture bound = UdpPort.bind(backend, own, anyPort, false, (content, sender) -> {});
    while (!bound.isDone()) {
      own.runNow();
    }
    DatagramChannel sink = DatagramChannel.open().bind(anyPort);
    sink.configureBlocking(false);
    sink.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
    loop = own;
    port = UdpPort.of(bound.channel());
    subscriber = sink;
    remote = UdpRemote.of((InetSocketAddress) sink.getLocalAddress());
  }

  /** As many packets as wait. */
  @Setup(Level.Invocation)
  public void fill() {
    batch.clear();
    for (int i = 0; i < packets; i++) {
      if (!batch.makeRoom()) {
        throw new IllegalStateException("a batch has no room for " + packets);
      }
      batch.commit(PACKET_BYTES);
    }
  }

  /** One message, or as many as there are packets where the kernel cannot segment. */
  @Benchmark
  public void send() {
    UdpPort out = port;
    if (out == null) {
      throw new IllegalStateException("there is no port");
    }
    out.write(batch, remote);
    if (out.flush() > 0) {
      throw new IllegalStateException("not everything was sent");
    }
  }

  /** Waits until what was sent has come; a full socket would make it cheaper. */
  @TearDown(Level.Invocation)
  public void receive() throws IOException {
    DatagramChannel sink = Objects.requireNonNull(subscriber);
    long giveUpNanos = System.nanoTime() + PATIENCE_NANOS;
    for (int count = 0; count < packets; ) {
      if (sink.receive(read.clear()) != null) {
        count++;
      } else if (System.nanoTime() - giveUpNanos > 0) {
        throw new IllegalStateException("of " + packets + " packets " + count + " have come");
      }
    }
  }

  /** Nothing stays open. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    UdpPort out = port;
    ManualIoEventLoop own = loop;
    if (out != null && own != null) {
      ChannelFuture closed = out.close();
      while (!closed.isDone()) {
        own.runNow();
      }
      var ended = own.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      while (!ended.isDone()) {
        own.runNow();
      }
    }
    if (subscriber != null) {
      subscriber.close();
    }
  }
}
