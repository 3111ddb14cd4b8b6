package dev.sluice.core.room;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.LanePorts;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.PlainCiphers;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.time.MediaClock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** A room that a test drives packet by packet, with ciphers that encrypt nothing. */
final class PlainRoom {
  private static final RoomId ID = new RoomId("room");
  private static final int MAX_SSRCS = 16;

  final Room room;
  private final PlainCiphers ciphers = new PlainCiphers();

  PlainRoom() {
    room =
        new Room(
            ID,
            RoomLimits.DEFAULT,
            new MediaClock(0, 0),
            MediaMeans.with(ciphers),
            1,
            new AtomicInteger()::incrementAndGet,
            null);
  }

  /** Lets one in that has negotiated and is connected. */
  PeerSession join(PeerPlan plan, int number, DatagramSink sink, LanePorts lanes, long nowNanos) {
    ParticipantId id = new ParticipantId(plan.name());
    command(
        new RoomCommand.Join(ID, id, plan.name(), plan.name(), Grants.ALL, event -> {}), nowNanos);
    command(
        new RoomCommand.ApplyNegotiation(ID, id, 1, Agreement.session(plan, number), Map.of()),
        nowNanos);
    command(new RoomCommand.ConfirmAnswer(ID, id, 1), nowNanos);
    room.connect(id, SimulatedPeer.keys(number), sink, lanes, nowNanos);
    return Objects.requireNonNull(room.peer(id));
  }

  /** What the peer with this number protects its packets with. */
  SrtpSender sender(int number) {
    SrtpKeys keys = SimulatedPeer.keys(number);
    return new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers, MAX_SSRCS);
  }

  private void command(RoomCommand command, long nowNanos) {
    room.handleCommand(command, nowNanos);
    while (room.pollEvent() != null) {
      // Nobody listens here.
    }
  }
}
