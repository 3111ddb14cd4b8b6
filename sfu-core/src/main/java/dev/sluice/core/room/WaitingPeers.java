package dev.sluice.core.room;

import dev.sluice.core.peer.PeerSession;
import java.util.Arrays;

/**
 * The peers for which datagrams wait until they are sent together.
 *
 * <p>Owner: the room's worker. Allocates only to grow.
 */
final class WaitingPeers {
  private PeerSession[] peers = new PeerSession[16];
  private int count;

  /** Says that what waits for a peer is to leave by then; an earlier deadline stands. */
  void scheduleFlush(PeerSession peer, long deadlineNanos) {
    if (peer.egress().flushDeadlineNanos() == Long.MAX_VALUE) {
      if (count == peers.length) {
        peers = Arrays.copyOf(peers, 2 * count);
      }
      peers[count++] = peer;
    }
    peer.egress().scheduleFlush(deadlineNanos);
  }

  /** A peer is gone. It may be in here twice, if it was flushed before its deadline. */
  void remove(PeerSession peer) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (peers[i] != peer) {
        peers[kept++] = peers[i];
      }
    }
    count = kept;
  }

  /** Sends what is due. */
  void flush(long nowNanos) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      PeerSession peer = peers[i];
      long dueNanos = peer.egress().flushDeadlineNanos();
      if (dueNanos - nowNanos <= 0) {
        peer.egress().flush();
      } else if (dueNanos != Long.MAX_VALUE) {
        peers[kept++] = peer;
      }
    }
    count = kept;
  }

  /** When {@link #flush} is due; {@link Long#MAX_VALUE} for never. */
  long nextFlushNanos() {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      next = Math.min(next, peers[i].egress().flushDeadlineNanos());
    }
    return next;
  }

  /** Peers for which something waits. */
  int count() {
    return count;
  }
}
