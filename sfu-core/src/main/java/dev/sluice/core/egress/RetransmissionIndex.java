package dev.sluice.core.egress;

import java.util.Arrays;

/**
 * What a slot remembers of the packets it sent, so that each can be made again from the publisher's
 * history: 48 bytes a packet, no payload. All that is known of a packet lies together, and the
 * packets of a frame side by side: a room writes here for each subscriber and packet, in memory
 * that is too much for the processor's cache, so each line that is touched counts. Empty until the
 * first packet: most participants of a large room are sent little. Owner: the room's worker.
 */
final class RetransmissionIndex {
  /** The packet went out with the marker bit. */
  static final int MARKER = 1;

  /** The packet went out without payload. */
  static final int EMPTY = 2;

  private static final int LATE = 4;

  private static final long UNUSED = -1;

  /** What a record holds, in longs. */
  private static final int SEQUENCE = 0;

  private static final int SOURCE_SEQUENCE = 1;

  /** The stream's id above, the timestamp below. */
  private static final int STREAM_AND_TIMESTAMP = 2;

  /** The CSRC above, then how often it was sent again, and the flags in the lowest 8 bits. */
  private static final int CSRC_AND_STATE = 3;

  private static final int DESCRIPTOR_TOKEN = 4;
  private static final int RESENT_NANOS = 5;
  private static final int RECORD_LONGS = 6;

  private static final int RESENDS_SHIFT = 8;
  private static final int RESENDS_MASK = 0xFF;

  private final int entries;
  private long[] records = {};

  /** An index of the last {@code entries} packets, a power of two. */
  RetransmissionIndex(int entries) {
    if (Integer.bitCount(entries) != 1) {
      throw new IllegalArgumentException("not a power of two: " + entries);
    }
    this.entries = entries;
  }

  /**
   * Remembers a packet; one that comes too late to have a place of its own is not remembered.
   *
   * @param flags {@link #MARKER}, {@link #EMPTY} or 0
   */
  void put(
      long sequence,
      int streamId,
      long sourceSequence,
      int timestamp,
      int csrc,
      long descriptorToken,
      int flags) {
    if (records.length == 0) {
      records = new long[entries * RECORD_LONGS];
      Arrays.fill(records, UNUSED);
    }
    int entry = entry(sequence);
    if (records[entry + SEQUENCE] > sequence) {
      return;
    }
    records[entry + SEQUENCE] = sequence;
    records[entry + SOURCE_SEQUENCE] = sourceSequence;
    records[entry + STREAM_AND_TIMESTAMP] = pair(streamId, timestamp);
    records[entry + CSRC_AND_STATE] = pair(csrc, flags);
    records[entry + DESCRIPTOR_TOKEN] = descriptorToken;
  }

  /**
   * Notes that a packet was sent after later ones: its publisher had to repair it. The receiver may
   * have asked for it before it came; see {@link #claimResend}.
   */
  void noteLate(long sequence, long sentNanos) {
    int entry = find(sequence);
    if (entry >= 0) {
      records[entry + CSRC_AND_STATE] |= LATE;
      records[entry + RESENT_NANOS] = sentNanos;
    }
  }

  /** The entry of an outgoing sequence number, or -1. */
  int find(long sequence) {
    int entry = entry(sequence);
    return records.length > 0 && records[entry + SEQUENCE] == sequence ? entry : -1;
  }

  int streamId(int entry) {
    return (int) (records[entry + STREAM_AND_TIMESTAMP] >>> Integer.SIZE);
  }

  long sourceSequence(int entry) {
    return records[entry + SOURCE_SEQUENCE];
  }

  int timestamp(int entry) {
    return (int) records[entry + STREAM_AND_TIMESTAMP];
  }

  int csrc(int entry) {
    return (int) (records[entry + CSRC_AND_STATE] >>> Integer.SIZE);
  }

  long descriptorToken(int entry) {
    return records[entry + DESCRIPTOR_TOKEN];
  }

  boolean marker(int entry) {
    return has(entry, MARKER);
  }

  boolean empty(int entry) {
    return has(entry, EMPTY);
  }

  /**
   * Counts one more resend, unless it has had too many or the last is too recent. A packet that was
   * sent late is not sent again before its receiver can have missed it since: twice the interval.
   *
   * @param minIntervalNanos half a round trip
   */
  boolean claimResend(int entry, int maxResends, long minIntervalNanos, long nowNanos) {
    int resends = (int) (records[entry + CSRC_AND_STATE] >>> RESENDS_SHIFT) & RESENDS_MASK;
    boolean again = resends > 0;
    long waitNanos = again ? minIntervalNanos : 2 * minIntervalNanos;
    if (resends >= maxResends
        || ((again || has(entry, LATE)) && nowNanos - records[entry + RESENT_NANOS] < waitNanos)) {
      return false;
    }
    records[entry + CSRC_AND_STATE] += 1 << RESENDS_SHIFT;
    records[entry + RESENT_NANOS] = nowNanos;
    return true;
  }

  private int entry(long sequence) {
    return (int) (sequence & entries - 1) * RECORD_LONGS;
  }

  private boolean has(int entry, int flag) {
    return (records[entry + CSRC_AND_STATE] & flag) != 0;
  }

  private static long pair(int above, int below) {
    return (long) above << Integer.SIZE | (below & 0xFFFF_FFFFL);
  }
}
