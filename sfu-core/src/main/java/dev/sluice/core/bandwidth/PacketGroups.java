package dev.sluice.core.bandwidth;

/**
 * Joins packets that left together into groups and tells how much further apart two groups arrived
 * than they left. The packets of one frame queue behind each other in any link; only the delay
 * between groups speaks of queues that stay.
 *
 * <p>Owner: the room's worker. Allocates nothing.
 */
final class PacketGroups {
  private static final long GROUP_NANOS = 5_000_000;

  /** Packets that an access link let go in one burst count as one group, up to this long. */
  private static final long MAX_BURST_NANOS = 100_000_000;

  /** A gap of feedback as long as this starts the measurement anew. */
  private static final long RESET_NANOS = 3_000_000_000L;

  private boolean open;
  private long firstSentNanos;
  private long lastSentNanos;
  private long firstArrivalNanos;
  private long lastArrivalNanos;

  private boolean hasPrevious;
  private long previousSentNanos;
  private long previousArrivalNanos;

  private long sendDeltaNanos;
  private long arrivalDeltaNanos;

  /**
   * Takes a received packet in; they come in the order in which they were sent.
   *
   * @return whether a group was completed that has one before it: then the deltas are new
   */
  boolean handleArrival(long sentNanos, long arrivalNanos) {
    if (!open) {
      open(sentNanos, arrivalNanos);
      return false;
    }
    if (sentNanos < firstSentNanos) {
      return false;
    }
    if (belongs(sentNanos, arrivalNanos)) {
      lastSentNanos = Math.max(lastSentNanos, sentNanos);
      lastArrivalNanos = Math.max(lastArrivalNanos, arrivalNanos);
      return false;
    }
    boolean complete = completeGroup();
    open(sentNanos, arrivalNanos);
    return complete;
  }

  /** The time between the sending of the last two complete groups. */
  long sendDeltaNanos() {
    return sendDeltaNanos;
  }

  /** The time between their arrivals. */
  long arrivalDeltaNanos() {
    return arrivalDeltaNanos;
  }

  /** When the last complete group had arrived, on the receiver's clock. */
  long groupArrivalNanos() {
    return previousArrivalNanos;
  }

  private boolean completeGroup() {
    boolean measured = false;
    if (hasPrevious) {
      sendDeltaNanos = lastSentNanos - previousSentNanos;
      arrivalDeltaNanos = lastArrivalNanos - previousArrivalNanos;
      measured = arrivalDeltaNanos >= 0 && arrivalDeltaNanos - sendDeltaNanos < RESET_NANOS;
    }
    hasPrevious = true;
    previousSentNanos = lastSentNanos;
    previousArrivalNanos = lastArrivalNanos;
    return measured;
  }

  private boolean belongs(long sentNanos, long arrivalNanos) {
    if (sentNanos - firstSentNanos <= GROUP_NANOS) {
      return true;
    }
    long sinceLast = arrivalNanos - lastArrivalNanos;
    boolean caughtUp = sinceLast - (sentNanos - lastSentNanos) < 0;
    return caughtUp
        && sinceLast <= GROUP_NANOS
        && arrivalNanos - firstArrivalNanos < MAX_BURST_NANOS;
  }

  private void open(long sentNanos, long arrivalNanos) {
    open = true;
    firstSentNanos = sentNanos;
    lastSentNanos = sentNanos;
    firstArrivalNanos = arrivalNanos;
    lastArrivalNanos = arrivalNanos;
  }
}
