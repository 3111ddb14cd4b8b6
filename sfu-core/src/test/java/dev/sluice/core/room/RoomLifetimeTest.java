package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.room.RoomUnderTest.Peer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a room lives, and whom it takes in. */
@Tag("M1")
class RoomLifetimeTest {
  private static final long TIMEOUT_NANOS = 60_000_000_000L;

  private final RoomUnderTest test = new RoomUnderTest(RoomLimits.DEFAULT.withMaxParticipants(2));
  private final Room room = test.room;

  private void keepWhenEmpty() {
    room.configure(new RoomSettings(2, RoomSettings.defaultCodecs(), TIMEOUT_NANOS), test.nowNanos);
  }

  private void leave(Peer peer) {
    test.handle(new RoomCommand.Leave(room.id(), peer.id, LeaveReason.LEFT));
  }

  @Test
  void endsWithItsLastParticipant() {
    Peer ada = test.join("ada");
    assertThat(room.isOver(test.nowNanos)).isFalse();
    leave(ada);
    assertThat(room.isOver(test.nowNanos)).isTrue();
  }

  @Test
  void livesOnEmptyForAsLongAsItIsToldAndWakesItsOwnerThen() {
    keepWhenEmpty();
    assertThat(room.isOver(test.nowNanos + TIMEOUT_NANOS - 1)).isFalse();
    assertThat(room.nextDeadlineNanos()).isEqualTo(test.nowNanos + TIMEOUT_NANOS);
    assertThat(room.isOver(test.nowNanos + TIMEOUT_NANOS)).isTrue();
  }

  @Test
  void waitsAnewWheneverTheLastOneHasLeft() {
    keepWhenEmpty();
    test.nowNanos += TIMEOUT_NANOS / 2;
    Peer ada = test.join("ada");
    test.nowNanos += TIMEOUT_NANOS;
    assertThat(room.isOver(test.nowNanos)).as("somebody is there").isFalse();
    leave(ada);
    assertThat(room.isOver(test.nowNanos + TIMEOUT_NANOS - 1)).isFalse();
    assertThat(room.isOver(test.nowNanos + TIMEOUT_NANOS)).isTrue();
  }

  @Test
  void endsAtOnceWhenItIsClosedAndTellsEveryone() {
    keepWhenEmpty();
    Peer ada = test.join("ada");
    Peer bob = test.join("bob");
    test.handle(new RoomCommand.CloseRoom(room.id(), LeaveReason.ROOM_CLOSED));
    assertThat(room.isOver(test.nowNanos)).isTrue();
    for (Peer peer : new Peer[] {ada, bob}) {
      assertThat(peer.heard(RoomEvent.Removed.class))
          .containsExactly(new RoomEvent.Removed(LeaveReason.ROOM_CLOSED));
    }
  }

  @Test
  void takesNoMoreThanItMayAndSaysWhy() {
    test.join("ada");
    test.join("bob");
    Peer eve = test.join("eve");
    assertThat(eve.heard(RoomEvent.Joined.class)).isEmpty();
    assertThat(eve.heard(RoomEvent.Refused.class))
        .extracting(RoomEvent.Refused::code)
        .containsExactly(RefusalCode.ROOM_FULL);
  }
}
