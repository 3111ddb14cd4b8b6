package dev.sluice.api.session;

import dev.sluice.core.control.DownlinkInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one participant's path is used, as the participant itself and administrators are told. Rates
 * in bit/s, times in milliseconds.
 *
 * @param estimateBps what the path carries, or null before anything is known
 * @param estimateReason what made it that
 * @param congested whether queues grew or packets were lost at about this rate
 * @param lossShare 0 to 1
 * @param queueDelayMillis in the path
 * @param roundTripMillis smoothed
 * @param allocatedBps what all slots together were given, voices included
 * @param wantedBps what would be sent if the path carried everything
 * @param sentBytes so far
 * @param paddingBytes of them, to probe the path
 * @param slots the video slots that show something
 * @param changes the last ones, the oldest first
 */
public record DownlinkView(
    @Nullable Long estimateBps,
    String estimateReason,
    boolean congested,
    double lossShare,
    double queueDelayMillis,
    double roundTripMillis,
    long allocatedBps,
    long wantedBps,
    long sentBytes,
    long paddingBytes,
    List<Slot> slots,
    List<Change> changes) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** What a slot gets; {@code height} is 0 while it is paused. */
  public record Slot(String mid, String track, int height, long bitrateBps, String cause) {
    private static Slot of(DownlinkInfo.Share share) {
      return new Slot(
          share.mid(),
          share.track().value(),
          share.height(),
          share.bitrateBps(),
          WireNames.of(share.cause()));
    }
  }

  /** A change of what a slot gets, and what was known when it was made. */
  public record Change(
      double agoMillis,
      String mid,
      int fromHeight,
      int toHeight,
      long bitrateBps,
      String cause,
      String estimateReason,
      @Nullable Long estimateBps,
      double lossShare,
      double queueDelayMillis,
      long allocatedBps) {
    private static Change of(DownlinkInfo.Change change) {
      return new Change(
          millis(change.agoNanos()),
          change.mid(),
          change.fromHeight(),
          change.toHeight(),
          change.bitrateBps(),
          WireNames.of(change.cause()),
          WireNames.of(change.estimateReason()),
          known(change.estimateBps()),
          change.lossShare(),
          millis(change.queueDelayNanos()),
          change.allocatedBps());
    }
  }

  /** The view of what is known, with no more than the last so many changes. */
  public static DownlinkView of(DownlinkInfo info, int mostChanges) {
    List<DownlinkInfo.Change> changes = info.changes();
    List<DownlinkInfo.Change> last =
        changes.subList(Math.max(0, changes.size() - mostChanges), changes.size());
    return new DownlinkView(
        known(info.estimateBps()),
        WireNames.of(info.estimateReason()),
        info.congestionSeen(),
        info.lossShare(),
        millis(info.queueDelayNanos()),
        millis(info.roundTripNanos()),
        info.allocatedBps(),
        info.wantedBps(),
        info.sentBytes(),
        info.paddingBytes(),
        info.shares().stream().map(Slot::of).toList(),
        last.stream().map(Change::of).toList());
  }

  private static @Nullable Long known(long bitrateBps) {
    return bitrateBps < 0 ? null : bitrateBps;
  }

  private static double millis(long nanos) {
    return Math.round(nanos / NANOS_PER_MILLI * 10) / 10.0;
  }
}
