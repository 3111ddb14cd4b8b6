package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.time.MediaClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rooms that are created before anybody joins them. */
@Tag("M1")
class CreatedRoomsTest {
  private static final RoomId ROOM = new RoomId("r");
  private static final long TIMEOUT_NANOS = 1_000_000_000;
  private static final RoomSettings SETTINGS =
      new RoomSettings(5, Set.of(Codec.OPUS), TIMEOUT_NANOS);

  private final List<RoomId> ended = new ArrayList<>();
  private final RoomHost host =
      new RoomHost(
          new RoomHost.Node() {
            @Override
            public @Nullable Room newRoom(RoomId id, long nowNanos) {
              return id.value().startsWith("no")
                  ? null
                  : new Room(
                      id,
                      RoomLimits.DEFAULT,
                      new MediaClock(0, 0),
                      MediaMeans.with(SrtpCiphers.jdk()),
                      1,
                      new AtomicInteger()::incrementAndGet,
                      null);
            }

            @Override
            public void roomConfigured(RoomId id, RoomSettings settings) {}

            @Override
            public void roomEnded(RoomId id) {
              ended.add(id);
            }

            @Override
            public void participantGone(PeerKey key) {}
          });

  @Test
  void livesOnEmptyUntilItsTimeIsOver() {
    assertThat(host.create(ROOM, SETTINGS, 10)).isEqualTo(RoomCreation.CREATED);
    host.endTurn(10);
    assertThat(host.info(ROOM)).isPresent();
    assertThat(host.nextDeadlineNanos()).isEqualTo(10 + TIMEOUT_NANOS);
    host.endTurn(10 + TIMEOUT_NANOS - 1);
    assertThat(ended).isEmpty();
    host.endTurn(10 + TIMEOUT_NANOS);
    assertThat(ended).containsExactly(ROOM);
    assertThat(host.info(ROOM)).isEmpty();
    assertThat(host.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isMadeOnceAndWithinTheLimitOfRooms() {
    host.create(ROOM, SETTINGS, 10);
    assertThat(host.create(ROOM, SETTINGS, 10)).isEqualTo(RoomCreation.ROOM_EXISTS);
    assertThat(host.create(new RoomId("no more"), SETTINGS, 10))
        .isEqualTo(RoomCreation.TOO_MANY_ROOMS);
    host.close(LeaveReason.SERVER_SHUTDOWN, 10);
    assertThat(host.create(ROOM, SETTINGS, 10)).isEqualTo(RoomCreation.SHUTTING_DOWN);
  }

  @Test
  void endsAtOnceWhenItIsClosed() {
    host.create(ROOM, SETTINGS, 10);
    host.handleCommand(new RoomCommand.CloseRoom(ROOM, LeaveReason.ROOM_CLOSED), 11);
    assertThat(ended).containsExactly(ROOM);
  }
}
