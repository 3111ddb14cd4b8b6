package dev.sluice.core.room;

/**
 * What one room may hold.
 *
 * @param maxParticipants hidden ones included
 * @param maxTracksPerParticipant published at a time
 * @param flushDelayNanos how long a packet that does not end its frame may wait for the rest
 * @param retransmissionPercent bytes that may be sent again to one subscriber, as a share of those
 *     sent to it
 * @param forwardPlayoutDelay whether the playout delay that a publisher wishes reaches its
 *     receivers; it holds up what they show, so it is for rooms whose publishers may do that
 */
public record RoomLimits(
    int maxParticipants,
    int maxTracksPerParticipant,
    long flushDelayNanos,
    int retransmissionPercent,
    boolean forwardPlayoutDelay) {
  /** Enough for a loss of a third, each packet being lost again at the same rate. */
  public static final int DEFAULT_RETRANSMISSION_PERCENT = 50;

  /** 500 participants, 16 tracks each, 1 ms. */
  public static final RoomLimits DEFAULT = new RoomLimits(500, 16, 1_000_000);

  /** With the default share of retransmissions. */
  public RoomLimits(int maxParticipants, int maxTracksPerParticipant, long flushDelayNanos) {
    this(maxParticipants, maxTracksPerParticipant, flushDelayNanos, DEFAULT_RETRANSMISSION_PERCENT);
  }

  /** Without the publishers' playout delay. */
  public RoomLimits(
      int maxParticipants,
      int maxTracksPerParticipant,
      long flushDelayNanos,
      int retransmissionPercent) {
    this(maxParticipants, maxTracksPerParticipant, flushDelayNanos, retransmissionPercent, false);
  }

  /** The same with or without the publishers' playout delay. */
  public RoomLimits withPlayoutDelay(boolean forwarded) {
    return new RoomLimits(
        maxParticipants,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwarded);
  }

  /** The same with another number of participants. */
  public RoomLimits withMaxParticipants(int count) {
    return new RoomLimits(
        count,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwardPlayoutDelay);
  }
}
