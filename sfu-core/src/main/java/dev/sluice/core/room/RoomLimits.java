package dev.sluice.core.room;

import dev.sluice.core.control.RoomSettings;

/**
 * What one room may hold.
 *
 * @param maxParticipants hidden ones included
 * @param maxTracksPerParticipant published at a time
 * @param flushDelayNanos how long a packet that does not end its frame may wait for the rest, as
 *     long as nobody sets the room up otherwise
 * @param retransmissionPercent bytes that may be sent again to one subscriber, as a share of those
 *     sent to it
 * @param forwardPlayoutDelay whether the playout delay that a publisher wishes reaches its
 *     receivers; it holds up what they show, so it is for rooms whose publishers may do that
 * @param keyframeReplayNanos how old a keyframe may be for who comes late to be shown it, and all
 *     that came since, from the publisher's history; 0 to ask the publisher for another instead
 * @param congestionControl whether each subscriber's path is measured, paced and shared out;
 *     without it everything that is wished is sent
 * @param suspension what publishers are asked to leave out because nobody receives it
 */
public record RoomLimits(
    int maxParticipants,
    int maxTracksPerParticipant,
    long flushDelayNanos,
    int retransmissionPercent,
    boolean forwardPlayoutDelay,
    long keyframeReplayNanos,
    boolean congestionControl,
    UpstreamSuspension suspension) {
  /** Enough for a loss of a third, each packet being lost again at the same rate. */
  public static final int DEFAULT_RETRANSMISSION_PERCENT = 50;

  /** As long as a publisher may not be asked for another. */
  public static final long DEFAULT_KEYFRAME_REPLAY_NANOS = 1_000_000_000;

  /** 500 participants, 16 tracks each, 1 ms. */
  public static final RoomLimits DEFAULT =
      new RoomLimits(500, 16, RoomSettings.DEFAULT_FLUSH_DELAY_NANOS);

  /** With the default share of retransmissions. */
  public RoomLimits(int maxParticipants, int maxTracksPerParticipant, long flushDelayNanos) {
    this(maxParticipants, maxTracksPerParticipant, flushDelayNanos, DEFAULT_RETRANSMISSION_PERCENT);
  }

  /** Without the publishers' playout delay, with the default replay of keyframes. */
  public RoomLimits(
      int maxParticipants,
      int maxTracksPerParticipant,
      long flushDelayNanos,
      int retransmissionPercent) {
    this(
        maxParticipants,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        false,
        DEFAULT_KEYFRAME_REPLAY_NANOS,
        true,
        UpstreamSuspension.LAYERS);
  }

  /** The same with or without the publishers' playout delay. */
  public RoomLimits withPlayoutDelay(boolean forwarded) {
    return new RoomLimits(
        maxParticipants,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwarded,
        keyframeReplayNanos,
        congestionControl,
        suspension);
  }

  /** The same with another number of participants. */
  public RoomLimits withMaxParticipants(int count) {
    return new RoomLimits(
        count,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwardPlayoutDelay,
        keyframeReplayNanos,
        congestionControl,
        suspension);
  }

  /** The same with another replay of keyframes. */
  public RoomLimits withKeyframeReplay(long nanos) {
    return new RoomLimits(
        maxParticipants,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwardPlayoutDelay,
        nanos,
        congestionControl,
        suspension);
  }

  /** The same without measuring, pacing and sharing out of paths. */
  public RoomLimits withoutCongestionControl() {
    return new RoomLimits(
        maxParticipants,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwardPlayoutDelay,
        keyframeReplayNanos,
        false,
        suspension);
  }

  /** The same with other layers that publishers are asked to leave out. */
  public RoomLimits withSuspension(UpstreamSuspension what) {
    return new RoomLimits(
        maxParticipants,
        maxTracksPerParticipant,
        flushDelayNanos,
        retransmissionPercent,
        forwardPlayoutDelay,
        keyframeReplayNanos,
        congestionControl,
        what);
  }

  /** How a room is set up that nobody has set up otherwise. */
  RoomSettings settings() {
    return new RoomSettings(maxParticipants, RoomSettings.defaultCodecs(), 0)
        .withFlushDelay(flushDelayNanos);
  }
}
