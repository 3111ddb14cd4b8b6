package dev.sluice.core.peer;

/**
 * Bounds what a subscriber can make the server send by asking for packets again: each media byte
 * that was sent earns a share of a byte, up to a bound, and each retransmission spends its size. So
 * over any time no more is sent again than this share of what was sent before, plus the bound: a
 * forged or greedy NACK amplifies nothing.
 *
 * <p>Owner: the room's worker.
 */
final class RetransmissionBudget {
  /** Half a second of a good video, so that a burst of loss is repaired at once. */
  static final int MAX_BYTES = 128 * 1024;

  /**
   * Before anything was sent nothing can be asked for again; but the first keyframe may be lost.
   */
  static final int INITIAL_BYTES = 32 * 1024;

  private static final int PERCENT = 100;

  private int percent;
  private long hundredths = (long) INITIAL_BYTES * PERCENT;

  /**
   * @param percent earned of each byte that is sent
   */
  RetransmissionBudget(int percent) {
    this.percent = percent;
  }

  void setPercent(int newPercent) {
    percent = newPercent;
  }

  /** So many bytes of media were sent for the first time. */
  void earn(int bytes) {
    hundredths = Math.min((long) MAX_BYTES * PERCENT, hundredths + (long) bytes * percent);
  }

  /** Whether so many bytes may be sent again; if so they are spent. */
  boolean trySpend(int bytes) {
    long cost = (long) bytes * PERCENT;
    if (hundredths < cost) {
      return false;
    }
    hundredths -= cost;
    return true;
  }
}
