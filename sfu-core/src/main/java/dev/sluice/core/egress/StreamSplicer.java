package dev.sluice.core.egress;

import java.util.Arrays;

/**
 * Makes one continuous RTP stream of whatever sources follow each other: sequence numbers without a
 * gap or a repetition at the seam, timestamps that never run backwards.
 *
 * <p><b>Sequence numbers.</b> Within a source a number is moved by a constant, so that what the
 * network lost stays a gap that can be repaired; at a seam the sequence goes on by one. What is
 * left out on purpose ({@link #leaveOut}) closes its gap: all later numbers of the source move down
 * by one. That works for the newest packet only. A packet that comes late, when numbers behind it
 * have gone out already, has its own number reserved, and if it is to be left out the receiver
 * still needs something under that number, or it asks for it in vain and (H.264) waits for it.
 *
 * <p>Worked example, source numbers 5 to 9, first outgoing number 1000, 6 is lost, 7 left out: 5
 * becomes 1000, 8 becomes 1002, 9 becomes 1003; a late 6 is 1001.
 *
 * <p><b>Timestamps.</b> At a seam the new source's first timestamp follows the last one by the time
 * that lies between the two pictures ({@link #startSource}), at least one tick. If the new source's
 * first pictures are older than the last one sent, they go out in steps too small to see until the
 * exact timeline has caught up.
 *
 * <p>Owner: the room's worker. Numbers are extended to 64 bits on both sides; the wire takes their
 * low bits.
 */
public final class StreamSplicer {
  /** Says that a packet has no place in the outgoing stream. */
  public static final long NONE = -1;

  /**
   * A gap beyond this is closed: no history reaches back so far, and a receiver that extends 16-bit
   * numbers (SRTP, RFC 3711 §3.3.1) must not see two such gaps make one of half its circle.
   */
  static final long MAX_GAP = 0x2000;

  /** For how many packets back it is known what was left out: as many as a history holds. */
  static final int WINDOW = 1024;

  /**
   * The longest step of the timestamp at a seam: over three hours of video. A receiver takes a step
   * of half the circle for one backwards.
   */
  static final long MAX_STEP_TICKS = 1L << 30;

  /** Pictures older than the seam go on by this fraction of their own step, as a shift. */
  private static final int SLOW_SHIFT = 8;

  /** One bit per source packet of the window, set for what was left out. */
  private final long[] leftOut = new long[WINDOW / Long.SIZE];

  private boolean started;
  private long sequenceOffset;
  private long timestampOffset;
  private long firstSequence;
  private long firstTimestamp;
  private long seamTimestamp;
  private long highestSource;
  private long highestSequence;
  private long highestTimestamp;
  private long liveTimestamp = NONE;
  private long highestArrivalNanos;

  /**
   * A stream whose first packet will have these numbers.
   *
   * @param initialSequence at least 65536, so that no number below it is negative
   */
  public StreamSplicer(long initialSequence, long initialTimestamp) {
    highestSequence = initialSequence - 1;
    highestTimestamp = initialTimestamp;
  }

  /**
   * The source that starts next starts in its past: with a keyframe of a while ago and all that
   * came since, at once. Its newest picture gets the timestamp of now, and those before it go out
   * in steps too small to see: shown in their own time they would hold the receiver back for good.
   *
   * @param newestTimestamp extended timestamp of its newest packet so far, or {@link #NONE} if
   *     after all it does not
   */
  void expectReplay(long newestTimestamp) {
    liveTimestamp = newestTimestamp;
  }

  /**
   * The next packets come from a source whose first packet to be sent has these numbers. It follows
   * the last packet of the source before by the time between their arrivals: sources of different
   * publishers share no other clock.
   *
   * @param sequence extended sequence number of that packet
   * @param timestamp its extended timestamp
   */
  public void startSource(long sequence, long timestamp, int clockRateHz, long arrivalNanos) {
    long elapsedNanos = Math.max(0, arrivalNanos - highestArrivalNanos);
    long ticks = Math.max(1, Math.round(elapsedNanos * 1e-9 * clockRateHz));
    start(sequence, timestamp, ticks);
  }

  /**
   * The same for a source on the clock of the one before: another layer of one publisher. Its first
   * picture may be older than the last one sent; the timeline stays exact all the same.
   *
   * @param nanosSinceNewest from the newest picture sent to the first one of the source, on the
   *     clock that both share
   */
  void startAligned(long sequence, long timestamp, int clockRateHz, long nanosSinceNewest) {
    start(sequence, timestamp, Math.round(nanosSinceNewest * 1e-9 * clockRateHz));
  }

