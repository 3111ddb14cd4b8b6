package dev.sluice.core.room;

import dev.sluice.core.bandwidth.TrafficKind;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.StreamSplicer;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.peer.PacedPackets;
import dev.sluice.core.peer.PeerEgress;
import dev.sluice.core.peer.PeerSession;
import org.jspecify.annotations.Nullable;

/**
 * Takes each packet from the stream it came on to the slots that show that stream. Knows streams,
 * slots and their peers, nothing of participants.
 *
 * <p>Video is forwarded by frames, or by what comes of one within {@link
 * dev.sluice.core.control.RoomSettings#flushDelayNanos()}: it would wait so long anyway, to leave
 * in few system calls. Audio is forwarded as it comes.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class Forwarder {
  private final Routes routes;
  private final WaitingPeers waiting = new WaitingPeers();
  private final HoldingRoutes holding = new HoldingRoutes();
  private final Repairs repairs;
  private final MediaPacket reread = new MediaPacket();

  /** A packet that had to wait for its turn; not {@link #reread}, which a replay uses meanwhile. */
  private final MediaPacket turnCome = new MediaPacket();

  private long flushDelayNanos;
  private final long replayNanos;
  private long packetsForwarded;
  private boolean formatChanged;

  /**
   * Without routes.
   *
   * @param limits of the room that this forwards in
   */
  Forwarder(RoomLimits limits) {
    routes = new Routes(limits.forwardPlayoutDelay());
    repairs = new Repairs(routes, waiting);
    flushDelayNanos = limits.flushDelayNanos();
    replayNanos = limits.keyframeReplayNanos();
  }

  /** How long what comes from now on may wait for the rest of its frame. */
  void setFlushDelay(long nanos) {
    flushDelayNanos = nanos;
  }

  /** A stream of which packets will come; false when there are too many. */
  boolean addStream(IngressStream stream, PeerSession publisher) {
    return routes.add(stream, publisher);
  }

  /** A stream that has ended. */
  void removeStream(int streamId) {
    routes.remove(streamId);
  }

  boolean knows(IngressStream stream) {
    return routes.find(stream.id()) != null;
  }

  /** The stream of an id, or null when it has ended. */
  @Nullable IngressStream stream(int streamId) {
    return routes.stream(streamId);
  }

  /**
   * The slot goes over to this stream: at once if its last keyframe can be shown from the history,
   * else at its next one; until then what it shows goes on.
   */
  void retarget(IngressStream stream, int csrc, PeerSession peer, EgressSlot slot, long nowNanos) {
    if (slot.targetStreamId() != slot.currentStreamId()) {
      routes.leave(slot.targetStreamId(), slot);
    }
    slot.assign(stream.id(), csrc);
    Route route = routes.find(stream.id());
    if (route != null) {
      // What came before is not for this slot; if it is, it is read from the history.
      release(route, nowNanos);
      route.add(peer, slot);
      start(route, peer, slot, nowNanos);
    }
  }

  /** The peer can be sent to: its slots need something to begin with. */
  void handleConnected(PeerSession peer, long nowNanos) {
    for (EgressSlot slot : peer.slots()) {
      Route route = routes.find(slot.targetStreamId());
      if (route != null) {
        release(route, nowNanos);
        start(route, peer, slot, nowNanos);
      }
    }
  }

  /** Returns whether the slot has been sent all that there is of the stream. */
  private boolean start(Route route, PeerSession peer, EgressSlot slot, long nowNanos) {
    // A keyframe that comes before the peer can take it would be for nothing.
    if (!peer.connected() || !slot.awaitsKeyframe() || route.stream().beginsKeyframe(nowNanos)) {
      return false;
    }
    if (replay(route.stream(), slot, peer, nowNanos)) {
      return true;
    }
    route.publisher().requestKeyframe(route.stream());
    return false;
  }

  /** The slot's layers have changed: a higher one may need a keyframe. */
  void awaitLayers(IngressStream stream, EgressSlot slot) {
    Route route = routes.find(stream.id());
    if (route != null && slot.awaitsKeyframe()) {
      route.publisher().requestKeyframe(stream);
    }
  }

  /** No slot of this peer gets anything any more. */
  void removePeer(PeerSession peer) {
    for (EgressSlot slot : peer.slots()) {
      unsubscribe(slot);
    }
    waiting.remove(peer);
  }

  /** The slot shows nothing from now on. */
  void unsubscribe(EgressSlot slot) {
    routes.leave(slot.currentStreamId(), slot);
    routes.leave(slot.targetStreamId(), slot);
    slot.assign(EgressSlot.NOTHING, 0);
  }

  /** The slot cannot send what it is to show; what it showed before ends all the same. */
  void stopShowing(EgressSlot slot) {
    if (slot.currentStreamId() != slot.targetStreamId()) {
      routes.leave(slot.currentStreamId(), slot);
    }
    slot.stopShowing();
  }

  /**
   * Forwards a packet that has just come, at once or with others that come with it.
   *
   * @return the object for the next packet: not the same one if this packet waits
   */
  MediaPacket forward(IngressStream stream, MediaPacket packet, long nowNanos) {
    Route route = routes.find(stream.id());
    if (route == null) {
      return packet;
    }
    formatChanged |= route.changesClock(packet.parameters().clockRateHz());
    routes.applyPolicy(packet);
    if (kindOf(stream) == TrafficKind.AUDIO) {
      forwardAtOnce(route, packet, nowNanos);
      return packet;
    }
    if (packet.facts().keyframe() && packet.facts().frameStart()) {
      // Slots may go over to this stream: what they still show has come before.
      releaseAllBut(route, nowNanos);
    }
    if (route.count() == 0) {
      return packet;
    }
    MediaPacket next =
        route.held().hold(packet, packet.marker() ? nowNanos : nowNanos + flushDelayNanos);
    if (route.held().isFull()) {
      release(route, nowNanos);
    } else {
      holding.add(route);
    }
    return next;
  }

  private void forwardAtOnce(Route route, MediaPacket packet, long nowNanos) {
    for (int i = 0; i < route.count(); i++) {
      PeerSession peer = route.peer(i);
      // Nothing goes before audio; the pacer is asked because it counts what passes.
      if (peer.egress().mayPass(TrafficKind.AUDIO, nowNanos)) {
        send(route, peer, route.slot(i), packet, nowNanos);
        scheduleFlush(peer, nowNanos);
      }
    }
  }

  /** Forwards all that is held, so that what is done to the room next comes after it. */
  void releaseAll(long nowNanos) {
    releaseAllBut(null, nowNanos);
  }

  private void releaseAllBut(@Nullable Route but, long nowNanos) {
    Route route;
    while ((route = holding.pollOther(but)) != null) {
      release(route, nowNanos);
    }
  }

  /** Forwards what is held of frames that are complete, or has waited long enough. */
  void release(long nowNanos) {
    Route route;
    while ((route = holding.pollDue(nowNanos)) != null) {
      release(route, nowNanos);
    }
  }

  private void release(Route route, long nowNanos) {
    if (route.held().isEmpty()) {
      return;
    }
    for (int i = 0; i < route.count(); i++) {
      PeerSession peer = route.peer(i);
      forwardHeld(route, peer, route.slot(i), nowNanos);
      if (peer.egress().hasWaiting()) {
        peer.egress().flush();
      }
    }
    route.held().clear();
  }

  private void forwardHeld(Route route, PeerSession peer, EgressSlot slot, long nowNanos) {
    peer.egress().expect(route.held().count());
    for (int i = 0; i < route.held().count(); i++) {
      MediaPacket packet = route.held().packet(i);
      if (slot.hasSent(packet.streamId(), packet.sequence())) {
        continue; // the slot has caught up with the stream meanwhile
      }
      if (!peer.egress().mayPass(TrafficKind.VIDEO, nowNanos)) {
        if (slot.wants(packet)) {
          enqueue(route.stream(), peer, slot, packet, TrafficKind.VIDEO, nowNanos);
        }
      } else if (send(route, peer, slot, packet, nowNanos)) {
        return;
      }
    }
  }

  private static void enqueue(
      IngressStream stream,
      PeerSession peer,
      EgressSlot slot,
      MediaPacket packet,
      TrafficKind kind,
      long nowNanos) {
    if (packet.streamId() != slot.currentStreamId()
        && peer.egress().congestion().congested(nowNanos)) {
      // With this keyframe the slot goes over: what it left behind would only keep a full path so.
      peer.egress().paced().forget(slot, slot.currentStreamId());
    }
    int bytes = slot.expectedBytes(packet);
    peer.egress().enqueue(kind, slot, stream.id(), packet.sequence(), bytes, nowNanos);
  }

  private static TrafficKind kindOf(IngressStream stream) {
    return stream.track().section().kind() == MediaKind.AUDIO
        ? TrafficKind.AUDIO
        : TrafficKind.VIDEO;
  }

  /** Sends what waited for its time to this peer, and padding where a probe wants it. */
  void drain(PeerSession peer, long nowNanos) {
    PeerEgress egress = peer.egress();
    boolean sent = false;
    while (egress.nextPaced(nowNanos)) {
      sent = true;
      PacedPackets paced = egress.paced();
      switch (egress.pacedKind()) {
        case VIDEO -> sendPaced(peer, paced, nowNanos);
        case RETRANSMISSION -> repairs.resend(peer, paced.slot(), (int) paced.sequence(), nowNanos);
        case PADDING -> pad(peer, nowNanos);
        case AUDIO -> throw new IllegalStateException("audio never waits");
      }
    }
    if (sent && egress.hasWaiting()) {
      scheduleFlush(peer, nowNanos);
    }
  }

  private void sendPaced(PeerSession peer, PacedPackets paced, long nowNanos) {
    Route route = routes.find(paced.streamId());
    if (route != null
        // It may have been sent when the slot caught up with the stream.
        && !paced.slot().hasSent(paced.streamId(), paced.sequence())
        && routes.read(route.stream(), paced.sequence(), turnCome)) {
      send(route, peer, paced.slot(), turnCome, nowNanos);
    }
  }

  private static void pad(PeerSession peer, long nowNanos) {
    for (int i = 0; i < peer.slots().size(); i++) {
      if (peer.egress().pad(peer.slots().get(i), nowNanos)) {
        return;
      }
    }
    peer.egress().cancelProbe();
  }

  /** Returns whether the slot has been sent all that there is of the stream, not only this. */
  private boolean send(
      Route route, PeerSession peer, EgressSlot slot, MediaPacket packet, long nowNanos) {
    IngressStream stream = route.stream();
    int before = slot.currentStreamId();
    DropReason dropped = peer.egress().forward(slot, packet, nowNanos);
    formatChanged |= slot.takeDecodabilityChange();
    if (dropped == null) {
      packetsForwarded++;
    } else if (dropped == DropReason.AWAITING_KEYFRAME) {
      // The keyframe that was asked for may have come before this peer could take it.
      return start(route, peer, slot, nowNanos);
    }
    // A slot that has gone over leaves its old stream, also when this packet was too long.
    if (before != stream.id() && slot.currentStreamId() == stream.id()) {
      routes.leave(before, slot);
      catchUp(stream, slot, peer, packet.sequence(), nowNanos);
      return true;
    }
    return false;
  }

  /** Carries out what a subscriber's RTCP asks for. */
  void handleFeedback(PeerSession peer, long nowNanos) {
    repairs.handleFeedback(peer, nowNanos);
  }

  /** Says that what waits for a peer is to leave by then; an earlier deadline stands. */
  void scheduleFlush(PeerSession peer, long deadlineNanos) {
    waiting.scheduleFlush(peer, deadlineNanos);
  }

  /** Sends what is due. */
  void flush(long nowNanos) {
    release(nowNanos);
    waiting.flush(nowNanos);
  }

  /** When {@link #flush} is due; {@link Long#MAX_VALUE} for never. */
  long nextFlushNanos() {
    return Math.min(holding.firstNanos(), waiting.nextFlushNanos());
  }

  /** Streams that have not ended. */
  int streamCount() {
    return routes.size();
  }

  /** Peers for which something waits, and streams of which something waits. */
  int waiting() {
    return waiting.count() + holding.count();
  }

  /**
   * Whether, since the last call, a slot has begun or ceased to be able to send what it shows, or a
   * stream has changed its clock, so that other slots fit it.
   */
  boolean takeFormatChange() {
    boolean changed = formatChanged;
    formatChanged = false;
    return changed;
  }

  long packetsForwarded() {
    return packetsForwarded;
  }

  long packetsResent() {
    return repairs.packetsResent();
  }

  /** A keyframe whose first packet came late: the packets behind it are in the history already. */
  private void catchUp(
      IngressStream stream, EgressSlot slot, PeerSession peer, long from, long nowNanos) {
    TrafficKind kind = kindOf(stream);
    for (long sequence = from + 1; sequence <= stream.highestSequence(); sequence++) {
      if (!routes.read(stream, sequence, reread)) {
        continue;
      }
      // What begins the stream goes at once: the slot is the stream's from here on.
      if (slot.currentStreamId() != stream.id() || peer.egress().mayPass(kind, nowNanos)) {
        packetsForwarded += peer.egress().forward(slot, reread, nowNanos) == null ? 1 : 0;
      } else {
        enqueue(stream, peer, slot, reread, kind, nowNanos);
      }
    }
  }

  /**
   * Shows the stream's last keyframe and all that came since. Not to one that sees another layer of
   * the same track: its picture does not freeze if it waits for the next keyframe.
   *
   * @return whether the slot shows the stream now
   */
  private boolean replay(IngressStream stream, EgressSlot slot, PeerSession peer, long nowNanos) {
    long from = replayNanos == 0 ? -1 : stream.replayFrom(replayNanos, nowNanos);
    IngressStream shown = routes.stream(slot.currentStreamId());
    if (from < 0
        || (shown != null && shown.track() == stream.track())
        || !routes.read(stream, stream.highestSequence(), reread)) {
      return false;
    }
    slot.expectReplay(reread.timestamp());
    catchUp(stream, slot, peer, from - 1, nowNanos);
    slot.expectReplay(StreamSplicer.NONE);
    if (slot.currentStreamId() != stream.id()) {
      return false;
    }
    if (shown != null) {
      routes.leave(shown.id(), slot);
    }
    scheduleFlush(peer, nowNanos);
    return true;
  }
}
