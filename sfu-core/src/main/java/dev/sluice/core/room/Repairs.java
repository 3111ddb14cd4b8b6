package dev.sluice.core.room;

import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.peer.PeerEgress;
import dev.sluice.core.peer.PeerFeedback;
import dev.sluice.core.peer.PeerSession;

/**
 * Gives subscribers what they have missed: packets from the histories of the streams, at their pace
 * and within their budget, or a keyframe.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class Repairs {
  private final Routes routes;
  private final WaitingPeers waiting;
  private final MediaPacket reread = new MediaPacket();
  private long packetsResent;

  Repairs(Routes routes, WaitingPeers waiting) {
    this.routes = routes;
    this.waiting = waiting;
  }

  /** Carries out what a subscriber's RTCP asks for. */
  void handleFeedback(PeerSession peer, long nowNanos) {
    PeerFeedback feedback = peer.feedback();
    while (feedback.next(nowNanos)) {
      switch (feedback.wish()) {
        case KEYFRAME -> requestKeyframe(feedback.slot());
        case RETRANSMISSION -> retransmit(peer, feedback.slot(), feedback.sequence(), nowNanos);
      }
    }
  }

  private void requestKeyframe(EgressSlot slot) {
    int wanted =
        slot.currentStreamId() == EgressSlot.NOTHING
            ? slot.targetStreamId()
            : slot.currentStreamId();
    Route route = routes.find(wanted);
    if (route != null) {
      route.publisher().requestKeyframe(route.stream());
    }
  }

  private void retransmit(PeerSession peer, EgressSlot slot, int sequence16, long nowNanos) {
    PeerEgress egress = peer.egress();
    // What was asked for waits until its turn comes: to ask again meanwhile is of no use.
    long minIntervalNanos = peer.roundTripNanos() / 2 + egress.congestion().pacer().drainNanos();
    if (slot.repairsInPlace()) {
      if (egress.resendInPlace(slot, sequence16, minIntervalNanos, nowNanos)) {
        packetsResent++;
        waiting.scheduleFlush(peer, nowNanos);
      }
      return;
    }
    int entry = slot.findSent(sequence16, minIntervalNanos, nowNanos);
    if (entry < 0 || (isPast(slot, entry) && egress.congestion().congested(nowNanos))) {
      return;
    }
    IngressStream stream = routes.stream(slot.sentStreamId(entry));
    long source = slot.sentSourceSequence(entry);
    if (stream == null || stream.history().offset(source) < 0) {
      return;
    }
    int bytes = stream.history().length(source);
    if (!egress.mayRepair(bytes, nowNanos)) {
      return;
    }
    if (egress.mayPass(TrafficKind.RETRANSMISSION, nowNanos)) {
      resend(peer, slot, sequence16, nowNanos);
    } else {
      egress.enqueue(TrafficKind.RETRANSMISSION, slot, stream.id(), sequence16, bytes, nowNanos);
    }
  }

  /** Sends again what was found worth it, when its turn has come. */
  void resend(PeerSession peer, EgressSlot slot, int sequence16, long nowNanos) {
    int entry = slot.lookUpSent(sequence16);
    IngressStream stream = entry < 0 ? null : routes.stream(slot.sentStreamId(entry));
    if (stream == null || !routes.read(stream, slot.sentSourceSequence(entry), reread)) {
      return;
    }
    if (peer.egress().retransmit(slot, entry, sequence16, reread, nowNanos) == null) {
      packetsResent++;
      waiting.scheduleFlush(peer, nowNanos);
    }
  }

  /** Whether a packet is of a stream that the slot has left, with a keyframe of another. */
  private static boolean isPast(EgressSlot slot, int entry) {
    return slot.sentStreamId(entry) != slot.currentStreamId();
  }

  long packetsResent() {
    return packetsResent;
  }
}
