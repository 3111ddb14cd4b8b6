package dev.sluice.core.egress;

import java.util.Arrays;

/**
 * What a slot remembers of the packets it sent, so that each can be made again from the publisher's
 * history: 46 bytes a packet, no payload. Owner: the room's worker.
 */
final class RetransmissionIndex {
  /** The packet went out with the marker bit. */
  static final int MARKER = 1;

  /** The packet went out without payload. */
  static final int EMPTY = 2;

  private static final int LATE = 4;

  private static final long UNUSED = -1;

  private final int mask;
  private final long[] sequences;
  private final int[] streamIds;
  private final long[] sourceSequences;
  private final int[] timestamps;
  private final int[] csrcs;
  private final long[] descriptorTokens;
  private final long[] resentNanos;
  private final byte[] resends;
  private final byte[] flags;

  /** An index of the last {@code entries} packets, a power of two. */
  RetransmissionIndex(int entries) {
    if (Integer.bitCount(entries) != 1) {
      throw new IllegalArgumentException("not a power of two: " + entries);
    }
    mask = entries - 1;
    sequences = new long[entries];
    streamIds = new int[entries];
    sourceSequences = new long[entries];
    timestamps = new int[entries];
    csrcs = new int[entries];
    descriptorTokens = new long[entries];
    resentNanos = new long[entries];
    resends = new byte[entries];
    flags = new byte[entries];
    Arrays.fill(sequences, UNUSED);
  }

  /**
   * Remembers a packet; one that comes too late to have a place of its own is not remembered.
   *
   * @param newFlags {@link #MARKER}, {@link #EMPTY} or 0
   */
  void put(
      long sequence,
      int streamId,
      long sourceSequence,
      int timestamp,
      int csrc,
      long descriptorToken,
      int newFlags) {
    int entry = (int) (sequence & mask);
    if (sequences[entry] > sequence) {
      return;
    }
    sequences[entry] = sequence;
    streamIds[entry] = streamId;
    sourceSequences[entry] = sourceSequence;
    timestamps[entry] = timestamp;
    csrcs[entry] = csrc;
    descriptorTokens[entry] = descriptorToken;
    resends[entry] = 0;
    flags[entry] = (byte) newFlags;
  }

  /**
   * Notes that a packet was sent after later ones: its publisher had to repair it. The receiver may
   * have asked for it before it came; see {@link #claimResend}.
   */
  void noteLate(long sequence, long sentNanos) {
    int entry = find(sequence);
    if (entry >= 0) {
      flags[entry] |= LATE;
      resentNanos[entry] = sentNanos;
    }
  }

  /** The entry of an outgoing sequence number, or -1. */
  int find(long sequence) {
    int entry = (int) (sequence & mask);
    return sequences[entry] == sequence ? entry : -1;
  }

  int streamId(int entry) {
    return streamIds[entry];
  }

  long sourceSequence(int entry) {
    return sourceSequences[entry];
  }

  int timestamp(int entry) {
    return timestamps[entry];
  }

  int csrc(int entry) {
    return csrcs[entry];
  }

  long descriptorToken(int entry) {
    return descriptorTokens[entry];
  }

  boolean marker(int entry) {
    return (flags[entry] & MARKER) != 0;
  }

  boolean empty(int entry) {
    return (flags[entry] & EMPTY) != 0;
  }

  /**
   * Counts one more resend, unless it has had too many or the last is too recent. A packet that was
   * sent late is not sent again before its receiver can have missed it since: twice the interval.
   *
   * @param minIntervalNanos half a round trip
   */
  boolean claimResend(int entry, int maxResends, long minIntervalNanos, long nowNanos) {
    boolean again = resends[entry] > 0;
    boolean late = (flags[entry] & LATE) != 0;
    long waitNanos = again ? minIntervalNanos : 2 * minIntervalNanos;
    if (resends[entry] >= maxResends
        || ((again || late) && nowNanos - resentNanos[entry] < waitNanos)) {
      return false;
    }
    resends[entry]++;
    resentNanos[entry] = nowNanos;
    return true;
  }
}
