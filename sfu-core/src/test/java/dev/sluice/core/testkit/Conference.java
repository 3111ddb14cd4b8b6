package dev.sluice.core.testkit;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.room.Delivery;
import dev.sluice.core.room.EgressShares;
import dev.sluice.core.room.Passport;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.room.RoomTotals;
import dev.sluice.core.room.Traveller;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.time.MediaClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A room and its peers in virtual time: always the event that is due next happens next, and after
 * every call the room's events are drained (its single-mutation invariant). Everything follows from
 * the seed.
 *
 * <p>The room is checked on the way: {@link Room#handleTimeout} must leave nothing that is due, or
 * a worker would spin.
 */
public final class Conference {
  private static final RoomId ROOM = new RoomId("room");

  private final Room room;
  private final RoomLimits limits;
  private final AtomicInteger streamIds = new AtomicInteger();

  /** The first is {@link #room}. */
  private final List<Room> rooms = new ArrayList<>();

  private final Map<SimulatedPeer, Room> elsewhere = new HashMap<>();
  private final SplittableRandom random;
  private final List<SimulatedPeer> peers = new ArrayList<>();
  private final Map<SimulatedPeer, Long> negotiations = new HashMap<>();
  private final Map<SimulatedPeer, PeerPlan> plans = new HashMap<>();

  /** Other workers, by number; the rooms' own is 0. */
  private final List<SimulatedLane> lanes = new ArrayList<>();

  private int subscribersPerWorker = EgressShares.UNLIMITED;
  private BiConsumer<SimulatedPeer, byte[]> wiretap = (peer, datagram) -> {};
  private long nowNanos = 1_000_000_000;
  private int numbers;

  public Conference(long seed) {
    this(seed, RoomLimits.DEFAULT);
  }

  public Conference(long seed, RoomLimits limits) {
    random = new SplittableRandom(seed);
    this.limits = limits;
    room = openRoom(ROOM);
  }

  /** One more room, empty, that peers can move to. */
  public Room openRoom(RoomId id) {
    Room opened =
        new Room(
            id,
            limits,
            new MediaClock(0, 1_600_000_000_000L),
            MediaMeans.with(SrtpCiphers.jdk().forAnotherThread()),
            random.nextLong(),
            streamIds::incrementAndGet,
            null);
    opened.setEgressShares(shares());
    rooms.add(opened);
    return opened;
  }

  /**
   * Lets other workers send to participants who connect from now on.
   *
   * @param perWorker to how many of a room each sends, the owner included
   * @return the other workers
   */
  public List<SimulatedLane> addLanes(int count, int perWorker) {
    for (int i = 0; i < count; i++) {
      lanes.add(new SimulatedLane(this::nowNanos));
    }
    subscribersPerWorker = perWorker;
    rooms.forEach(each -> each.setEgressShares(shares()));
    return List.copyOf(lanes);
  }

  private EgressShares shares() {
    return new EgressShares(lanes.size() + 1, 0, subscribersPerWorker);
  }

  /**
   * Takes a peer to another room, as the server does it for two rooms of different workers: what
   * happens between the steps is up to {@code meanwhile}.
   *
   * @return why not, or null when it is there
   */
  public RoomEvent.@Nullable Refused move(SimulatedPeer peer, Room to, Runnable meanwhile) {
    Room from = roomOf(peer);
    Passport passport = Objects.requireNonNull(from.passport(peer.id(), to.id()));
    RoomEvent.Refused refusal = to.expect(passport);
    if (refusal != null) {
      return refusal;
    }
    meanwhile.run();
    Traveller traveller = Objects.requireNonNull(from.release(peer.id(), nowNanos));
    drain();
    if (!to.arrive(traveller, nowNanos)) {
      throw new IllegalStateException("the place was not kept");
    }
    elsewhere.put(peer, to);
    drain();
    return null;
  }

  /** The room that a peer is in. */
  public Room roomOf(SimulatedPeer peer) {
    return elsewhere.getOrDefault(peer, room);
  }

  /** Shows every datagram that the server sends, as it is on the wire. */
  public void tapWire(BiConsumer<SimulatedPeer, byte[]> listener) {
    wiretap = listener;
  }

  /** Joins, negotiates and connects. */
  public SimulatedPeer join(PeerPlan plan) {
    return join(plan, SlotCounts.UNBOUNDED);
  }

  /** The same for one that never wants more than so many slots. */
  public SimulatedPeer join(PeerPlan plan, SlotCounts mostSlots) {
    return join(plan, mostSlots, room);
  }

  /** The same into another room. */
  public SimulatedPeer join(PeerPlan plan, Room into) {
    return join(plan, SlotCounts.UNBOUNDED, into);
  }

  private SimulatedPeer join(PeerPlan plan, SlotCounts mostSlots, Room into) {
    SimulatedPeer peer = enter(plan, mostSlots, into);
    negotiate(peer, plan);
    confirm(peer);
    connect(peer);
    return peer;
  }

  /** Only joins. */
  public SimulatedPeer enter(PeerPlan plan) {
    return enter(plan, SlotCounts.UNBOUNDED, room);
  }

  private SimulatedPeer enter(PeerPlan plan, SlotCounts mostSlots, Room into) {
    SimulatedPeer peer = new SimulatedPeer(plan, numbers++, random.split(), nowNanos);
    peers.add(peer);
    elsewhere.put(peer, into);
    Grants grants = new Grants(true, true, plan.hidden());
    command(
        new RoomCommand.Join(
            into.id(),
            peer.id(),
            plan.name(),
            plan.name(),
            Standing.of(grants),
            mostSlots,
            event -> peer.hear(event, nowNanos)));
    return peer;
  }

  /** Puts a plan's m-lines into force. */
  public void negotiate(SimulatedPeer peer, PeerPlan plan) {
    long negotiation = negotiations.merge(peer, 1L, Long::sum);
    PeerPlan before = plans.getOrDefault(peer, plan);
    plans.put(peer, widest(before, plan));
    peer.offerSlots(plan);
    command(
        new RoomCommand.ApplyNegotiation(
            roomOf(peer).id(),
            peer.id(),
            negotiation,
            Agreement.session(plan, before, peer.number()),
            Map.of(
                "pa", new PublishIntent(TrackSource.MICROPHONE, "mic", false, plan.encrypted()),
                "pv", new PublishIntent(plan.videoSource(), "cam", false, plan.encrypted()))));
  }

  /** What a peer has negotiated so far, with all the slots that it ever had. */
  public PeerPlan planOf(SimulatedPeer peer) {
    return plans.getOrDefault(peer, peer.plan());
  }

  private static PeerPlan widest(PeerPlan a, PeerPlan b) {
    return a.withSlots(
        Math.max(a.audioSlots(), b.audioSlots()), Math.max(a.videoSlots(), b.videoSlots()));
  }

  /** The client says that the answer is applied. */
  public void confirm(SimulatedPeer peer) {
    command(
        new RoomCommand.ConfirmAnswer(
            roomOf(peer).id(), peer.id(), negotiations.getOrDefault(peer, 0L)));
  }

  /** The DTLS handshake is done. */
  public void connect(SimulatedPeer peer) {
    DatagramSink sink = batch -> carry(batch, peer);
    roomOf(peer)
        .connect(
            peer.id(), peer.keys(), sink, worker -> lanes.get(worker - 1).port(sink), nowNanos);
    drain();
  }

  /** Leaves; what is still under way is lost. */
  public void leave(SimulatedPeer peer) {
    peer.stop();
    command(new RoomCommand.Leave(roomOf(peer).id(), peer.id(), LeaveReason.LEFT));
    peers.remove(peer);
  }

  /** A peer says what it wants to see. */
  public void setView(SimulatedPeer peer, SubscriberView view) {
    command(new RoomCommand.SetView(roomOf(peer).id(), peer.id(), "view", view));
  }

  /** Carries out a command. */
  public void command(RoomCommand command) {
    for (Room each : rooms) {
      if (each.id().equals(command.room())) {
        each.handleCommand(command, nowNanos);
      }
    }
    drain();
  }

  /** The name of the room. */
  public RoomId roomId() {
    return ROOM;
  }

  /** The room itself, for questions. */
  public Room room() {
    return room;
  }

  /** Everyone who is there. */
  public List<SimulatedPeer> peers() {
    return peers;
  }

  /** The virtual time. */
  public long nowNanos() {
    return nowNanos;
  }

  /** The server's figures. */
  public RoomTotals totals() {
    RoomTotals totals = new RoomTotals();
    rooms.forEach(each -> each.addTo(totals));
    return totals;
  }

  /** How many packets the server dropped for a reason. */
  public long dropped(DropReason reason) {
    return totals().dropped(reason);
  }

  /** Lets time pass. */
  public void runMillis(long millis) {
    long endNanos = nowNanos + millis * 1_000_000;
    long next = nextEventNanos();
    while (next <= endNanos) {
      nowNanos = Math.max(nowNanos, next);
      step();
      next = nextEventNanos();
    }
    nowNanos = endNanos;
  }

  private long nextEventNanos() {
    long next = Long.MAX_VALUE;
    for (Room each : rooms) {
      next = Math.min(next, each.nextDeadlineNanos());
    }
    for (int i = 0; i < lanes.size(); i++) {
      next = Math.min(next, lanes.get(i).nextDueNanos());
    }
    for (int i = 0; i < peers.size(); i++) {
      SimulatedPeer peer = peers.get(i);
      next = Math.min(next, peer.nextDeadlineNanos());
      next = Math.min(next, peer.uplink().nextArrivalNanos());
      next = Math.min(next, peer.downlink().nextArrivalNanos());
    }
    return next;
  }

  private void step() {
    for (int i = 0; i < peers.size(); i++) {
      SimulatedPeer peer = peers.get(i);
      byte[] arrived = peer.uplink().poll(nowNanos);
      while (arrived != null) {
        handOver(peer, arrived);
        arrived = peer.uplink().poll(nowNanos);
      }
    }
    for (Room each : rooms) {
      if (each.nextDeadlineNanos() <= nowNanos) {
        each.handleTimeout(nowNanos);
        drain();
        if (each.nextDeadlineNanos() <= nowNanos) {
          throw new IllegalStateException("the room is due again at once: its worker would spin");
        }
      }
    }
    lanes.forEach(SimulatedLane::handleDue);
    for (int i = 0; i < peers.size(); i++) {
      SimulatedPeer peer = peers.get(i);
      byte[] arrived = peer.downlink().poll(nowNanos);
      while (arrived != null) {
        peer.receive(arrived, nowNanos);
        arrived = peer.downlink().poll(nowNanos);
      }
      if (peer.nextDeadlineNanos() <= nowNanos) {
        peer.handleTimeout(nowNanos);
      }
    }
  }

  private void handOver(SimulatedPeer peer, byte[] datagram) {
    Room there = roomOf(peer);
    PeerSession session = there.peer(peer.id());
    if (session == null) {
      return;
    }
    int type = datagram[1] & 0xFF;
    if (type >= 192 && type < 224) {
      there.handleRtcp(session, datagram, 0, datagram.length, nowNanos);
    } else {
      there.handleRtp(session, datagram, 0, datagram.length, nowNanos);
    }
    drain();
  }

  private void carry(DatagramBatch batch, SimulatedPeer peer) {
    int offset = 0;
    for (int i = 0; i < batch.count(); i++) {
      wiretap.accept(peer, Arrays.copyOfRange(batch.buffer(), offset, offset + batch.length(i)));
      peer.downlink().send(batch.buffer(), offset, batch.length(i), nowNanos);
      offset += batch.length(i);
    }
  }

  private void drain() {
    lanes.forEach(SimulatedLane::handleDue);
    for (Room each : rooms) {
      Delivery delivery = each.pollEvent();
      while (delivery != null) {
        delivery.listener().onEvent(delivery.event());
        delivery = each.pollEvent();
      }
    }
  }
}
