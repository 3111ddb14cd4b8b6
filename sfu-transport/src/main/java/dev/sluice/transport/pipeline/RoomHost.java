package dev.sluice.transport.pipeline;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.LanePorts;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.room.Delivery;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomTotals;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.srtp.SrtpKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms of one worker: makes and ends them, hands them commands, packets and time, and delivers
 * what they have to say. A broken invariant closes the room that it is in, and no other.
 *
 * <p>Owner: the worker, which calls {@link #endTurn} at the end of each turn; only rooms that
 * something was done to, or that are due, cost anything there. The packet path allocates nothing.
 */
final class RoomHost {
  private static final Logger LOG = LoggerFactory.getLogger(RoomHost.class);

  private final Node node;
  private final Map<RoomId, HostedRoom> rooms = new HashMap<>();
  private final RoomSchedule schedule = new RoomSchedule();
  private final List<HostedRoom> touched = new ArrayList<>();

  /** What the rooms have counted that are over; who was in them does not matter here. */
  private final RoomTotals ended = new RoomTotals();

  /** How many rooms are {@link HostedRoom#holding}. */
  private int holding;

  private boolean closing;

  /** What a host asks of the node that it is part of. Called on the worker. */
  interface Node {
    /** A room that is about to be made, or null when there are too many. */
    @Nullable Room newRoom(RoomId id, long nowNanos);

    /** A room is set up in its own way from now on. */
    void roomConfigured(RoomId id, RoomSettings settings);

    /** A room has ended. */
    void roomEnded(RoomId id);

    /** The participant is gone, or never came in: its transport ends. */
    void participantGone(PeerKey key);
  }

  RoomHost(Node node) {
    this.node = node;
  }

  /** Carries out a command, and delivers what comes of it. */
  void handleCommand(RoomCommand command, long nowNanos) {
    HostedRoom hosted = rooms.get(command.room());
    if (hosted == null && command instanceof RoomCommand.Join join) {
      hosted = host(join, nowNanos);
    }
    if (hosted != null) {
      touch(hosted);
      try {
        hosted.room.handleCommand(command, nowNanos);
      } catch (RuntimeException | Error failure) {
        closeBroken(hosted, failure, nowNanos);
        return;
      }
      deliver(hosted);
    }
    switch (command) {
      case RoomCommand.Leave leave -> {
        if (hosted != null) {
          hosted.members.remove(leave.participant());
        }
        // Also when there is no such room: a transport may be there whose join was refused.
        node.participantGone(new PeerKey(leave.room(), leave.participant()));
      }
      case RoomCommand.CloseRoom close -> {
        if (hosted != null) {
          endTransports(hosted);
        }
      }
      case RoomCommand.Join join -> {}
      case RoomCommand.Admit admit -> {}
      case RoomCommand.SetLocked lock -> {
        if (hosted != null) {
          node.roomConfigured(lock.room(), hosted.room.settings());
        }
      }
      case RoomCommand.RemoveIdentity remove -> {}
      case RoomCommand.OfParticipant order -> {}
      case RoomCommand.SendData message -> {}
      case RoomCommand.ApplyNegotiation apply -> {}
    }
    if (hosted != null && hosted.room.isOver(nowNanos)) {
      end(hosted);
    }
  }

  /** Tells someone who wants in that it cannot be. */
  void refuse(RoomCommand.Join join, RoomEvent why) {
    deliver(join.room(), join.listener(), why);
  }

  /** Makes an empty room that lives on when it is empty. */
  RoomCreation create(RoomId id, RoomSettings settings, long nowNanos) {
    if (closing) {
      return RoomCreation.SHUTTING_DOWN;
    }
    if (rooms.containsKey(id)) {
      return RoomCreation.ROOM_EXISTS;
    }
    Room room = node.newRoom(id, nowNanos);
    if (room == null) {
      return RoomCreation.TOO_MANY_ROOMS;
    }
    room.configure(settings, nowNanos);
    node.roomConfigured(id, settings);
    HostedRoom hosted = new HostedRoom(room);
    rooms.put(id, hosted);
    touch(hosted);
    return RoomCreation.CREATED;
  }

  /** Sets a room up differently, if it still is set up as expected. */
  UpdateResult update(RoomId id, RoomSettings expected, RoomSettings updated, long nowNanos) {
    HostedRoom hosted = rooms.get(id);
    if (hosted == null) {
      return UpdateResult.UNKNOWN;
    }
    if (!hosted.room.settings().equals(expected)) {
      return UpdateResult.CHANGED_MEANWHILE;
    }
    if (!expected.equals(updated)) {
      touch(hosted);
      hosted.room.update(updated, nowNanos);
      node.roomConfigured(id, updated);
      deliver(hosted);
    }
    return UpdateResult.DONE;
  }

  /** Lets a participant stand differently in its room, if it still stands as expected. */
  UpdateResult update(PeerKey peer, Standing expected, Standing updated, long nowNanos) {
    HostedRoom hosted = rooms.get(peer.room());
    if (hosted == null) {
      return UpdateResult.UNKNOWN;
    }
    touch(hosted);
    UpdateResult result =
        hosted.room.updateStanding(peer.participant(), expected, updated, nowNanos);
    deliver(hosted);
    return result;
  }

  /** One room as others may see it. */
  Optional<RoomInfo> info(RoomId id) {
    return Optional.ofNullable(rooms.get(id)).map(hosted -> hosted.room.info());
  }

  /** How the path to a participant is used. */
  Optional<DownlinkInfo> downlink(RoomId id, ParticipantId participant, long nowNanos) {
    return Optional.ofNullable(rooms.get(id))
        .map(hosted -> hosted.room.downlink(participant, nowNanos));
  }

  /** How a participant's media fares. */
  Optional<QualityInfo> quality(RoomId id, ParticipantId participant, long nowNanos) {
    return Optional.ofNullable(rooms.get(id))
        .map(hosted -> hosted.room.quality(participant, nowNanos));
  }

  /** Captures a participant's packets from now on; false when it is not there. */
  boolean capture(RoomId id, ParticipantId participant, CaptureBuffer into) {
    HostedRoom hosted = rooms.get(id);
    return hosted != null && hosted.room.capture(participant, into);
  }

  /** An RTP or RTCP datagram of a peer of this room. */
  void handleMedia(
      HostedRoom hosted,
      PeerSession session,
      PacketKind kind,
      byte[] bytes,
      int length,
      long nowNanos) {
    touch(hosted);
    try {
      if (kind == PacketKind.RTP) {
        hosted.room.handleRtp(session, bytes, 0, length, nowNanos);
      } else {
        hosted.room.handleRtcp(session, bytes, 0, length, nowNanos);
      }
    } catch (RuntimeException | Error failure) {
      closeBroken(hosted, failure, nowNanos);
    }
  }

  /** DTLS has given keys. Null when the participant has left meanwhile. */
  @Nullable HostedRoom connect(
      PeerKey key, SrtpKeys keys, DatagramSink sink, LanePorts lanes, long nowNanos) {
    HostedRoom hosted = rooms.get(key.room());
    if (hosted == null || hosted.room.peer(key.participant()) == null) {
      return null;
    }
    touch(hosted);
    try {
      hosted.room.connect(key.participant(), keys, sink, lanes, nowNanos);
    } catch (RuntimeException | Error failure) {
      closeBroken(hosted, failure, nowNanos);
      return null;
    }
    return hosted;
  }

  /** A participant's connectivity checks have come again, or have stopped. */
  void handlePath(PeerKey key, boolean up) {
    HostedRoom hosted = rooms.get(key.room());
    if (hosted != null) {
      touch(hosted);
      hosted.room.handlePath(key.participant(), up);
    }
  }

  /** Whether the participant is in its room. */
  boolean hasParticipant(PeerKey key) {
    HostedRoom hosted = rooms.get(key.room());
    return hosted != null && hosted.room.peer(key.participant()) != null;
  }

  /** Refuses joins from now on, and takes everyone out of every room. */
  void close(LeaveReason reason, long nowNanos) {
    closing = true;
    for (RoomId id : List.copyOf(rooms.keySet())) {
      handleCommand(new RoomCommand.CloseRoom(id, reason), nowNanos);
    }
  }

  /** Does what is due, delivers events and notes when each room wants to run next. */
  void endTurn(long nowNanos) {
    HostedRoom due;
    while ((due = schedule.pollDue(nowNanos)) != null) {
      touch(due);
    }
    for (int i = 0; i < touched.size(); i++) {
      HostedRoom hosted = touched.get(i);
      hosted.touched = false;
      if (!hosted.ended) {
        endTurn(hosted, nowNanos);
      }
    }
    touched.clear();
  }

  /** Whether a room holds packets until a later turn, as of the last {@link #endTurn}. */
  boolean holding() {
    return holding > 0;
  }

  /** When {@link #endTurn} is due, as of its last call; {@link Long#MAX_VALUE} for never. */
  long nextDeadlineNanos() {
    return schedule.firstDeadlineNanos();
  }

  /** The rooms as others may see them. */
  List<RoomInfo> infos() {
    return rooms.values().stream().map(hosted -> hosted.room.info()).toList();
  }

  /** Adds the figures of all rooms to a sum. */
  void addTo(RoomTotals totals) {
    rooms.values().forEach(hosted -> hosted.room.addTo(totals));
    totals.addCounters(ended);
  }

  private void endTurn(HostedRoom hosted, long nowNanos) {
    try {
      hosted.room.handleTimeout(nowNanos);
      setHolding(hosted, hosted.room.waiting() > 0);
      deliver(hosted);
      if (hosted.room.isOver(nowNanos)) {
        end(hosted);
        return;
      }
      schedule.put(hosted, hosted.room.nextDeadlineNanos());
    } catch (RuntimeException | Error failure) {
      closeBroken(hosted, failure, nowNanos);
    }
  }

  /** The room of an id, or null. */
  @Nullable HostedRoom find(RoomId id) {
    return rooms.get(id);
  }

  /** Something has been done, or will be in this turn, to a room. */
  void touch(HostedRoom hosted) {
    if (!hosted.touched) {
      hosted.touched = true;
      touched.add(hosted);
    }
  }

  private @Nullable HostedRoom host(RoomCommand.Join join, long nowNanos) {
    HostedRoom hosted = host(join.room(), nowNanos);
    if (hosted == null) {
      deliver(join.room(), join.listener(), whyNoRoom());
    }
    return hosted;
  }

  /** The room of an id, made when there is none; null when {@link #whyNoRoom none can be}. */
  @Nullable HostedRoom host(RoomId id, long nowNanos) {
    HostedRoom known = rooms.get(id);
    Room room = known != null || closing ? null : node.newRoom(id, nowNanos);
    if (room == null) {
      return known;
    }
    HostedRoom hosted = new HostedRoom(room);
    rooms.put(id, hosted);
    return hosted;
  }

  RoomEvent.Refused whyNoRoom() {
    return closing ? WorkerEvents.SHUTTING_DOWN : WorkerEvents.TOO_MANY_ROOMS;
  }

  /** Hands out what a room has to say. */
  void deliver(HostedRoom hosted) {
    Delivery delivery;
    while ((delivery = hosted.room.pollEvent()) != null) {
      if (delivery.event() instanceof RoomEvent.Joined joined) {
        hosted.members.put(joined.self().id(), delivery.listener());
      }
      if (delivery.event() instanceof RoomEvent.Moved moved) {
        hosted.members.put(moved.self().id(), delivery.listener());
      }
      if (delivery.event() instanceof RoomEvent.Removed) {
        forget(hosted, delivery.listener());
      }
      deliver(hosted.room.id(), delivery.listener(), delivery.event());
    }
  }

  /** Someone is out of the room, whoever has brought that about: its transport ends. */
  private void forget(HostedRoom hosted, RoomEventListener listener) {
    Iterator<Map.Entry<ParticipantId, RoomEventListener>> members =
        hosted.members.entrySet().iterator();
    while (members.hasNext()) {
      Map.Entry<ParticipantId, RoomEventListener> member = members.next();
      if (member.getValue().equals(listener)) {
        members.remove();
        node.participantGone(new PeerKey(hosted.room.id(), member.getKey()));
      }
    }
  }

  private static void deliver(RoomId room, RoomEventListener listener, RoomEvent event) {
    try {
      listener.onEvent(event);
    } catch (RuntimeException | Error failure) {
      LOG.error("a listener in {} failed on {}", room, event, failure);
    }
  }

  /** A broken invariant closes the one room that it is in, and says so to everyone in it. */
  void closeBroken(HostedRoom hosted, Throwable cause, long nowNanos) {
    Room room = hosted.room;
    LOG.error("room {} is closed: a broken invariant", room.id(), cause);
    try {
      room.handleCommand(
          new RoomCommand.CloseRoom(room.id(), LeaveReason.INTERNAL_ERROR), nowNanos);
      deliver(hosted);
    } catch (RuntimeException | Error again) {
      LOG.error("room {} could not say goodbye by itself", room.id(), again);
      RoomEvent goodbye = new RoomEvent.Removed(LeaveReason.INTERNAL_ERROR);
      hosted.members.values().forEach(listener -> deliver(room.id(), listener, goodbye));
    }
    endTransports(hosted);
    end(hosted);
  }

  private void endTransports(HostedRoom hosted) {
    for (ParticipantId member : hosted.members.keySet()) {
      node.participantGone(new PeerKey(hosted.room.id(), member));
    }
    hosted.members.clear();
  }

  private void setHolding(HostedRoom hosted, boolean holds) {
    if (hosted.holding != holds) {
      hosted.holding = holds;
      holding += holds ? 1 : -1;
    }
  }

  private void end(HostedRoom hosted) {
    if (!hosted.ended) {
      hosted.ended = true;
      setHolding(hosted, false);
      schedule.remove(hosted);
      hosted.room.addTo(ended);
      rooms.remove(hosted.room.id());
      node.roomEnded(hosted.room.id());
    }
  }
}
