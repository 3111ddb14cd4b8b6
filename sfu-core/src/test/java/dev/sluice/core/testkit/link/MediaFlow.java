package dev.sluice.core.testkit.link;

import dev.sluice.core.bandwidth.BandwidthEstimator;
import dev.sluice.core.bandwidth.CongestionController;
import dev.sluice.core.bandwidth.Pacer;
import dev.sluice.core.bandwidth.ProbeController;
import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.rtcp.RtcpReader;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtcp.TransportFeedbackReader;
import dev.sluice.core.rtcp.TransportFeedbackRecorder;
import java.util.SplittableRandom;

/**
 * A media sender under the server's own congestion control and its receiver: an encoder that
 * follows the estimate at 30 frames a second within bounds, audio beside it, and padding as the
 * probes want it. Feedback travels as RTCP bytes over the way back.
 */
public final class MediaFlow {
  /** IPv4, UDP, and what SRTP adds. */
  private static final int OVERHEAD_BYTES = 38;

  private static final int MAX_PACKET_BYTES = 1200;
  private static final int MAX_PADDING_BYTES = 290;
  private static final long FRAME_NANOS = VirtualTime.SECOND / 30;
  private static final long AUDIO_NANOS = 20 * VirtualTime.MILLISECOND;
  private static final int AUDIO_BYTES = 118;
  private static final long AUDIO_BPS = AUDIO_BYTES * 8L * 50;
  private static final long FEEDBACK_NANOS = 50 * VirtualTime.MILLISECOND;
  private static final double FRAME_SIZE_SPREAD = 0.15;

  private final VirtualTime time;
  private final LinkModel forward;
  private final LinkModel back;
  private final long propagationNanos;
  private final long minVideoBps;
  private final long maxVideoBps;
  private final SplittableRandom random;
  private final CongestionController controller = new CongestionController();
  private final TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
  private final TransportFeedbackReader reader = new TransportFeedbackReader();
  private final RtcpReader rtcpReader = new RtcpReader();
  private final RtcpWriter rtcpWriter = new RtcpWriter();
  private final FlowRecord record = new FlowRecord();
  private final FlowRecord audioRecord = new FlowRecord();

  private long sequence;
  private boolean sending;
  private int overspentBytes;
  private int epoch;
  private long wakeNanos = Long.MAX_VALUE;

  /** A flow that is silent until {@link #startAt}. */
  public MediaFlow(
      VirtualTime time,
      LinkModel forward,
      LinkModel back,
      long propagationNanos,
      long minVideoBps,
      long maxVideoBps,
      long seed) {
    this.time = time;
    this.forward = forward;
    this.back = back;
    this.propagationNanos = propagationNanos;
    this.minVideoBps = minVideoBps;
    this.maxVideoBps = maxVideoBps;
    random = new SplittableRandom(seed);
  }

  /** Starts, or goes on, then. */
  public MediaFlow startAt(double seconds) {
    time.at((long) (seconds * VirtualTime.SECOND), this::start);
    return this;
  }

  /** Pauses then: not even audio is sent. */
  public MediaFlow pauseAt(double seconds) {
    time.at((long) (seconds * VirtualTime.SECOND), this::pause);
    return this;
  }

  /** Sends so large a picture then; the encoder leaves out what it would have spent since. */
  public MediaFlow keyframeAt(double seconds, int bytes) {
    time.at(
        (long) (seconds * VirtualTime.SECOND),
        () -> {
          enqueuePicture(bytes);
          overspentBytes += bytes;
          run();
        });
    return this;
  }

  /** What happened to all of it. */
  public FlowRecord record() {
    return record;
  }

  /** What happened to the audio. */
  public FlowRecord audioRecord() {
    return audioRecord;
  }

  /** The sender. */
  public CongestionController controller() {
    return controller;
  }

  private void start() {
    sending = true;
    epoch++;
    int mine = epoch;
    controller.setDemand(BandwidthEstimator.UNKNOWN, AUDIO_BPS + maxVideoBps, 0);
    repeat(random.nextLong(FRAME_NANOS), FRAME_NANOS, mine, this::sendFrame);
    repeat(random.nextLong(AUDIO_NANOS), AUDIO_NANOS, mine, this::sendAudio);
    repeat(random.nextLong(FEEDBACK_NANOS), FEEDBACK_NANOS, mine, this::sendFeedback);
  }

  private void pause() {
    sending = false;
    controller.setDemand(BandwidthEstimator.UNKNOWN, 0, 0);
  }

