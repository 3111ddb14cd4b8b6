package dev.sluice.core.room;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.ParticipantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What everyone is told of everyone else, at a bounded rate: a few changes at once, as in a small
 * room; when more come, all that have gathered together. No second has more than five messages. So
 * a thousand who join cost each of the others no more messages than ten, and whoever has come and
 * gone in between is not mentioned. Owner: the room's worker.
 */
final class Announcements {
  /** Messages within any second. */
  static final int PER_SECOND = 5;

  /** Of those, changes that are told singly and at once. The rest is for what has gathered. */
  static final int AT_ONCE = PER_SECOND - 1;

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long INTERVAL_NANOS = SECOND_NANOS / AT_ONCE;

  private final List<Announcement> gathered = new ArrayList<>();

  /** Where for those who have come meanwhile begins what they do not know yet. */
  private final Map<ParticipantId, Integer> begins = new HashMap<>();

  /** When the latest messages were told: a ring whose next place has the oldest of them. */
  private final long[] toldNanos = new long[PER_SECOND];

  private int told;
  private long dueNanos = Long.MAX_VALUE;

  /** A change, and whom it is about: that one knows it already. */
  private record Announcement(ParticipantId about, RoomEvent event) {}

  /** Whether a change may be told right now; else it is {@link #gather}ed. */
  boolean tryTellAtOnce(long nowNanos) {
    if (!gathered.isEmpty() || earliestNanos(AT_ONCE, SECOND_NANOS, nowNanos) > nowNanos) {
      return false;
    }
    note(nowNanos);
    return true;
  }

  /** Keeps a change until {@link #dueNanos}. */
  void gather(ParticipantId about, RoomEvent event, long nowNanos) {
    if (gathered.isEmpty()) {
      dueNanos =
          Math.max(
              earliestNanos(1, INTERVAL_NANOS, nowNanos),
              earliestNanos(PER_SECOND, SECOND_NANOS, nowNanos));
    }
    gathered.add(new Announcement(about, event));
  }

  /** Someone comes in, and is told who is there now: what was gathered before is in that. */
  void welcome(ParticipantId newcomer) {
    if (!gathered.isEmpty()) {
      begins.put(newcomer, gathered.size());
    }
  }

  /** When what has gathered is to be told; {@link Long#MAX_VALUE} when nothing has. */
  long dueNanos() {
    return dueNanos;
  }

  /** What has gathered for one, or null when that is nothing. */
  @Nullable RoomEvent gatheredFor(ParticipantId listener) {
    int begin = begins.getOrDefault(listener, 0);
    Map<ParticipantId, Integer> came = new HashMap<>();
    Map<ParticipantId, Integer> cameAndWent = new HashMap<>();
    for (int i = begin; i < gathered.size(); i++) {
      Announcement each = gathered.get(i);
      if (each.event() instanceof RoomEvent.ParticipantJoined) {
        came.put(each.about(), i);
      } else if (each.event() instanceof RoomEvent.ParticipantLeft
          && came.containsKey(each.about())) {
        cameAndWent.put(each.about(), i);
      }
    }
    List<RoomEvent> changes = new ArrayList<>();
    for (int i = begin; i < gathered.size(); i++) {
      Announcement each = gathered.get(i);
      boolean between =
          i <= cameAndWent.getOrDefault(each.about(), -1)
              && i >= came.getOrDefault(each.about(), Integer.MAX_VALUE);
      if (!each.about().equals(listener) && !between) {
        changes.add(each.event());
      }
    }
    return changes.isEmpty() ? null : RoomEvent.Batch.of(changes);
  }

  /** It has been told. */
  void clear(long nowNanos) {
    gathered.clear();
    begins.clear();
    note(nowNanos);
    dueNanos = Long.MAX_VALUE;
  }

  /** When the {@code count}-th latest message is {@code distance} ago, not before now. */
  private long earliestNanos(int count, long distance, long nowNanos) {
    return told < count
        ? nowNanos
        : Math.max(nowNanos, toldNanos[(told - count) % PER_SECOND] + distance);
  }

  private void note(long nowNanos) {
    toldNanos[told % PER_SECOND] = nowNanos;
    told++;
  }
}
