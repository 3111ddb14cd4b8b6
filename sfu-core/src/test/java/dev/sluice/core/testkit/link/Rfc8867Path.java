package dev.sluice.core.testkit.link;

import java.util.Locale;

/**
 * The path that the cases of RFC 8867 share: 50 ms one way, a drop-tail queue of 300 ms, jitter of
 * at most 30 ms. The encoders want more than the path carries, so that the path and not the demand
 * sets the rate.
 */
public final class Rfc8867Path {
  /** May be set from outside, to see how much is luck. */
  public static final long SEED = Long.getLong("sluice.rfc8867.seed", 8867);

  private static final long PROPAGATION_NANOS = 50 * VirtualTime.MILLISECOND;
  private static final long JITTER_NANOS = 30 * VirtualTime.MILLISECOND;
  private static final long MIN_VIDEO_BPS = 50_000;
  private static final long MAX_VIDEO_BPS = 4_000_000;

  private final VirtualTime time = new VirtualTime();
  private final CapacityTrace capacity;
  private final LinkModel forward;
  private final LinkModel back;
  private long flows;

  /** The capacity given, and a way back that is never full. */
  public Rfc8867Path(CapacityTrace capacity) {
    this(capacity, CapacityTrace.constant(100_000_000), 300);
  }

  /** The capacities of both ways, and what their queues hold. */
  public Rfc8867Path(CapacityTrace capacity, CapacityTrace backCapacity, long queueMillis) {
    this.capacity = capacity;
    forward = link(capacity, queueMillis, SEED);
    back = link(backCapacity, queueMillis, SEED + 1);
  }

  /** A flow there. */
  public MediaFlow media() {
    return media(forward, back, PROPAGATION_NANOS);
  }

  /** An encoder that never wants more than so much. */
  public MediaFlow mediaWithMaximum(long maxVideoBps) {
    return new MediaFlow(
        time, forward, back, PROPAGATION_NANOS, MIN_VIDEO_BPS, maxVideoBps, SEED + ++flows);
  }

  /** A flow on the way back. */
  public MediaFlow mediaBackwards() {
    return media(back, forward, PROPAGATION_NANOS);
  }

  /** A flow there with another delay. */
  public MediaFlow mediaWithDelay(long propagationMillis) {
    return media(forward, back, propagationMillis * VirtualTime.MILLISECOND);
  }

  /** TCP there. */
  public CubicFlow tcp() {
    return new CubicFlow(time, forward, back, PROPAGATION_NANOS);
  }

  /** What the way there carries then, in bit/s. */
  public long capacityBps(double seconds) {
    return capacity.bitrateBps((long) (seconds * VirtualTime.SECOND));
  }

  VirtualTime time() {
    return time;
  }

  /** Lets time pass until so many seconds from the start. */
  public void run(double seconds) {
    time.runUntil((long) (seconds * VirtualTime.SECOND));
  }

  /** One line of the table in docs/bandwidth.md. */
  public static void print(
      String name, FlowRecord record, double capacityBps, double from, double to) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "| %s | %.0f–%.0f s | %.2f | %.2f | %.0f %% | %.0f ms | %.2f %% | %.1f %% |",
            name,
            from,
            to,
            capacityBps / 1e6,
            record.sentBps(from, to) / 1e6,
            100 * record.sentBps(from, to) / capacityBps,
            record.queueMillis(95, from, to),
            100 * record.lossShare(from, to),
            100 * record.paddingShare(from, to)));
  }

  /** A line with a single figure. */
  public static void print(String name, String what, double value) {
    System.out.println(String.format(Locale.ROOT, "| %s | %s | %.2f |", name, what, value));
  }

  private MediaFlow media(LinkModel there, LinkModel andBack, long propagationNanos) {
    return new MediaFlow(
        time, there, andBack, propagationNanos, MIN_VIDEO_BPS, MAX_VIDEO_BPS, SEED + ++flows);
  }

  private LinkModel link(CapacityTrace capacity, long queueMillis, long seed) {
    return new LinkModel(
        time,
        capacity,
        queueMillis * VirtualTime.MILLISECOND,
        JITTER_NANOS,
        LossModel.none(),
        seed);
  }
}
