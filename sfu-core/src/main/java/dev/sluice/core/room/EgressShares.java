package dev.sluice.core.room;

import dev.sluice.core.peer.PeerSession;
import java.util.Collection;

/**
 * Which worker encrypts and sends to which participants of one room. The owner does until it has as
 * many as a worker is to have, then the next worker does, and so on round; when all have so many,
 * the one that has the fewest. Those are counted who are connected, so what one leaves free the
 * next one takes. Whoever has a worker keeps it.
 *
 * @param workers how many there are
 * @param owner the number of the room's own
 * @param subscribersPerWorker of one room; {@link #UNLIMITED} leaves all to the owner
 */
public record EgressShares(int workers, int owner, int subscribersPerWorker) {
  /** No number of participants is too much for the owner. */
  public static final int UNLIMITED = 0;

  /** A room of which the owner does everything. */
  static final EgressShares ALL_THE_OWNERS = new EgressShares(1, 0, UNLIMITED);

  public EgressShares {
    if (owner < 0 || owner >= workers || subscribersPerWorker < 0) {
      throw new IllegalArgumentException(
          owner + " of " + workers + ", " + subscribersPerWorker + " each");
    }
  }

  /**
   * The worker for one who connects, or {@link PeerSession#NO_LANE} for the owner.
   *
   * @param everyone in the room
   */
  int workerFor(PeerSession peer, Collection<Participant> everyone) {
    if (workers == 1 || subscribersPerWorker == UNLIMITED || !peer.mayHaveLane()) {
      return PeerSession.NO_LANE;
    }
    if (peer.connected()) {
      // New keys: what is under way leaves before what comes, from the same hands.
      return peer.lane();
    }
    int[] shares = new int[workers];
    for (Participant one : everyone) {
      if (one.peer().connected()) {
        int lane = one.peer().lane();
        shares[lane == PeerSession.NO_LANE ? owner : lane]++;
      }
    }
    int chosen = owner;
    for (int i = 0; i < workers; i++) {
      int worker = (owner + i) % workers;
      if (shares[worker] < subscribersPerWorker) {
        chosen = worker;
        break;
      }
      if (shares[worker] < shares[chosen]) {
        chosen = worker;
      }
    }
    return chosen == owner ? PeerSession.NO_LANE : chosen;
  }
}
