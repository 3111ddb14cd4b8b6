package dev.sluice.core.room;

/**
 * What one room may hold.
 *
 * @param maxParticipants hidden ones included
 * @param maxTracksPerParticipant published at a time
 * @param flushDelayNanos how long a packet that does not end its frame may wait for the rest
 */
public record RoomLimits(int maxParticipants, int maxTracksPerParticipant, long flushDelayNanos) {
  /** 500 participants, 16 tracks each, 1 ms. */
  public static final RoomLimits DEFAULT = new RoomLimits(500, 16, 1_000_000);
}
