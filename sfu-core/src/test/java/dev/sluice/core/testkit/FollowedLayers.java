package dev.sluice.core.testkit;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.MediaKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Which layers a simulated peer sends at the server's wish: as with a browser, a layer that is
 * turned off says goodbye, and one that is turned on begins with a keyframe under its old SSRC.
 */
final class FollowedLayers {
  private static final long IGNORES = -1;

  private final ArrayDeque<Wish> wishes = new ArrayDeque<>();
  private long delayNanos = IGNORES;

  private record Wish(long dueNanos, List<String> rids) {}

  void follow(long newDelayNanos) {
    delayNanos = newDelayNanos;
  }

  void ignore() {
    delayNanos = IGNORES;
    wishes.clear();
  }

  void handle(RoomEvent.LayersWanted wanted, long nowNanos) {
    if (delayNanos != IGNORES) {
      wishes.add(new Wish(nowNanos + delayNanos, wanted.rids()));
    }
  }

  long dueNanos() {
    return wishes.isEmpty() ? Long.MAX_VALUE : wishes.element().dueNanos();
  }

  /** Does what is due; returns the SSRCs of which nothing more comes. */
  List<Integer> apply(List<SimulatedSource> sources, long nowNanos) {
    List<Integer> ended = new ArrayList<>();
    while (dueNanos() <= nowNanos) {
      List<String> rids = wishes.remove().rids();
      for (SimulatedSource source : sources) {
        boolean wanted = source.kind() == MediaKind.AUDIO || rids.contains(source.rid());
        if (wanted && !source.running()) {
          source.restart(nowNanos);
        } else if (!wanted && source.running()) {
          source.pause();
          ended.add(source.ssrc());
        }
      }
    }
    return ended;
  }
}