  private void repeat(long delayNanos, long intervalNanos, int mine, Runnable action) {
    time.after(
        delayNanos,
        () -> {
          if (mine == epoch) {
            action.run();
            repeat(intervalNanos, intervalNanos, mine, action);
          }
        });
  }

  private void sendFrame() {
    if (!sending) {
      return;
    }
    long estimate = controller.estimator().estimateBps(time.nowNanos());
    long target = estimate == BandwidthEstimator.UNKNOWN ? ProbeController.START_BPS : estimate;
    long videoBps = Math.clamp(target - AUDIO_BPS, minVideoBps, maxVideoBps);
    double spread = 1 + FRAME_SIZE_SPREAD * (2 * random.nextDouble() - 1);
    int frameBytes = (int) (videoBps * spread / 8 * FRAME_NANOS / VirtualTime.SECOND);
    if (overspentBytes > 0) {
      overspentBytes -= frameBytes;
    } else {
      enqueuePicture(frameBytes);
    }
    run();
  }

  private void enqueuePicture(int frameBytes) {
    int packets = Math.max(1, (frameBytes + MAX_PACKET_BYTES - 1) / MAX_PACKET_BYTES);
    for (int i = 0; i < packets; i++) {
      int size = Math.max(frameBytes / packets, OVERHEAD_BYTES + 20);
      controller.pacer().enqueue(TrafficKind.VIDEO, i, size, time.nowNanos());
    }
  }

  private void sendAudio() {
    if (sending) {
      controller.pacer().enqueue(TrafficKind.AUDIO, 0, AUDIO_BYTES, time.nowNanos());
      run();
    }
  }

  private void run() {
    long now = time.nowNanos();
    controller.handleTime(now);
    Pacer pacer = controller.pacer();
    while (pacer.next(now)) {
      boolean padding = pacer.kind() == TrafficKind.PADDING;
      if (padding) {
        pacer.handlePadding(
            Math.clamp(pacer.sizeBytes(), OVERHEAD_BYTES + 20, MAX_PADDING_BYTES), now);
      }
      send(pacer.kind(), pacer.sizeBytes(), padding);
    }
    record.handleEstimate(controller.estimator().estimateBps(now), now);
    scheduleWake(controller.nextDeadlineNanos(now));
  }

  private void scheduleWake(long nanos) {
    long wake = Math.max(nanos, time.nowNanos() + 100_000);
    if (wake >= wakeNanos || nanos == Long.MAX_VALUE) {
      return;
    }
    wakeNanos = wake;
    time.at(
        wake,
        () -> {
          if (wakeNanos == time.nowNanos()) {
            wakeNanos = Long.MAX_VALUE;
            run();
          }
        });
  }

  private void send(TrafficKind kind, int size, boolean padding) {
    long now = time.nowNanos();
    long pacedNanos = controller.pacer().waitedNanos();
    int number = (int) (sequence & 0xFFFF);
    controller.handleSent(0x1_0000 + sequence++, size, now);
    boolean accepted =
        forward.send(
            size,
            propagationNanos,
            queued -> {
              recorder.record(number, time.nowNanos());
              record.handleReceived(size, queued, time.nowNanos());
              if (kind == TrafficKind.AUDIO) {
                audioRecord.handleReceived(size, queued, time.nowNanos());
                audioRecord.handlePaced(pacedNanos, time.nowNanos());
              }
            });
    record.handleSent(size, padding, !accepted, now);
    if (kind == TrafficKind.AUDIO) {
      audioRecord.handleSent(size, false, !accepted, now);
    }
  }

  private void sendFeedback() {
    if (!recorder.pending()) {
      return;
    }
    byte[] rtcp = new byte[1200];
    rtcpWriter.begin(rtcp, 0, rtcp.length);
    rtcpWriter.receiverReport(1);
    rtcpWriter.transportFeedback(recorder, 1, 2);
    int length = rtcpWriter.length();
    back.send(length + OVERHEAD_BYTES, propagationNanos, queued -> handleFeedback(rtcp, length));
  }

  private void handleFeedback(byte[] rtcp, int length) {
    rtcpReader.reset(rtcp, 0, length);
    while (rtcpReader.next()) {
      switch (rtcpReader.kind()) {
        case TRANSPORT_FEEDBACK -> {
          if (reader.reset(rtcp, rtcpReader.offset(), rtcpReader.length())) {
            controller.handleTransportFeedback(reader, time.nowNanos());
          }
        }
        case RECEIVER_REPORT -> {}
        default -> throw new IllegalStateException("feedback holds " + rtcpReader.kind());
      }
    }
    run();
  }
}