  private void start(long sequence, long timestamp, long ticksSinceNewest) {
    long nextTimestamp = highestTimestamp;
    if (started) {
      nextTimestamp += Math.min(ticksSinceNewest, MAX_STEP_TICKS);
    }
    seamTimestamp = started ? highestTimestamp + 1 : highestTimestamp;
    started = true;
    firstSequence = sequence;
    firstTimestamp = timestamp;
    highestSource = sequence - 1;
    Arrays.fill(leftOut, 0);
    sequenceOffset = highestSequence + 1 - sequence;
    timestampOffset = nextTimestamp - timestamp;
    if (liveTimestamp != NONE) {
      long replayed = Math.max(0, liveTimestamp - timestamp);
      timestampOffset -= replayed - (replayed >> SLOW_SHIFT);
      liveTimestamp = NONE;
    }
  }

  /**
   * The outgoing sequence number of a packet of the current source, or {@link #NONE} for one that
   * precedes the source's first and so would fall onto numbers that are used already, that was left
   * out, or that is too old to know.
   */
  public long sequence(long sourceSequence) {
    if (!started || sourceSequence < firstSequence) {
      return NONE;
    }
    if (sourceSequence > highestSource) {
      advanceTo(sourceSequence);
    }
    if (sourceSequence <= highestSource - WINDOW || isLeftOut(sourceSequence)) {
      return NONE;
    }
    return sourceSequence + sequenceOffset + leftOutAfter(sourceSequence);
  }

  /**
   * Leaves a packet of the current source out.
   *
   * @return false if its number is reserved already, so that something must be sent under it
   */
  boolean leaveOut(long sourceSequence) {
    if (!started || sourceSequence < firstSequence || sourceSequence <= highestSource - WINDOW) {
      return true;
    }
    if (sourceSequence <= highestSource) {
      return isLeftOut(sourceSequence);
    }
    advanceTo(sourceSequence);
    leftOut[word(sourceSequence)] |= bit(sourceSequence);
    sequenceOffset--;
    return true;
  }

  /** Whether a packet comes from before the current source's first. */
  boolean precedesSource(long sourceSequence) {
    return sourceSequence < firstSequence;
  }

  /** Whether a packet of the current source is so far ahead that its gap is not worth keeping. */
  boolean leaps(long sourceSequence) {
    return sourceSequence + sequenceOffset - highestSequence > MAX_GAP;
  }

  /** Whether a packet of the current source is older than the newest one that came. */
  boolean precedesNewest(long sourceSequence) {
    return sourceSequence <= highestSource;
  }

  /** The outgoing timestamp of a packet of the current source. */
  public long timestamp(long sourceTimestamp) {
    long slow = seamTimestamp + ((sourceTimestamp - firstTimestamp) >> SLOW_SHIFT);
    return Math.max(sourceTimestamp + timestampOffset, slow);
  }

  /** Notes that a packet has been sent under these outgoing numbers. */
  public void handleSent(long sequence, long timestamp, long arrivalNanos) {
    if (sequence > highestSequence) {
      highestSequence = sequence;
    }
    if (timestamp >= highestTimestamp) {
      highestTimestamp = timestamp;
      highestArrivalNanos = arrivalNanos;
    }
  }

  /** The highest outgoing sequence number so far. */
  public long highestSequence() {
    return highestSequence;
  }

  /** The newest outgoing timestamp so far. */
  public long highestTimestamp() {
    return highestTimestamp;
  }

  /** When the packet with the newest timestamp arrived. */
  public long highestArrivalNanos() {
    return highestArrivalNanos;
  }

  private void advanceTo(long sourceSequence) {
    long from = Math.max(highestSource + 1, sourceSequence - WINDOW + 1);
    for (long next = from; next <= sourceSequence; next++) {
      leftOut[word(next)] &= ~bit(next);
    }
    highestSource = sourceSequence;
  }

  private boolean isLeftOut(long sourceSequence) {
    return (leftOut[word(sourceSequence)] & bit(sourceSequence)) != 0;
  }

  /** How many later packets were left out: the offset has sunk by so much since this one. */
  private int leftOutAfter(long sourceSequence) {
    int count = 0;
    long next = sourceSequence + 1;
    while (next <= highestSource) {
      // The rest of the word that this packet lies in, as far as it has come.
      int inWord = (int) Math.min(Long.SIZE - (next & (Long.SIZE - 1)), highestSource + 1 - next);
      long bits = leftOut[word(next)] >>> (next & (Long.SIZE - 1));
      count += Long.bitCount(inWord == Long.SIZE ? bits : bits & ((1L << inWord) - 1));
      next += inWord;
    }
    return count;
  }

  private static int word(long sourceSequence) {
    return (int) (sourceSequence & (WINDOW - 1)) / Long.SIZE;
  }

  private static long bit(long sourceSequence) {
    return 1L << (sourceSequence & (Long.SIZE - 1));
  }
}
