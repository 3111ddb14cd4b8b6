package dev.sluice.core.room;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.LanePorts;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PacketTap;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.time.MediaClock;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One room: its participants, and the media between them. The whole way of a packet can be read
 * here and in {@link Forwarder}: {@link #handleRtp} decrypts into the publisher's history, forwards
 * to every slot that shows the stream, and {@link #flush} lets finished frames go.
 *
 * <p>Owner: one media worker. Time and randomness come in. A broken invariant surfaces as {@link
 * IllegalStateException}: the owner then closes this room and no other.
 */
public final class Room {
  private final RoomId id;
  private final RoomLimits limits;
  private final MediaClock clock;
  private final MediaMeans means;
  private final @Nullable PacketTap tap;
  private final SplittableRandom random;
  private final IntSupplier streamIds;

  private final Forwarder forwarder;
  private final Subscriptions subscriptions;
  private final Publications publications;
  private final Voices voices = new Voices();
  private final Map<ParticipantId, Participant> participants = new LinkedHashMap<>();

  private final Audience audience = new Audience(participants);

  /** What the next packet is read into; the forwarder keeps it until it is sent. */
  private MediaPacket packet = new MediaPacket();

  private final Attendance attendance;
  private final Moderation moderation;
  private final Replanning replanning;
  private EgressShares shares = EgressShares.ALL_THE_OWNERS;

  /**
   * An empty room.
   *
   * @param means of the worker that owns it
   * @param seed of the numbers that outgoing streams start with
   * @param streamIds gives numbers, not negative, that are unique among all rooms that one may go
   *     to from here; called on the owner's thread
   * @param tap sees every packet in plaintext, or null
   */
  public Room(
      RoomId id,
      RoomLimits limits,
      MediaClock clock,
      MediaMeans means,
      long seed,
      IntSupplier streamIds,
      @Nullable PacketTap tap) {
    this.id = id;
    this.streamIds = streamIds;
    this.limits = limits;
    this.clock = clock;
    this.means = means;
    this.tap = tap;
    random = new SplittableRandom(seed);
    forwarder = new Forwarder(limits);
    UpstreamLayers upstream = new UpstreamLayers(participants, audience, limits.suspension());
    subscriptions = new Subscriptions(participants, forwarder, audience, voices, upstream);
    publications =
        new Publications(participants, audience, voices, limits.maxTracksPerParticipant());
    attendance =
        new Attendance(
            id,
            participants,
            audience,
            voices,
            forwarder,
            publications,
            subscriptions,
            limits.settings());
    moderation = new Moderation(participants, audience, publications, subscriptions);
    UplinkCaps uplinkCaps = new UplinkCaps(participants, audience, publications, subscriptions);
    replanning = new Replanning(subscriptions, uplinkCaps);
  }

  /** Lets somebody outside see what happens here, from now on. */
  public void setObserver(RoomObserver observer) {
    audience.setObserver(change -> observer.onChange(id, change));
  }

  public RoomId id() {
    return id;
  }

  /** Nobody is in it, and nobody waits to be or is on the way. */
  public boolean isEmpty() {
    return attendance.isEmpty();
  }

  /** Sets the room up differently than it was: the observer is told as well. */
  public void update(RoomSettings settings, long nowNanos) {
    if (!settings.equals(settings())) {
      // Before what follows from it, such as tracks that fall silent.
      audience.observe(new RoomEvent.RoomUpdated(settings));
    }
    configure(settings, nowNanos);
  }

  /** Sets the room up; whoever is in it is told. */
  public void configure(RoomSettings settings, long nowNanos) {
    audience.setNow(nowNanos);
    attendance.configure(settings, nowNanos);
    forwarder.setFlushDelay(settings.flushDelayNanos());
    moderation.handleUpdate(settings, nowNanos);
  }

  public RoomSettings settings() {
    return attendance.settings();
  }

  /** Lets a participant stand differently, if it still stands as expected. */
  public UpdateResult updateStanding(
      ParticipantId participant, Standing expected, Standing updated, long nowNanos) {
    audience.setNow(nowNanos);
    return moderation.updateStanding(participant, expected, updated, nowNanos);
  }

  /** Whether nobody is in it, and it has waited for somebody as long as it should. */
  public boolean isOver(long nowNanos) {
    return attendance.isOver(nowNanos);
  }

  /** Carries out a command. Commands about participants that are gone are ignored. */
  public void handleCommand(RoomCommand command, long nowNanos) {
    audience.setNow(nowNanos);
    forwarder.releaseAll(nowNanos);
    switch (command) {
      case RoomCommand.Join join -> attendance.handle(join, this::newPeer, nowNanos);
      case RoomCommand.Admit admit -> attendance.handle(admit, this::newPeer, nowNanos);
      case RoomCommand.SetLocked lock -> update(settings().withLock(lock.locked()), nowNanos);
      case RoomCommand.OfParticipant order -> moderation.handle(order, nowNanos);
      case RoomCommand.SendData message -> moderation.send(message);
      case RoomCommand.ApplyNegotiation apply -> applyNegotiation(apply, nowNanos);
      case RoomCommand.Leave leave -> attendance.handle(leave, nowNanos);
      case RoomCommand.RemoveIdentity remove -> attendance.handle(remove, nowNanos);
      case RoomCommand.CloseRoom close -> attendance.handle(close, nowNanos);
    }
  }

  /** What another room has to know of a participant; null for one that is not here. */
  public @Nullable Passport passport(ParticipantId participantId, RoomId other) {
    Participant participant = participants.get(participantId);
    return participant == null ? null : participant.passport(other);
  }

  /**
   * Keeps a place for one who is to come from another room, until {@link #arrive} or {@link
   * #forgetArrival}; or says why not, and keeps none.
   */
  public RoomEvent.@Nullable Refused expect(Passport passport) {
    return attendance.expect(passport);
  }

  /** One for whom a place was kept does not come. */
  public void forgetArrival(ParticipantId participantId, long nowNanos) {
    attendance.forgetArrival(participantId, nowNanos);
  }

  /** Lets one go to another room; null for one that is not here. The others see it leave. */
  public @Nullable Traveller release(ParticipantId participantId, long nowNanos) {
    audience.setNow(nowNanos);
    return attendance.release(participantId, nowNanos);
  }

  /** Takes in one for whom a place is kept; false when it is not kept any more. */
  public boolean arrive(Traveller traveller, long nowNanos) {
    audience.setNow(nowNanos);
    Participant newcomer = attendance.arrive(traveller, this::takeOver, nowNanos);
    if (newcomer == null) {
      return false;
    }
    PeerSession peer = newcomer.peer();
    peer.streams().forEach(stream -> addStream(stream, peer, nowNanos));
    publications.silenceForbidden(newcomer);
    subscriptions.updateAll(nowNanos);
    return true;
  }

  private void takeOver(Participant newcomer) {
    newcomer.peer().moveTo(means, this::sourceTimestamp, List.copyOf(newcomer.tracks().values()));
  }

  /** Others than the owner may encrypt and send as well: to those who connect from now on. */
  public void setEgressShares(EgressShares newShares) {
    shares = newShares;
  }

  /** The same where nobody but the owner encrypts and sends. */
  public void connect(
      ParticipantId participantId, SrtpKeys keys, DatagramSink sink, long nowNanos) {
    connect(participantId, keys, sink, LanePorts.NONE, nowNanos);
  }

  /**
   * The DTLS handshake of a participant is done: media flows from now on, to {@code sink} or, where
   * another worker is to encrypt and send, to its lane.
   */
  public void connect(
      ParticipantId participantId,
      SrtpKeys keys,
      DatagramSink sink,
      LanePorts lanes,
      long nowNanos) {
    PeerSession peer = peer(participantId);
    if (peer == null) {
      return;
    }
    int worker = shares.workerFor(peer, participants.values());
    if (worker == PeerSession.NO_LANE) {
      peer.connect(keys, sink);
    } else {
      peer.connect(keys, worker, lanes.lane(worker));
    }
    forwarder.handleConnected(peer, nowNanos);
    handlePath(participantId, true);
  }

  /** A participant's connectivity checks have come again, or have stopped. */
  public void handlePath(ParticipantId participantId, boolean up) {
    Participant participant = participants.get(participantId);
    if (participant != null
        && participant.peer().connected()
        && participant.mediaConnected() != up) {
      participant.setMediaConnected(up);
      audience.tell(participant, new RoomEvent.MediaStateChanged(up));
    }
  }

  /** The media side of a participant, or null when it is not (or no longer) here. */
  public @Nullable PeerSession peer(ParticipantId participantId) {
    Participant participant = participants.get(participantId);
    return participant == null ? null : participant.peer();
  }

  /** One SRTP packet of a peer of this room. */
  public void handleRtp(PeerSession peer, byte[] datagram, int offset, int length, long nowNanos) {
    IngressStream stream = peer.handleRtp(datagram, offset, length, packet, nowNanos);
    if (stream == null) {
      return;
    }
    if (!forwarder.knows(stream)) {
      addStream(stream, peer, nowNanos);
    } else if (stream.suspension().takeReturn()) {
      // Before it is forwarded: its first picture is a keyframe.
      subscriptions.handleStreamStarted(stream.track(), nowNanos);
    }
    if (packet.audioLevelOffset() != MediaPacket.ABSENT) {
      // Before it is forwarded: a voice that is to be heard is heard from this packet on.
      subscriptions.handleAudioLevel(stream.track(), packet, nowNanos);
    }
    packet = forwarder.forward(stream, packet, nowNanos);
    noteFormatChange(nowNanos);
  }

  private void noteFormatChange(long nowNanos) {
    if (forwarder.takeFormatChange()) {
      replanning.handleFormatChange(nowNanos);
    }
  }

  /** One SRTCP packet of a peer of this room. */
  public void handleRtcp(PeerSession peer, byte[] datagram, int offset, int length, long nowNanos) {
    if (peer.handleRtcp(datagram, offset, length, nowNanos)) {
      forwarder.handleFeedback(peer, nowNanos);
      forwarder.drain(peer, nowNanos);
      if (peer.egress().congestion().overspent(nowNanos)) {
        replanning.handleOverspent(nowNanos);
      }
    }
  }

  /** Does what is due: reports, repair requests, who speaks, which layer is shown. */
  public void handleTimeout(long nowNanos) {
    audience.setNow(nowNanos);
    forwarder.release(nowNanos);
    if (audience.dueNanos() <= nowNanos) {
      audience.announce(nowNanos);
    }
    if (voices.dueNanos() <= nowNanos) {
      subscriptions.updateSpeakers(nowNanos);
    }
    // Before the peers: a change of layer is a request to its publisher, due at once.
    replanning.handleTimeout(nowNanos);
    PeerDeadlines peers = attendance.peers();
    // What leaves now may start a slot, whose publisher is then asked for a keyframe in its report.
    for (int i = peers.nextDue(0, nowNanos); i >= 0; i = peers.nextDue(i + 1, nowNanos)) {
      PeerSession peer = peers.peer(i);
      if (peer.egress().pacingDeadlineNanos() <= nowNanos) {
        peer.egress().handlePacing(nowNanos);
        forwarder.drain(peer, nowNanos);
      }
    }
    for (int i = peers.nextDue(0, nowNanos); i >= 0; i = peers.nextDue(i + 1, nowNanos)) {
      PeerSession peer = peers.peer(i);
      peer.handleTimeout(nowNanos);
      if (peer.egress().hasWaiting()) {
        forwarder.scheduleFlush(peer, nowNanos);
      }
    }
    flush(nowNanos);
  }

  /** Sends the frames that are complete and the packets that have waited long enough. */
  public void flush(long nowNanos) {
    forwarder.flush(nowNanos);
    noteFormatChange(nowNanos);
  }

  /**
   * When {@link #handleTimeout} is due; {@link Long#MAX_VALUE} for never. A time in the past means
   * now.
   */
  public long nextDeadlineNanos() {
    long next = Math.min(forwarder.nextFlushNanos(), voices.dueNanos());
    next = Math.min(next, replanning.dueNanos());
    next = Math.min(next, audience.dueNanos());
    next = Math.min(next, attendance.overAtNanos());
    return Math.min(next, attendance.peers().firstNanos());
  }

  /** The next event that is to be delivered, or null. */
  public @Nullable Delivery pollEvent() {
    return audience.poll();
  }

  /** The room as others may see it. */
  public RoomInfo info() {
    return new RoomInfo(id, audience.visible(), attendance.waiting());
  }

  /** How a participant's path is used, and why; null for one that is not here. */
  public @Nullable DownlinkInfo downlink(ParticipantId participantId, long nowNanos) {
    Participant participant = participants.get(participantId);
    return participant == null ? null : participant.downlink().info(participant, nowNanos);
  }

  /** How a participant's media fares; null for one that is not here. */
  public @Nullable QualityInfo quality(ParticipantId participantId, long nowNanos) {
    Participant participant = participants.get(participantId);
    return participant == null ? null : QualityReport.of(participant, forwarder, nowNanos);
  }

  /** Captures a participant's packets from now on; false for one that is not here. */
  public boolean capture(ParticipantId participantId, CaptureBuffer into) {
    Participant participant = participants.get(participantId);
    if (participant != null) {
      participant.peer().capture(into);
    }
    return participant != null;
  }

  /** Streams that packets are taken of, for tests of what remains. */
  int forwardedStreams() {
    return forwarder.streamCount();
  }

  /** Peers for which datagrams wait, and streams of which packets do. */
  public int waiting() {
    return forwarder.waiting();
  }

  /** Adds this room's figures to a sum. */
  public void addTo(RoomTotals totals) {
    totals.rooms++;
    totals.packetsForwarded += forwarder.packetsForwarded();
    totals.packetsResent += forwarder.packetsResent();
    attendance.addTo(totals);
  }

  private PeerSession newPeer(RoomCommand.Join join) {
    byte[] cname = join.participant().value().getBytes(StandardCharsets.UTF_8);
    int localSsrc = random.nextInt();
    PeerSession peer = new PeerSession(clock, means, localSsrc, cname, streamIds, tap);
    peer.setTimeline(this::sourceTimestamp);
    peer.egress().limitRetransmissions(limits.retransmissionPercent());
    if (!limits.congestionControl()) {
      peer.egress().congestion().disable();
    }
    return peer;
  }

  private void applyNegotiation(RoomCommand.ApplyNegotiation apply, long nowNanos) {
    Participant participant = participants.get(apply.participant());
    if (participant == null || apply.negotiation() <= participant.negotiation()) {
      return;
    }
    participant.setNegotiation(apply.negotiation());
    List<PublishedTrack> gone = publications.apply(participant, apply);
    List<EgressSlot> removedSlots = subscriptions.applySlots(participant, apply, random);
    for (EgressSlot slot : removedSlots) {
      forwarder.unsubscribe(slot);
    }
    List<IngressStream> ended =
        participant
            .peer()
            .renegotiate(
                apply.session(),
                List.copyOf(participant.tracks().values()),
                List.copyOf(participant.slots().values()));
    ended.forEach(stream -> forwarder.removeStream(stream.id()));
    for (EgressSlot slot : removedSlots) {
      participant.peer().sayGoodbye(slot, nowNanos);
    }
    if (participant.peer().egress().hasWaiting()) {
      forwarder.scheduleFlush(participant.peer(), nowNanos);
    }
    gone.forEach(track -> subscriptions.handleTrackEnded(track));
    if (gone.isEmpty() && participant.tracks().isEmpty()) {
      subscriptions.update(participant, nowNanos); // it only watches: nothing changes for others
    } else {
      subscriptions.updateAll(nowNanos);
    }
  }

  private void addStream(IngressStream stream, PeerSession peer, long nowNanos) {
    forwarder.removeStream(stream.replacedStreamId());
    forwarder.addStream(stream, peer);
    subscriptions.handleStreamStarted(stream.track(), nowNanos);
    replanning.handleStream(nowNanos);
  }

  private long sourceTimestamp(EgressSlot slot, long nowNanos) {
    IngressStream stream = forwarder.stream(slot.currentStreamId());
    return stream == null ? -1 : stream.timestampAt(nowNanos);
  }
}
