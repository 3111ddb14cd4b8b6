package dev.sluice.core.bandwidth;

import java.util.Arrays;

/**
 * What was sent to one subscriber lately, by transport-wide sequence number: the half of each
 * measurement that feedback does not bring. A ring; whoever comes to ask after {@link #CAPACITY}
 * younger packets is too late.
 *
 * <p>Owner: the room's worker. 12 bytes per packet; recording allocates nothing after the first
 * one.
 */
final class SentPackets {
  /** Four seconds at 10 Mbit/s. A power of two. */
  static final int CAPACITY = 4096;

  /** Says that a sequence number is not, or no longer, known. */
  static final int UNKNOWN = -1;

  /** The largest probe cluster id that an entry can hold; 0 is no probe. */
  static final int MAX_CLUSTER = 0x3FF;

  private static final int MASK = CAPACITY - 1;

  private static final int SIZE_MASK = 0xFFFF;
  private static final int STATE_SHIFT = 16;
  private static final int STATE_MASK = 3;
  private static final int CLUSTER_SHIFT = 18;

  private static final int ABSENT = 0;
  private static final int OUTSTANDING = 1;
  private static final int LOST = 2;
  private static final int RECEIVED = 3;

  private static final long[] NO_TIMES = {};
  private static final int[] NO_FACTS = {};

  /** Empty until the first packet: most participants of a large room are sent little. */
  private long[] sentNanos = NO_TIMES;

  /** Size in bits 0 to 15, state in 16 and 17, cluster above. */
  private int[] facts = NO_FACTS;

  private long next = -1;

  /**
   * Takes a packet in.
   *
   * @param sequence unwrapped, larger than every one before
   * @param probeClusterId 0 or the probe that it belongs to
   */
  void record(long sequence, int sizeBytes, int probeClusterId, long nowNanos) {
    if (next < 0) {
      sentNanos = new long[CAPACITY];
      facts = new int[CAPACITY];
      next = sequence;
    } else if (sequence - next >= CAPACITY) {
      Arrays.fill(facts, ABSENT);
      next = sequence;
    }
    while (next < sequence) {
      facts[(int) next++ & MASK] = ABSENT;
    }
    int index = (int) sequence & MASK;
    sentNanos[index] = nowNanos;
    facts[index] =
        Math.min(sizeBytes, SIZE_MASK)
            | (OUTSTANDING << STATE_SHIFT)
            | ((probeClusterId & MAX_CLUSTER) << CLUSTER_SHIFT);
    next = sequence + 1;
  }

  /** Nothing that was sent so far is known any more. */
  void forget() {
    Arrays.fill(facts, ABSENT);
  }

  /** The entry of a number as feedback has it, or {@link #UNKNOWN}. */
  int find(int sequence16) {
    if (next < 0) {
      return UNKNOWN;
    }
    long newest = next - 1;
    long sequence = newest + (short) (sequence16 - (int) newest);
    if (sequence > newest || sequence <= newest - CAPACITY || sequence < 0) {
      return UNKNOWN;
    }
    int index = (int) sequence & MASK;
    return state(index) == ABSENT ? UNKNOWN : index;
  }

  long sentNanos(int entry) {
    return sentNanos[entry];
  }

  int sizeBytes(int entry) {
    return facts[entry] & SIZE_MASK;
  }

  int probeClusterId(int entry) {
    return (facts[entry] >>> CLUSTER_SHIFT) & MAX_CLUSTER;
  }

  /** Marks an entry as received; false if it already was. */
  boolean markReceived(int entry) {
    return mark(entry, RECEIVED);
  }

  /** Marks an entry as lost; false if it already was, or was received. */
  boolean markLost(int entry) {
    return state(entry) == OUTSTANDING && mark(entry, LOST);
  }

  /** Whether the receiver has said that the packet is missing, and not yet that it came late. */
  boolean isLost(int entry) {
    return state(entry) == LOST;
  }

  private boolean mark(int entry, int state) {
    if (state(entry) == state) {
      return false;
    }
    facts[entry] = (facts[entry] & ~(STATE_MASK << STATE_SHIFT)) | (state << STATE_SHIFT);
    return true;
  }

  private int state(int index) {
    return (facts[index] >>> STATE_SHIFT) & STATE_MASK;
  }
}
