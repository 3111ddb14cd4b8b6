package dev.sluice.core.ingress;

/**
 * Merges the wishes for a keyframe of one incoming stream: the first passes at once, those within
 * an interval of the last request become one trailing request, and a request that brought no
 * keyframe is repeated while someone still waits.
 *
 * <p>The interval is a second, and longer where keyframes are dear: while they take more than
 * {@link #BUDGET_PERCENT} of the stream's bytes it grows in proportion, up to {@link
 * #MAX_INTERVAL_NANOS}. Worked example: 5 pictures a second and keyframes of ten times a picture's
 * size; at one a second they are 10 of 14 parts, 71 %, so the interval becomes 71 / 30 s, bounded
 * to 2 s. At 30 pictures and six times the size they are 6 of 35 parts, and it stays a second.
 *
 * <p>Owner: the room's worker.
 */
public final class KeyframeRequests {
  /** The shortest time between two requests to a publisher. */
  public static final long INTERVAL_NANOS = 1_000_000_000;

  /** The longest time that a wish waits: who joins so long after another is served at once. */
  public static final long MAX_INTERVAL_NANOS = 2_000_000_000;

  /** What keyframes may take of the stream's bytes before they are asked for more rarely. */
  public static final int BUDGET_PERCENT = 30;

  /** Bytes are counted over one to two of these. */
  private static final long WINDOW_NANOS = 4_000_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  private boolean everSent;
  private long lastSentNanos;
  private boolean wanted;
  private long sent;
  private long windowStartNanos;
  private long bytes;
  private long keyframeBytes;
  private long earlierBytes;
  private long earlierKeyframeBytes;

  /** Somebody needs a keyframe. */
  public void want() {
    wanted = true;
  }

  /** A keyframe has begun to arrive: all who waited are served. */
  void handleKeyframe() {
    wanted = false;
  }

  /** Nothing more will come: nobody waits any longer. */
  void abandon() {
    wanted = false;
  }

  /** Notes what a packet cost, and whether it belongs to a keyframe. */
  void handlePacket(int length, boolean ofKeyframe, long nowNanos) {
    long elapsedNanos = nowNanos - windowStartNanos;
    if (elapsedNanos > WINDOW_NANOS) {
      boolean adjoining = elapsedNanos <= 2 * WINDOW_NANOS;
      earlierBytes = adjoining ? bytes : 0;
      earlierKeyframeBytes = adjoining ? keyframeBytes : 0;
      bytes = 0;
      keyframeBytes = 0;
      windowStartNanos = nowNanos;
    }
    bytes += length;
    keyframeBytes += ofKeyframe ? length : 0;
  }

  /** The time that must lie between two requests now. */
  long intervalNanos() {
    long allowed = (bytes + earlierBytes) * BUDGET_PERCENT;
    long used = (keyframeBytes + earlierKeyframeBytes) * 100;
    return used <= allowed
        ? INTERVAL_NANOS
        : Math.min(MAX_INTERVAL_NANOS, (long) ((double) INTERVAL_NANOS * used / allowed));
  }

  /**
   * Whether a request is to be sent now; it then counts as sent. It stays wanted until a keyframe
   * comes.
   */
  public boolean poll(long nowNanos) {
    if (!wanted || (everSent && nowNanos - lastSentNanos < intervalNanos())) {
      return false;
    }
    everSent = true;
    lastSentNanos = nowNanos;
    sent++;
    return true;
  }

  /**
   * When {@link #poll} becomes true; {@link Long#MAX_VALUE} for never. A time in the past means
   * now.
   */
  public long nextDeadlineNanos() {
    if (!wanted) {
      return NEVER;
    }
    return everSent ? lastSentNanos + intervalNanos() : Long.MIN_VALUE;
  }

  /** Requests sent so far. */
  public long sent() {
    return sent;
  }
}
