package dev.sluice.perf.load;

import dev.sluice.core.ingress.NackGenerator;
import dev.sluice.core.rtcp.ReceptionStatistics;
import dev.sluice.core.rtp.SequenceUnwrapper;

/** One stream as a participant receives it: which numbers came. Owner: the loop. */
final class SinkStream {
  final int ssrc;
  final boolean video;
  final ReceptionStatistics statistics = new ReceptionStatistics();
  final NackGenerator nacks = new NackGenerator();

  /** Of the last sender report: the middle of its NTP time, and when it came. */
  int lastReport;

  long lastReportNanos;

  private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
  private long lowest = -1;
  private long highest = -1;
  private long distinct;

  SinkStream(int ssrc, boolean video) {
    this.ssrc = ssrc;
    this.video = video;
  }

  /** A packet of the stream itself. */
  void handlePacket(int sequence16, long timestamp, long nowNanos) {
    long sequence = count(sequence16, nowNanos);
    statistics.record(sequence, timestamp, nowNanos, video ? 90_000 : 48_000);
  }

  /** One that came by retransmission. */
  void handleRetransmission(int sequence16, long nowNanos) {
    if (lowest >= 0) {
      count(sequence16, nowNanos);
    }
  }

  private long count(int sequence16, long nowNanos) {
    long sequence = unwrapper.unwrap(sequence16);
    if (lowest < 0) {
      lowest = sequence;
    }
    lowest = Math.min(lowest, sequence);
    highest = Math.max(highest, sequence);
    distinct++;
    if (video) {
      nacks.handlePacket(sequence, nowNanos);
    }
    return sequence;
  }

  /** How many numbers there are from the first to the last that came. */
  long expected() {
    return lowest < 0 ? 0 : highest - lowest + 1;
  }

  /** How many of them came; SRTP's replay window has refused what came twice. */
  long distinct() {
    return distinct;
  }
}
