package dev.sluice.core.ingress;

/**
 * Decides which missing packets of one incoming stream to ask for again and when (RFC 4585 §6.2.1).
 * A gap is asked for after a short wait for reordered packets, then once per round trip, a bounded
 * number of times; what is older than the longest useful age is given up. Nothing is allocated
 * after construction.
 *
 * <p>Owner: the room's worker. Sequence numbers are extended (64 bits).
 */
public final class NackGenerator {
  /** How many missing packets are tracked at most; a larger gap asks for a keyframe instead. */
  public static final int MAX_MISSING = 256;

  private static final int MAX_REQUESTS = 8;
  private static final long REORDER_WAIT_NANOS = 10_000_000;
  private static final long MAX_AGE_NANOS = 1_000_000_000;
  private static final long MIN_RETRY_NANOS = 20_000_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final long[] missing = new long[MAX_MISSING];
  private final long[] firstMissedNanos = new long[MAX_MISSING];
  private final long[] dueNanos = new long[MAX_MISSING];
  private final byte[] requests = new byte[MAX_MISSING];
  private int count;
  private long highest = -1;
  private boolean overflowed;
  private long requested;
  private long recovered;
  private long abandoned;

  /**
   * Notes an arrival, also one by retransmission.
   *
   * @param sequence extended sequence number
   */
  public void handlePacket(long sequence, long nowNanos) {
    if (highest < 0) {
      highest = sequence;
      return;
    }
    if (sequence <= highest) {
      remove(sequence);
      return;
    }
    long gap = sequence - highest - 1;
    if (gap > MAX_MISSING) {
      abandoned += count;
      count = 0;
      overflowed = true;
    } else {
      dropOldest((int) Math.max(0, count + gap - MAX_MISSING));
      for (long lost = highest + 1; lost < sequence; lost++) {
        add(lost, nowNanos);
      }
    }
    highest = sequence;
  }

  /**
   * Writes the sequence numbers that are to be asked for now into {@code out}, ascending, and
   * counts them as asked.
   *
   * @param roundTripNanos the publisher's round-trip time, or a guess
   * @return how many were written
   */
  public int collect(long[] out, long roundTripNanos, long nowNanos) {
    int written = 0;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      boolean expired =
          nowNanos - firstMissedNanos[i] > MAX_AGE_NANOS
              || (requests[i] >= MAX_REQUESTS && dueNanos[i] - nowNanos <= 0);
      if (expired) {
        abandoned++;
        continue;
      }
      if (requests[i] < MAX_REQUESTS && dueNanos[i] - nowNanos <= 0 && written < out.length) {
        out[written++] = missing[i];
        requests[i]++;
        requested++;
        dueNanos[i] = nowNanos + Math.max(MIN_RETRY_NANOS, roundTripNanos + roundTripNanos / 4);
      }
      move(i, kept++);
    }
    count = kept;
    return written;
  }

  /** Nothing more will come: what is missing stays so. */
  void abandonAll() {
    abandoned += count;
    count = 0;
    overflowed = false;
  }

  /** When {@link #collect} has something to say next; {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    long next = NEVER;
    for (int i = 0; i < count; i++) {
      next = next == NEVER || dueNanos[i] - next < 0 ? dueNanos[i] : next;
    }
    return next;
  }

  /** Whether a gap was too large to repair since the last call: only a keyframe helps. */
  public boolean takeOverflow() {
    boolean result = overflowed;
    overflowed = false;
    return result;
  }

  /** Packets asked for, repeats included. */
  public long requested() {
    return requested;
  }

  /** Packets that were missing and came. */
  public long recovered() {
    return recovered;
  }

  /** Packets that were given up. */
  public long abandoned() {
    return abandoned;
  }

  /** Makes room in one go: a publisher that skips numbers in each packet must not cost more. */
  private void dropOldest(int dropped) {
    if (dropped > 0) {
      for (int i = dropped; i < count; i++) {
        move(i, i - dropped);
      }
      count -= dropped;
      abandoned += dropped;
      overflowed = true;
    }
  }

  private void add(long sequence, long nowNanos) {
    missing[count] = sequence;
    firstMissedNanos[count] = nowNanos;
    dueNanos[count] = nowNanos + REORDER_WAIT_NANOS;
    requests[count] = 0;
    count++;
  }

  private void remove(long sequence) {
    for (int i = 0; i < count; i++) {
      if (missing[i] == sequence) {
        recovered++;
        for (int j = i + 1; j < count; j++) {
          move(j, j - 1);
        }
        count--;
        return;
      }
    }
  }

  private void move(int from, int to) {
    if (from != to) {
      missing[to] = missing[from];
      firstMissedNanos[to] = firstMissedNanos[from];
      dueNanos[to] = dueNanos[from];
      requests[to] = requests[from];
    }
  }
}
