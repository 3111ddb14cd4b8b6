package dev.sluice.core.egress;

/**
 * Makes one continuous RTP stream of whatever sources follow each other: sequence numbers without a
 * gap or a repetition at the seam, timestamps that never run backwards. Within one source both are
 * moved by a constant, so that what the network lost stays a gap that can be repaired.
 *
 * <p>At a seam the sequence goes on by one, and the timestamp by the time that has passed on the
 * server's clock since the last packet before it (at least one tick): sources of different
 * publishers share no other clock.
 *
 * <p>Worked example: out so far 1000 / 90000 at t = 0; a source starts at 5 / 700 000 at t = 40 ms
 * with 90 kHz: the sequence offset is 1001 - 5 = 996, the timestamp offset 90000 + 3600 - 700000.
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

  private boolean started;
  private long sequenceOffset;
  private long timestampOffset;
  private long firstSequence;
  private long highestSequence;
  private long highestTimestamp;
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
   * The next packets come from a source whose first packet to be sent has these numbers.
   *
   * @param sequence extended sequence number of that packet
   * @param timestamp its extended timestamp
   */
  public void startSource(long sequence, long timestamp, int clockRateHz, long arrivalNanos) {
    long nextTimestamp = highestTimestamp;
    if (started) {
      long elapsedNanos = Math.max(0, arrivalNanos - highestArrivalNanos);
      nextTimestamp += Math.max(1, Math.round(elapsedNanos * 1e-9 * clockRateHz));
    }
    started = true;
    firstSequence = sequence;
    sequenceOffset = highestSequence + 1 - sequence;
    timestampOffset = nextTimestamp - timestamp;
  }

  /**
   * The outgoing sequence number of a packet of the current source, or {@link #NONE} for one that
   * precedes the source's first and so would fall onto numbers that are used already.
   */
  public long sequence(long sourceSequence) {
    return started && sourceSequence >= firstSequence ? sourceSequence + sequenceOffset : NONE;
  }

  /** Whether a packet of the current source is so far ahead that its gap is not worth keeping. */
  boolean leaps(long sourceSequence) {
    return sourceSequence + sequenceOffset - highestSequence > MAX_GAP;
  }

  /** Whether a packet of the current source is older than the newest one sent. */
  boolean precedesNewest(long sourceSequence) {
    return sourceSequence + sequenceOffset <= highestSequence;
  }

  /** The outgoing timestamp of a packet of the current source. */
  public long timestamp(long sourceTimestamp) {
    return sourceTimestamp + timestampOffset;
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
}
