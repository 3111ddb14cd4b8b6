package dev.sluice.core.control;

import dev.sluice.core.media.TrackId;
import java.util.List;

/**
 * How one subscriber's path is used, and why: what is known of it, what each video slot gets, and
 * the last changes. A value for operators; rates in bit/s.
 *
 * @param estimateBps what the path carries, or -1 before anything is known
 * @param estimateReason what made it that
 * @param congestionSeen whether queues grew or packets were lost at about this rate
 * @param lossShare 0 to 1
 * @param queueDelayNanos in the path
 * @param roundTripNanos smoothed
 * @param allocatedBps what all slots together were given, voices included
 * @param wantedBps what would be sent if the path carried everything
 * @param sentBytes so far, as the path sees them
 * @param paddingBytes of them, sent to probe the path
 * @param shares of the video slots that show something
 * @param changes the last ones, the oldest first
 */
public record DownlinkInfo(
    long estimateBps,
    EstimateReason estimateReason,
    boolean congestionSeen,
    double lossShare,
    long queueDelayNanos,
    long roundTripNanos,
    long allocatedBps,
    long wantedBps,
    long sentBytes,
    long paddingBytes,
    List<Share> shares,
    List<Change> changes) {
  /** Copies the lists. */
  public DownlinkInfo {
    shares = List.copyOf(shares);
    changes = List.copyOf(changes);
  }

  /**
   * What a slot gets.
   *
   * @param mid of the m-line
   * @param height of the picture that it is to show, 0 when paused or not known
   * @param bitrateBps what that costs
   */
  public record Share(
      String mid, TrackId track, int height, long bitrateBps, AllocationCause cause) {}

  /**
   * One change of what a slot gets, and what was known when it was made.
   *
   * @param agoNanos how long ago
   * @param mid of the m-line, empty when it is gone
   * @param fromHeight of the picture before, 0 when paused or not known
   * @param toHeight of the picture since, 0 when paused or not known
   * @param bitrateBps of the slot since, 0 when paused
   * @param allocatedBps what all slots together were given
   */
  public record Change(
      long agoNanos,
      String mid,
      int fromHeight,
      int toHeight,
      long bitrateBps,
      AllocationCause cause,
      EstimateReason estimateReason,
      long estimateBps,
      double lossShare,
      long queueDelayNanos,
      long allocatedBps) {}
}
