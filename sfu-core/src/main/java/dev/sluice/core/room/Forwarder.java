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
import dev.sluice.core.peer.PeerFeedback;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtp.IntMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes each packet from the stream it came on to the slots that show that stream. Knows streams,
 * slots and their peers, nothing of participants.
 *
 * <p>Video is forwarded by frames, or by what comes of one within {@link
 * RoomLimits#flushDelayNanos()}: it would wait so long anyway, to leave in few system calls. Audio
 * is forwarded as it comes.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class Forwarder {
  private static final int MAX_STREAMS = 32_768;

  private final IntMap<Route> routes = new IntMap<>(MAX_STREAMS);
  private final MediaPacket reread = new MediaPacket();
  private final MediaPacket paced = new MediaPacket();
  private final long flushDelayNanos;
  private final boolean forwardPlayoutDelay;
  private final long replayNanos;
  private PeerSession[] dirty = new PeerSession[16];
  private int dirtyCount;
  private final HoldingRoutes holding = new HoldingRoutes();
  private long packetsForwarded;
  private long packetsResent;
  private boolean formatChanged;

  /**
   * Without routes.
   *
   * @param limits of the room that this forwards in
   */
  Forwarder(RoomLimits limits) {
    flushDelayNanos = limits.flushDelayNanos();
    forwardPlayoutDelay = limits.forwardPlayoutDelay();
    replayNanos = limits.keyframeReplayNanos();
  }

  /** A stream of which packets will come; false when there are too many. */
  boolean addStream(IngressStream stream, PeerSession publisher) {
    return routes.put(stream.id(), new Route(stream, publisher));
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
    Route route = routes.find(streamId);
    return route == null ? null : route.stream();
  }

  /**
   * The slot goes over to this stream: at once if its last keyframe can be shown from the history,
   * else at its next one; until then what it shows goes on.
   */
  void retarget(IngressStream stream, int csrc, PeerSession peer, EgressSlot slot, long nowNanos) {
    if (slot.targetStreamId() != slot.currentStreamId()) {
      remove(slot.targetStreamId(), slot);
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
    int kept = 0;
    for (int i = 0; i < dirtyCount; i++) {
      if (dirty[i] != peer) {
        dirty[kept++] = dirty[i];
      }
    }
    dirtyCount = kept;
  }

  /** The slot shows nothing from now on. */
  void unsubscribe(EgressSlot slot) {
    remove(slot.currentStreamId(), slot);
    remove(slot.targetStreamId(), slot);
    slot.assign(EgressSlot.NOTHING, 0);
  }

  /** The slot cannot send what it is to show; what it showed before ends all the same. */
  void stopShowing(EgressSlot slot) {
    if (slot.currentStreamId() != slot.targetStreamId()) {
      remove(slot.currentStreamId(), slot);
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
    applyPolicy(packet);
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
        boolean ignored = send(route, peer, route.slot(i), packet, nowNanos);
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
      PacedPackets waiting = egress.paced();
      switch (egress.pacedKind()) {
        case VIDEO -> sendWaiting(peer, waiting, nowNanos);
        case RETRANSMISSION -> resend(peer, waiting.slot(), (int) waiting.sequence(), nowNanos);
        case PADDING -> pad(peer, nowNanos);
        case AUDIO -> throw new IllegalStateException("audio never waits");
      }
    }
    if (sent && egress.hasWaiting()) {
      scheduleFlush(peer, nowNanos);
    }
  }

  private void sendWaiting(PeerSession peer, PacedPackets waiting, long nowNanos) {
    Route route = routes.find(waiting.streamId());
    if (route != null
        // It may have been sent when the slot caught up with the stream.
        && !waiting.slot().hasSent(waiting.streamId(), waiting.sequence())
        && route.stream().reread(waiting.sequence(), paced)) {
      boolean ignored = send(route, peer, waiting.slot(), paced, nowNanos);
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
      remove(before, slot);
      catchUp(stream, slot, peer, packet.sequence(), nowNanos);
      return true;
    }
    return false;
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

  void scheduleFlush(PeerSession peer, long deadlineNanos) {
    if (peer.egress().flushDeadlineNanos() == Long.MAX_VALUE) {
      if (dirtyCount == dirty.length) {
        dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
      }
      dirty[dirtyCount++] = peer;
    }
    peer.egress().scheduleFlush(deadlineNanos);
  }

  /** Sends what is due. */
  void flush(long nowNanos) {
    release(nowNanos);
    int kept = 0;
    for (int i = 0; i < dirtyCount; i++) {
      PeerSession peer = dirty[i];
      long dueNanos = peer.egress().flushDeadlineNanos();
      if (dueNanos - nowNanos <= 0) {
        peer.egress().flush();
      } else if (dueNanos != Long.MAX_VALUE) {
        dirty[kept++] = peer;
      }
    }
    dirtyCount = kept;
  }

  /** When {@link #flush} is due; {@link Long#MAX_VALUE} for never. */
  long nextFlushNanos() {
    long next = holding.firstNanos();
    for (int i = 0; i < dirtyCount; i++) {
      next = Math.min(next, dirty[i].egress().flushDeadlineNanos());
    }
    return next;
  }

  /** Streams that have not ended. */
  int streamCount() {
    return routes.size();
  }

  /** Peers for which something waits, and streams of which something waits. */
  int waiting() {
    return dirtyCount + holding.count();
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
    return packetsResent;
  }

  /** A keyframe whose first packet came late: the packets behind it are in the history already. */
  private void catchUp(
      IngressStream stream, EgressSlot slot, PeerSession peer, long from, long nowNanos) {
    TrafficKind kind = kindOf(stream);
    for (long sequence = from + 1; sequence <= stream.highestSequence(); sequence++) {
      if (!stream.reread(sequence, reread)) {
        continue;
      }
      applyPolicy(reread);
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
    IngressStream shown = stream(slot.currentStreamId());
    if (from < 0
        || (shown != null && shown.track() == stream.track())
        || !stream.reread(stream.highestSequence(), reread)) {
      return false;
    }
    slot.expectReplay(reread.timestamp());
    catchUp(stream, slot, peer, from - 1, nowNanos);
    slot.expectReplay(StreamSplicer.NONE);
    if (slot.currentStreamId() != stream.id()) {
      return false;
    }
    if (shown != null) {
      remove(shown.id(), slot);
    }
    scheduleFlush(peer, nowNanos);
    return true;
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
        scheduleFlush(peer, nowNanos);
      }
      return;
    }
    int entry = slot.findSent(sequence16, minIntervalNanos, nowNanos);
    if (entry < 0 || (isPast(slot, entry) && egress.congestion().congested(nowNanos))) {
      return;
    }
    IngressStream stream = stream(slot.sentStreamId(entry));
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

  /** Sends again what {@link #retransmit} found worth it. */
  private void resend(PeerSession peer, EgressSlot slot, int sequence16, long nowNanos) {
    int entry = slot.lookUpSent(sequence16);
    IngressStream stream = entry < 0 ? null : stream(slot.sentStreamId(entry));
    if (stream == null || !stream.reread(slot.sentSourceSequence(entry), reread)) {
      return;
    }
    applyPolicy(reread);
    if (peer.egress().retransmit(slot, entry, sequence16, reread, nowNanos) == null) {
      packetsResent++;
      scheduleFlush(peer, nowNanos);
    }
  }

  /** Whether a packet is of a stream that the slot has left, with a keyframe of another. */
  private static boolean isPast(EgressSlot slot, int entry) {
    return slot.sentStreamId(entry) != slot.currentStreamId();
  }

  /** A publisher does not decide how long others buffer, unless the room lets it. */
  private void applyPolicy(MediaPacket packet) {
    if (!forwardPlayoutDelay) {
      packet.setPlayoutDelay(MediaPacket.ABSENT);
    }
  }

  private void remove(int streamId, EgressSlot slot) {
    Route route = routes.find(streamId);
    if (route != null) {
      route.remove(slot);
    }
  }
}
