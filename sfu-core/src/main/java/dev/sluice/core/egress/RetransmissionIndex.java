package dev.sluice.core.egress;

import java.util.Arrays;

/**
 * What a slot remembers of the packets it sent, so that each can be made again from the publisher's
 * history: 45 bytes a packet, no payload. Owner: the room's worker.
 */
final class RetransmissionIndex {
  private static final long EMPTY = -1;

  private final int mask;
  private final long[] sequences;
  private final int[] streamIds;
  private final long[] sourceSequences;
  private final int[] timestamps;
  private final int[] csrcs;
  private final long[] descriptorTokens;
  private final long[] resentNanos;
  private final byte[] resends;

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
    Arrays.fill(sequences, EMPTY);
  }

  /** Remembers a packet; one that comes too late to have a place of its own is not remembered. */
  void put(
      long sequence,
      int streamId,
      long sourceSequence,
      int timestamp,
      int csrc,
      long descriptorToken) {
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

  /** Counts one more resend, unless it has had too many or the last is too recent. */
  boolean claimResend(int entry, int maxResends, long minIntervalNanos, long nowNanos) {
    boolean again = resends[entry] > 0;
    if (resends[entry] >= maxResends
        || (again && nowNanos - resentNanos[entry] < minIntervalNanos)) {
      return false;
    }
    resends[entry]++;
    resentNanos[entry] = nowNanos;
    return true;
  }
}
