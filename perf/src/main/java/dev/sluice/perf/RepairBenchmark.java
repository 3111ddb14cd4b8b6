package dev.sluice.perf;

import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.srtp.SrtpSender;
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
 * What sending a packet again costs: a NACK for 17 packets is decrypted and read, each packet is
 * read again from the publisher's history, wrapped (RFC 4588), encrypted and handed over. No
 * network. The score is the time per packet sent again.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RepairBenchmark {
  /** One entry of a NACK names so many. */
  private static final int NACKED = 17;

  /** Enough for the budget of retransmissions, a share of what was sent. */
  private static final int PUBLISHED = 21 * PublishedVideo.PACKETS_PER_FRAME;

  private static final int PAYLOAD_BYTES = 1_100;
  private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;

  /** Whose ciphers: the JDK's or libcrypto's. */
  @Param public CipherSource ciphers = CipherSource.JDK;

  private final byte[] packet = new byte[2_048];
  private final byte[] nack = new byte[256];
  private final long[] missing = new long[NACKED];
  private final RtcpWriter rtcp = new RtcpWriter();
  private PublishedVideo video =
      new PublishedVideo(BenchmarkKeys.of(PROFILE, -1), SrtpCiphers.jdk(), PAYLOAD_BYTES);
  private BenchmarkRoom room = room(SrtpCiphers.jdk());
  private SrtpSender viewer = viewer();
  private int nackLength;
  private long asked;

  /** A room with one subscriber, to whom some packets have gone. */
  @Setup(Level.Trial)
  public void fillTheRoom() {
    video = new PublishedVideo(BenchmarkKeys.of(PROFILE, -1), SrtpCiphers.jdk(), PAYLOAD_BYTES);
    room = room(ciphers.open());
    viewer = viewer();
    asked = 0;
  }

  /** A packet is not sent again a second time at once, so each invocation needs new ones. */
  @Setup(Level.Invocation)
  public void publish() {
    for (int i = 0; i < PUBLISHED; i++) {
      video.next(packet);
      room.handle(packet, video.packetBytes());
    }
    for (int i = 0; i < NACKED; i++) {
      missing[i] = (room.lastSequence() - NACKED + 1L + i) & 0xFFFF;
    }
    rtcp.begin(nack, 0, nack.length);
    int written = rtcp.nack(1, BenchmarkRoom.SLOT_SSRC, missing, 0, NACKED);
    nackLength = viewer.protectRtcp(nack, 0, rtcp.length());
    if (written != NACKED || nackLength < 0) {
      throw new IllegalStateException("no NACK: " + written + ", " + nackLength);
    }
    asked += NACKED;
  }

  /** One NACK. */
  @Benchmark
  @OperationsPerInvocation(NACKED)
  public long repair() {
    room.handleRtcp(0, nack, nackLength);
    return room.sentBytes();
  }

  /** What was measured must have been the whole way. */
  @TearDown(Level.Trial)
  public void everythingWasSentAgain() {
    long resent = room.totals().packetsResent();
    if (resent != asked) {
      throw new IllegalStateException("sent " + resent + " packets again instead of " + asked);
    }
  }

  private static BenchmarkRoom room(SrtpCiphers ciphers) {
    return new BenchmarkRoom(PROFILE, ciphers, BenchmarkKeys.of(PROFILE, -1), 1);
  }

  private static SrtpSender viewer() {
    SrtpKeys keys = BenchmarkKeys.of(PROFILE, 0);
    return new SrtpSender(PROFILE, keys.clientKey(), keys.clientSalt(), SrtpCiphers.jdk(), 1);
  }
}
