package dev.sluice.core.testkit.link;

import java.util.ArrayDeque;

/**
 * A modelled TCP sender with CUBIC (RFC 9438) and selective acknowledgements: slow start, the cubic
 * window with its Reno-friendly region, one decrease per window on three later acknowledgements,
 * and a timeout. It models the rate of a bulk transfer, not its bytes: what is lost is sent again
 * as new data.
 */
public final class CubicFlow {
  private static final int SEGMENT_BYTES = 1500;
  private static final int ACK_BYTES = 52;
  private static final double BETA = 0.7;
  private static final double C = 0.4;
  private static final int INITIAL_WINDOW = 10;
  private static final int REORDERING = 3;
  private static final long TIMEOUT_NANOS = VirtualTime.SECOND;

  private final VirtualTime time;
  private final LinkModel forward;
  private final LinkModel back;
  private final long propagationNanos;
  private final FlowRecord record = new FlowRecord();
  private final ArrayDeque<Segment> inFlight = new ArrayDeque<>();

  private boolean sending;
  private long bytesLeft;
  private Runnable finished = () -> {};
  private double window = INITIAL_WINDOW;
  private double slowStartThreshold = Double.POSITIVE_INFINITY;
  private double windowAtLoss;
  private double renoWindow;
  private long epochNanos = -1;
  private long nextNumber;
  private long recoveryEnd = -1;
  private long lastProgressNanos;
  private double roundTripSeconds = 0.1;

  private static final class Segment {
    private final long number;
    private final long sentNanos;
    private boolean acknowledged;

    Segment(long number, long sentNanos) {
      this.number = number;
      this.sentNanos = sentNanos;
    }
  }

  /** A flow that is silent until started. */
  public CubicFlow(VirtualTime time, LinkModel forward, LinkModel back, long propagationNanos) {
    this.time = time;
    this.forward = forward;
    this.back = back;
    this.propagationNanos = propagationNanos;
  }

  /** Sends without end from then on. */
  public CubicFlow startAt(double seconds) {
    time.at((long) (seconds * VirtualTime.SECOND), () -> transfer(Long.MAX_VALUE, () -> {}));
    return this;
  }

  /** Sends a file now, as a new connection. */
  public void transfer(long bytes, Runnable whenFinished) {
    sending = true;
    bytesLeft = bytes;
    finished = whenFinished;
    window = INITIAL_WINDOW;
    slowStartThreshold = Double.POSITIVE_INFINITY;
    epochNanos = -1;
    recoveryEnd = -1;
    inFlight.clear();
    lastProgressNanos = time.nowNanos();
    fill();
    watch();
  }

  /** What happened. */
  public FlowRecord record() {
    return record;
  }

  private void fill() {
    while (sending && bytesLeft > 0 && inFlight.size() < (int) window) {
      Segment segment = new Segment(nextNumber++, time.nowNanos());
      inFlight.add(segment);
      bytesLeft -= bytesLeft == Long.MAX_VALUE ? 0 : Math.min(bytesLeft, SEGMENT_BYTES);
      boolean accepted =
          forward.send(
              SEGMENT_BYTES,
              propagationNanos,
              queued -> {
                record.handleReceived(SEGMENT_BYTES, queued, time.nowNanos());
                back.send(ACK_BYTES, propagationNanos, waited -> handleAck(segment));
              });
      record.handleSent(SEGMENT_BYTES, false, !accepted, time.nowNanos());
    }
  }

  private void handleAck(Segment segment) {
    if (!sending || segment.acknowledged || !inFlight.contains(segment)) {
      return;
    }
    segment.acknowledged = true;
    lastProgressNanos = time.nowNanos();
    double sample = (time.nowNanos() - segment.sentNanos) * 1e-9;
    roundTripSeconds += 0.125 * (sample - roundTripSeconds);
    boolean lost = removeSettled(segment.number);
    if (lost && segment.number > recoveryEnd) {
      handleLoss();
    } else if (segment.number > recoveryEnd) {
      grow();
    }
    if (bytesLeft == 0 && inFlight.isEmpty()) {
      sending = false;
      finished.run();
      return;
    }
    fill();
  }

  /** Removes from the front what is acknowledged or so far overtaken that it must be lost. */
  private boolean removeSettled(long highest) {
    boolean lost = false;
    while (!inFlight.isEmpty()) {
      Segment first = inFlight.getFirst();
      boolean missing = !first.acknowledged && highest - first.number >= REORDERING;
      if (!first.acknowledged && !missing) {
        break;
      }
      inFlight.removeFirst();
      lost |= missing;
      bytesLeft += missing && bytesLeft != Long.MAX_VALUE ? SEGMENT_BYTES : 0;
    }
    return lost;
  }

  private void handleLoss() {
    recoveryEnd = nextNumber - 1;
    windowAtLoss = window < windowAtLoss ? window * (1 + BETA) / 2 : window;
    window = Math.max(2, window * BETA);
    slowStartThreshold = window;
    renoWindow = window;
    epochNanos = time.nowNanos();
  }

  private void grow() {
    if (window < slowStartThreshold) {
      window++;
      return;
    }
    if (epochNanos < 0) {
      epochNanos = time.nowNanos();
      windowAtLoss = window;
      renoWindow = window;
    }
    double seconds = (time.nowNanos() - epochNanos) * 1e-9 + roundTripSeconds;
    double k = Math.cbrt(windowAtLoss * (1 - BETA) / C);
    double cubic = C * Math.pow(seconds - k, 3) + windowAtLoss;
    renoWindow += 3 * (1 - BETA) / (1 + BETA) / window;
    double target = Math.min(Math.max(cubic, renoWindow), 1.5 * window);
    window += Math.max(0, target - window) / window;
  }

  private void watch() {
    time.after(
        TIMEOUT_NANOS,
        () -> {
          if (!sending) {
            return;
          }
          if (time.nowNanos() - lastProgressNanos >= TIMEOUT_NANOS) {
            bytesLeft += bytesLeft == Long.MAX_VALUE ? 0 : (long) inFlight.size() * SEGMENT_BYTES;
            inFlight.clear();
            slowStartThreshold = Math.max(2, window * BETA);
            window = 1;
            epochNanos = -1;
            lastProgressNanos = time.nowNanos();
            fill();
          }
          watch();
        });
  }
}
