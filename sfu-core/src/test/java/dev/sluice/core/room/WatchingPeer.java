package dev.sluice.core.room;

import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.PlainCiphers;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.time.MediaClock;
import java.util.List;

/** A peer that only watches, with slots for one other participant, outside any room. */
record WatchingPeer(
    NegotiatedSession session, List<EgressSlot> slots, MediaMeans means, PeerSession peer) {

  /** One that has negotiated nothing yet. */
  static WatchingPeer withSsrc(int localSsrc) {
    NegotiatedSession session = Agreement.session(PeerPlan.watching("viewer", 1), 1);
    List<EgressSlot> slots =
        session.sections().stream()
            .filter(section -> section.slot() != null)
            .map(section -> new EgressSlot(section, 0x1_0000, 0))
            .toList();
    MediaMeans means = MediaMeans.with(new PlainCiphers());
    PeerSession peer =
        new PeerSession(
            new MediaClock(0, 0), means, localSsrc, new byte[] {'c'}, () -> 0, /* tap= */ null);
    return new WatchingPeer(session, slots, means, peer);
  }

  /** Negotiates its slots, and can be sent to from now on. */
  void connect() {
    peer.renegotiate(session, List.of(), slots);
    peer.connect(SimulatedPeer.keys(1), batch -> {});
  }
}
