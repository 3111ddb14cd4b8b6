package dev.sluice.transport.pipeline;

import dev.sluice.core.rtp.PacketKind;

/**
 * How busy one worker is: the share of a core that it uses, how long media waited for it, and how
 * long until it had left again. While it is overloaded nobody else gets in; those who are in are
 * better served by that than by a share for one more.
 *
 * <p>Owner: the worker.
 */
public final class WorkerLoad {
  /** A worker that needs more has nothing left for a burst. */
  static final double FULL = 0.9;

  /** Room for someone again. */
  static final double RELIEVED = 0.8;

  private static final int SECONDS_UNTIL_IT_COUNTS = 2;
  private static final int WINDOW_SECONDS = 10;

  private final LatencyHistogram latencies = new LatencyHistogram();
  private boolean waiting;
  private boolean handedOver;
  private long waitingSinceNanos;
  private long oldestNanos;
  private long lastSecondNanos;
  private long lastCpuNanos;
  private long lastDrops;
  private int seconds;
  private int contrarySeconds;
  private boolean overloaded;
  private Figures figures = Figures.NONE;

  WorkerLoad() {}

  /**
   * What a worker shows of its load.
   *
   * @param utilisation share of a core in the last second
   * @param queueAgeNanos the longest that a packet waited between its read and its turn in the last
   *     second
   * @param p50Nanos from the oldest RTP packet that was read since the last send, and that somebody
   *     gets, until the next send was done, the flush delay included; of the last whole ten seconds
   * @param overloaded whether joins are refused
   * @param cpuNanos processor time of the worker's thread since its start
   * @param allocatedBytes what that thread has allocated on the heap since its start, by whosever
   *     code: ours, the ciphers', Netty's
   */
  public record Figures(
      double utilisation,
      long queueAgeNanos,
      long p50Nanos,
      long p99Nanos,
      long p999Nanos,
      boolean overloaded,
      long cpuNanos,
      long allocatedBytes) {
    static final Figures NONE = new Figures(0, 0, 0, 0, 0, false, 0, 0);
  }

  /**
   * A packet's turn has come.
   *
   * @param kind only RTP is forwarded, and counts for the latency
   */
  void handleMedia(PacketKind kind, long arrivalNanos, long nowNanos) {
    if (!waiting && kind == PacketKind.RTP) {
      waiting = true;
      waitingSinceNanos = arrivalNanos;
    }
    oldestNanos = Math.max(oldestNanos, nowNanos - arrivalNanos);
  }

  /** The turn of an order has come, of which the oldest packet was read by another worker. */
  void handleOrder(long mediaNanos, long orderedNanos, long nowNanos) {
    if (!waiting) {
      waiting = true;
      waitingSinceNanos = mediaNanos;
    }
    oldestNanos = Math.max(oldestNanos, nowNanos - orderedNanos);
  }

  /** Something leaves by another worker; returns since when it has waited. */
  long handleHandOver(long nowNanos) {
    handedOver = true;
    return waiting ? waitingSinceNanos : nowNanos;
  }

  /**
   * What was handed over has left from here, and does not wait for the next send; nor does what
   * nobody is to get.
   *
   * @param held whether a room still holds some of what has come
   */
  void handleTurnEnd(boolean held) {
    if (handedOver || !held) {
      handedOver = false;
      waiting = false;
    }
  }

  /** What was ready has been sent. */
  void handleSent(long nowNanos) {
    if (waiting) {
      waiting = false;
      latencies.record(nowNanos - waitingSinceNanos);
    }
  }

  /**
   * Once a second.
   *
   * @param cpuNanos processor time of the worker's thread so far
   * @param allocatedBytes of the worker's thread so far
   * @param ringDrops packets dropped so far because the ring was full
   */
  void handleSecond(long nowNanos, long cpuNanos, long allocatedBytes, long ringDrops) {
    long elapsed = Math.max(1, nowNanos - lastSecondNanos);
    double utilisation = lastSecondNanos == 0 ? 0 : (double) (cpuNanos - lastCpuNanos) / elapsed;
    boolean dropped = ringDrops > lastDrops;
    lastSecondNanos = nowNanos;
    lastCpuNanos = cpuNanos;
    lastDrops = ringDrops;
    boolean contrary =
        overloaded ? utilisation < RELIEVED && !dropped : utilisation >= FULL || dropped;
    contrarySeconds = contrary ? contrarySeconds + 1 : 0;
    if (contrarySeconds == SECONDS_UNTIL_IT_COUNTS) {
      overloaded = !overloaded;
      contrarySeconds = 0;
    }
    Figures before = figures;
    boolean windowOver = ++seconds % WINDOW_SECONDS == 0;
    figures =
        new Figures(
            utilisation,
            oldestNanos,
            windowOver ? latencies.nanos(0.5) : before.p50Nanos(),
            windowOver ? latencies.nanos(0.99) : before.p99Nanos(),
            windowOver ? latencies.nanos(0.999) : before.p999Nanos(),
            overloaded,
            cpuNanos,
            allocatedBytes);
    oldestNanos = 0;
    if (windowOver) {
      latencies.clear();
    }
  }

  /** Whether joins are to be refused. */
  boolean overloaded() {
    return overloaded;
  }

  Figures figures() {
    return figures;
  }
}
