package dev.sluice.core.room;

import dev.sluice.core.peer.DeadlineListener;
import dev.sluice.core.peer.PeerSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The peers of a room and when each wants to be called. Their deadlines lie side by side, so that a
 * turn of a large room looks through an array and not through its peers, of which only those are
 * asked again that have said that something has changed; and it looks only when one may be due.
 *
 * <p>Owner: the room's worker. Allocates only to grow.
 */
final class PeerDeadlines implements DeadlineListener {
  private static final int INITIAL = 4;

  private final List<PeerSession> peers = new ArrayList<>();
  private long[] dueNanos = new long[INITIAL];

  /** Whether a peer is among the changed ones. */
  private boolean[] stale = new boolean[INITIAL];

  private int[] changed = new int[INITIAL];
  private int changedCount;

  /** No deadline is earlier. */
  private long boundNanos = Long.MAX_VALUE;

  /** Whether one of the deadlines is {@link #boundNanos}. */
  private boolean boundIsFirst = true;

  /** A peer has come in. */
  void add(PeerSession peer) {
    int place = peers.size();
    if (place == dueNanos.length) {
      dueNanos = Arrays.copyOf(dueNanos, 2 * place);
      stale = Arrays.copyOf(stale, 2 * place);
      changed = Arrays.copyOf(changed, 2 * place);
    }
    peers.add(peer);
    stale[place] = false;
    peer.setDeadlineListener(place, this);
  }

  /** A peer is gone. */
  void remove(PeerSession peer) {
    int place = peers.indexOf(peer);
    if (place < 0) {
      return;
    }
    peer.setDeadlineListener(0, nobody -> {});
    peers.remove(place);
    // The others have other places now: all are asked again.
    changedCount = 0;
    Arrays.fill(stale, false);
    boundNanos = Long.MIN_VALUE;
    boundIsFirst = false;
    for (int i = 0; i < peers.size(); i++) {
      peers.get(i).setDeadlineListener(i, this);
    }
  }

  /** How many are in. */
  int count() {
    return peers.size();
  }

  PeerSession peer(int place) {
    return peers.get(place);
  }

  @Override
  public void onDeadlineChange(int place) {
    if (!stale[place]) {
      stale[place] = true;
      changed[changedCount++] = place;
    }
  }

  /** The first peer from a place on whose deadline has come; -1 when there is none. */
  int nextDue(int from, long nowNanos) {
    refresh();
    for (int place = from; boundNanos <= nowNanos && place < peers.size(); place++) {
      if (dueNanos[place] <= nowNanos) {
        return place;
      }
    }
    return -1;
  }

  /** The first deadline; {@link Long#MAX_VALUE} for never. */
  long firstNanos() {
    refresh();
    if (!boundIsFirst) {
      long first = Long.MAX_VALUE;
      for (int place = 0; place < peers.size(); place++) {
        first = Math.min(first, dueNanos[place]);
      }
      boundNanos = first;
      boundIsFirst = true;
    }
    return boundNanos;
  }

  private void refresh() {
    for (int i = 0; i < changedCount; i++) {
      int place = changed[i];
      stale[place] = false;
      long before = dueNanos[place];
      long due = peers.get(place).nextDeadlineNanos();
      dueNanos[place] = due;
      if (due <= boundNanos) {
        boundNanos = due;
        boundIsFirst = true;
      } else if (before == boundNanos) {
        boundIsFirst = false; // another one may have it, too
      }
    }
    changedCount = 0;
  }
}
