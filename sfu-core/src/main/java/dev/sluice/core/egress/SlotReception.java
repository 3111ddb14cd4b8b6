package dev.sluice.core.egress;

/**
 * How a slot's stream arrives, as its receiver reports it (RFC 3550 §6.4.1), and whether its
 * picture stands still, as far as the server can guess that from the times at which pictures leave:
 * an interval counts as a freeze when it is longer than three mean ones, and by more than 150 ms
 * longer than one (W3C webrtc-stats, {@code freezeCount}). Longer than five seconds it is a pause.
 * Freezes that are made on the way from here to the screen are not in it.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
public final class SlotReception {
  private static final long FREEZE_NANOS = 150_000_000;
  private static final long PAUSE_NANOS = 5_000_000_000L;

  /** The mean is over about so many intervals, as in browsers. */
  private static final int MEMORY = 30;

  private boolean reported;
  private long cumulativeLost;
  private int fractionLost256;
  private long jitterTicks;
  private int pictureStreamId = EgressSlot.NOTHING;
  private long pictureTimestamp = -1;
  private long pictureNanos;
  private long intervals;
  private double meanNanos;
  private long freezes;
  private long frozenNanos;

  /** The receiver's newest report block about the slot's stream. */
  public void handleReport(int newFractionLost256, int newCumulativeLost, long newJitterTicks) {
    reported = true;
    fractionLost256 = newFractionLost256;
    cumulativeLost = newCumulativeLost;
    jitterTicks = newJitterTicks;
  }

  /**
   * A packet of a video leaves.
   *
   * @param timestamp extended; a newer one, or one of another stream, begins a picture
   */
  public void handlePacket(int streamId, long timestamp, long nowNanos) {
    if (streamId == pictureStreamId && timestamp <= pictureTimestamp) {
      return;
    }
    boolean first = pictureTimestamp < 0;
    long interval = nowNanos - pictureNanos;
    pictureStreamId = streamId;
    pictureTimestamp = timestamp;
    pictureNanos = nowNanos;
    if (first || interval > PAUSE_NANOS) {
      return;
    }
    if (isFreeze(interval)) {
      freezes++;
      frozenNanos += interval;
    }
    intervals = Math.min(intervals + 1, MEMORY);
    meanNanos += (interval - meanNanos) / intervals;
  }

  private boolean isFreeze(long interval) {
    return intervals > 0 && interval > Math.max(3 * meanNanos, meanNanos + FREEZE_NANOS);
  }

  /** The slot shows something else, or nothing: what comes next is compared with nothing before. */
  public void forgetPicture() {
    pictureTimestamp = -1;
  }

  /** Whether it is held to stand still now. */
  public boolean frozen(long nowNanos) {
    long since = nowNanos - pictureNanos;
    return pictureTimestamp >= 0 && since <= PAUSE_NANOS && isFreeze(since);
  }

  /** How often it is held to have stood still. */
  public long freezes() {
    return freezes;
  }

  /** For how long in all. */
  public long frozenNanos() {
    return frozenNanos;
  }

  /** Whether the receiver has reported anything. */
  public boolean reported() {
    return reported;
  }

  /** Packets that did not come the first time; below 0 with duplicates. */
  public long cumulativeLost() {
    return cumulativeLost;
  }

  /** Of the packets between the last two reports, 0 to 1. */
  public double lossShare() {
    return fractionLost256 / 256.0;
  }

  /** In ticks of the slot's clock. */
  public long jitterTicks() {
    return jitterTicks;
  }
}
