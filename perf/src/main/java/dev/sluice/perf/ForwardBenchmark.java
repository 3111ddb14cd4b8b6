package dev.sluice.perf;

import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way of one published packet through a room: decrypt, read, decide, rewrite the header and the
 * VP8 descriptor, encrypt for each subscriber, hand the batches over. No network. The score is the
 * time per published packet; divided by the subscribers it is the time per forwarded one. Read the
 * median: it does not move when the machine has other work too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ForwardBenchmark {
  private static final int PACKETS = 21 * PublishedVideo.PACKETS_PER_FRAME;
  private static final int PAYLOAD_BYTES = 1_100;

  /** How many see the publisher; with nobody it is what receiving and keeping a packet costs. */
  @Param({"0", "1", "10", "100"})
  public int subscribers;

  /** Whose ciphers: the JDK's or libcrypto's. */
  @Param public CipherSource ciphers = CipherSource.JDK;

  private final byte[][] packets = new byte[PACKETS][2_048];
  private PublishedVideo video =
      new PublishedVideo(
          BenchmarkKeys.of(SrtpProfile.AEAD_AES_128_GCM, 0), SrtpCiphers.jdk(), PAYLOAD_BYTES);
  private BenchmarkRoom room =
      new BenchmarkRoom(
          SrtpProfile.AEAD_AES_128_GCM,
          SrtpCiphers.jdk(),
          BenchmarkKeys.of(SrtpProfile.AEAD_AES_128_GCM, 0),
          0);
  private long published;

  /** A room in which the keyframe has come. */
  @Setup(Level.Trial)
  public void fillTheRoom() {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    SrtpKeys keys = BenchmarkKeys.of(profile, -1);
    video = new PublishedVideo(keys, SrtpCiphers.jdk(), PAYLOAD_BYTES);
    room = new BenchmarkRoom(profile, ciphers.open(), keys, subscribers);
    published = 0;
  }

  /** A packet can be received only once, so each invocation needs new ones. */
  @Setup(Level.Invocation)
  public void publish() {
    for (byte[] packet : packets) {
      video.next(packet);
    }
    published += PACKETS;
  }

  /** 21 frames of three packets. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long forward() {
    for (byte[] packet : packets) {
      room.handle(packet, video.packetBytes());
    }
    return room.sentBytes();
  }

  /** What was measured must have been the whole way. */
  @TearDown(Level.Trial)
  public void everythingWasForwarded() {
    long expected = published * subscribers;
    long forwarded = room.totals().packetsForwarded();
    if (forwarded != expected) {
      throw new IllegalStateException("forwarded " + forwarded + " packets instead of " + expected);
    }
  }
}
