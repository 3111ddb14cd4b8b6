package dev.sluice.perf;

import dev.sluice.core.bandwidth.CongestionController;
import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtcp.TransportFeedbackReader;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the bandwidth estimate of one path costs: 52 packets are let pass and noted, as 5 Mbit/s
 * have them in a tenth of a second, and the feedback on them is taken in. The scores are the times
 * per 52 packets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FeedbackBenchmark {
  private static final int PACKETS = 52;
  private static final int PACKET_BYTES = 1_200;
  private static final long GAP_NANOS = 100_000_000L / PACKETS;
  private static final long PATH_NANOS = 20_000_000;

  private final CongestionController congestion = new CongestionController();
  private final TransportFeedbackRecorder receiver = new TransportFeedbackRecorder();
  private final TransportFeedbackReader reader = new TransportFeedbackReader();
  private final RtcpWriter rtcp = new RtcpWriter();
  private final byte[] feedback = new byte[1_200];
  private long nowNanos = 1_000_000_000;
  private long sequence;
  private boolean pending;

  /** Each packet can be reported once, and the estimate is kept known. */
  @Setup(Level.Invocation)
  public void receive() {
    if (pending) {
      takeIn();
    }
    pass();
    for (long number = sequence - PACKETS; number < sequence; number++) {
      long sentNanos = nowNanos - (sequence - number) * GAP_NANOS;
      receiver.record((int) number & 0xFFFF, sentNanos + PATH_NANOS);
    }
    rtcp.begin(feedback, 0, feedback.length);
    if (!rtcp.transportFeedback(receiver, 1, 2)) {
      throw new IllegalStateException("there is nothing to report");
    }
    pending = true;
  }

  /** What is noted of packets that leave. */
  @Benchmark
  public long pass() {
    for (int i = 0; i < PACKETS; i++) {
      if (congestion.pacer().mayPass(TrafficKind.VIDEO, nowNanos)) {
        congestion.handlePassed(TrafficKind.VIDEO, sequence, PACKET_BYTES, nowNanos);
      }
      sequence++;
      nowNanos += GAP_NANOS;
    }
    return congestion.sentBytes();
  }

  /** What feedback on them changes. */
  @Benchmark
  public long takeIn() {
    if (!reader.reset(feedback, 0, rtcp.length())) {
      throw new IllegalStateException("the feedback cannot be read");
    }
    congestion.handleTransportFeedback(reader, nowNanos + 2 * PATH_NANOS);
    pending = false;
    return congestion.estimator().estimateBps(nowNanos);
  }
}
