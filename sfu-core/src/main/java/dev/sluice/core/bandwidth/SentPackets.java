package dev.sluice.core.bandwidth;

import java.util.Arrays;

/**
 * What was sent to one subscriber lately, by transport-wide sequence number: the half of each
 * measurement that feedback does not bring. A ring, empty before the first packet: most
 * participants of a large room are sent little. It doubles when its packets did not take {@link
 * #KEPT_NANOS} to come round, up to {@link #CAPACITY}: for a subscriber of a low rate a small part
 * of that is enough, and stays in the processor's cache.
 *
 * <p>Owner: the room's worker. 12 bytes per packet; recording allocates nothing but to grow.
 */
final class SentPackets {
  /** Two seconds at 20 Mbit/s. A power of two. */
  static final int CAPACITY = 4096;

  /** Two seconds at 5 Mbit/s. A power of two. */
  static final int INITIAL_CAPACITY = 1024;

  /** Feedback on what was sent so long ago says nothing of the path as it is. */
  static final long KEPT_NANOS = 2_000_000_000L;

  /** Says that a sequence number is not, or no longer, known. */
  static final int UNKNOWN = -1;

  /** The largest probe cluster id that an entry can hold; 0 is no probe. */
  static final int MAX_CLUSTER = 0x3FF;

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

  private long[] sentNanos = NO_TIMES;

  /** Size in bits 0 to 15, state in 16 and 17, cluster above. */
  private int[] facts = NO_FACTS;

  private long next = -1;

  /** When the ring was begun from the front, and with which number it will be again. */
  private long lapNanos;

  private long lapEnd;

  /**
   * Takes a packet in.
   *
   * @param sequence unwrapped, larger than every one before
   * @param probeClusterId 0 or the probe that it belongs to
   */
  void record(long sequence, int sizeBytes, int probeClusterId, long nowNanos) {
    if (next < 0) {
      sentNanos = new long[INITIAL_CAPACITY];
      facts = new int[INITIAL_CAPACITY];
      next = sequence;
      beginLap(sequence, nowNanos);
    } else if (sequence >= lapEnd) {
      if (nowNanos - lapNanos < KEPT_NANOS && facts.length < CAPACITY) {
        grow();
      }
      beginLap(sequence, nowNanos);
    }
    if (sequence - next >= facts.length) {
      Arrays.fill(facts, ABSENT);
      next = sequence;
    }
    while (next < sequence) {
      facts[index(next++)] = ABSENT;
    }
    int index = index(sequence);
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
    if (sequence > newest || sequence <= newest - facts.length || sequence < 0) {
      return UNKNOWN;
    }
    int index = index(sequence);
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

  /** How many packets it has places for now. */
  int capacity() {
    return facts.length;
  }

  private void beginLap(long sequence, long nowNanos) {
    lapNanos = nowNanos;
    lapEnd = sequence + facts.length;
  }

  private void grow() {
    long[] oldNanos = sentNanos;
    int[] oldFacts = facts;
    sentNanos = new long[2 * oldNanos.length];
    facts = new int[2 * oldFacts.length];
    for (long sequence = next - oldFacts.length; sequence < next; sequence++) {
      int from = (int) sequence & oldFacts.length - 1;
      sentNanos[index(sequence)] = oldNanos[from];
      facts[index(sequence)] = oldFacts[from];
    }
  }

  private int index(long sequence) {
    return (int) sequence & facts.length - 1;
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
