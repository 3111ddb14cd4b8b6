package dev.sluice.perf;

import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.srtp.SrtpReceiver;
import dev.sluice.core.srtp.SrtpSender;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/** What the protection of one RTP packet costs, each way, with the ciphers of the JDK. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SrtpBenchmark {
  private static final int PACKETS = 64;
  private static final int RTP_HEADER_BYTES = 12;
  private static final int BUFFER_BYTES = 2_048;
  private static final int SSRC = 0x1234_5678;

  /** How the packets are protected. */
  @Param({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80"})
  public SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

  /** Whose ciphers: the JDK's or libcrypto's. */
  @Param public CipherSource ciphers = CipherSource.JDK;

  /** Bytes of payload. */
  @Param({"100", "1200"})
  public int payloadBytes;

  private final byte[] payload = new byte[BUFFER_BYTES];
  private final byte[] out = new byte[BUFFER_BYTES];
  private SrtpSender sender = sender(profile, SrtpCiphers.jdk());
  private SrtpReceiver receiver = receiver(profile, SrtpCiphers.jdk());
  private int sequence;

  /** Both ends of one direction. */
  @Setup(Level.Trial)
  public void derive() {
    sender = sender(profile, ciphers.open());
    receiver = receiver(profile, ciphers.open());
    sequence = 0;
  }

  /** Adds the protection to one packet. */
  @Benchmark
  public int protect() {
    return protect(out);
  }

  /** Takes the protection off packets that were made before the clock runs. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long unprotect(Arriving arriving) {
    long bytes = 0;
    for (byte[] packet : arriving.packets) {
      int length = receiver.unprotectRtp(packet, 0, arriving.length, out, 0);
      if (length < 0) {
        throw new IllegalStateException("dropped: " + SrtpReceiver.reason(length));
      }
      bytes += length;
    }
    return bytes;
  }

  /** Packets that nobody has received; they cost time only where they are asked for. */
  @State(Scope.Thread)
  public static class Arriving {
    private final byte[][] packets = new byte[PACKETS][BUFFER_BYTES];
    private int length;

    /** Makes the packets of one invocation, with the keys that the benchmark has too. */
    @Setup(Level.Invocation)
    public void make(SrtpBenchmark benchmark) {
      for (byte[] packet : packets) {
        length = benchmark.protect(packet);
      }
    }
  }

  private int protect(byte[] packet) {
    ByteBuffer.wrap(packet)
        .put((byte) 0x80)
        .put((byte) 96)
        .putShort((short) sequence)
        .putInt(sequence)
        .putInt(SSRC);
    sequence++;
    int length = sender.protectRtp(packet, 0, RTP_HEADER_BYTES, 0, payload, 0, payloadBytes);
    if (length < 0) {
      throw new IllegalStateException("dropped: " + SrtpSender.reason(length));
    }
    return length;
  }

  private static SrtpSender sender(SrtpProfile profile, SrtpCiphers ciphers) {
    SrtpKeys keys = BenchmarkKeys.of(profile, 1);
    return new SrtpSender(profile, keys.clientKey(), keys.clientSalt(), ciphers, 1);
  }

  private static SrtpReceiver receiver(SrtpProfile profile, SrtpCiphers ciphers) {
    SrtpKeys keys = BenchmarkKeys.of(profile, 1);
    return new SrtpReceiver(profile, keys.clientKey(), keys.clientSalt(), ciphers, 1);
  }
}
