package dev.sluice.transport.pipeline;

import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.room.RoomTotals;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one worker has done since it was started, and what it has now, as of its last snapshot.
 *
 * @param drops by reason, reasons without a drop left out
 * @param turns of the duty cycle since the start
 * @param ringFree free places in the ring
 * @param ordersHandled orders of rooms of other workers that this one has carried out
 * @param takenNanos when, on the monotonic clock
 * @param load how busy it is
 */
public record WorkerStatistics(
    int rooms,
    int participants,
    int tracks,
    long packetsReceived,
    long bytesReceived,
    long packetsSent,
    long bytesSent,
    long packetsForwarded,
    long packetsResent,
    Map<DropReason, Long> drops,
    long turns,
    long ringFree,
    long ordersHandled,
    long takenNanos,
    WorkerLoad.Figures load) {
  /** Before the first snapshot. */
  static final WorkerStatistics NONE =
      new WorkerStatistics(
          0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, WorkerLoad.Figures.NONE);

  public WorkerStatistics {
    drops = Map.copyOf(drops);
  }

  static WorkerStatistics of(
      RoomTotals totals,
      DropCounters drops,
      long turns,
      long ringFree,
      long ordersHandled,
      long takenNanos,
      WorkerLoad.Figures load) {
    Map<DropReason, Long> reasons = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      long count = totals.dropped(reason) + drops.of(reason);
      if (count > 0) {
        reasons.put(reason, count);
      }
    }
    return new WorkerStatistics(
        totals.rooms(),
        totals.participants(),
        totals.tracks(),
        totals.packetsReceived(),
        totals.bytesReceived(),
        totals.packetsSent(),
        totals.bytesSent(),
        totals.packetsForwarded(),
        totals.packetsResent(),
        reasons,
        turns,
        ringFree,
        ordersHandled,
        takenNanos,
        load);
  }
}
