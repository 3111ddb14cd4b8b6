package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.room.RoomUnderTest.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who comes and goes is told at a bounded rate, and completely. */
@Tag("M6")
class PresenceTest {
  private static final long SECOND = 1_000_000_000;
  private static final int CROWD = 500;

  private final RoomUnderTest test = new RoomUnderTest(RoomLimits.DEFAULT.withMaxParticipants(600));

  private void leave(Peer peer) {
    test.handle(new RoomCommand.Leave(test.room.id(), peer.id, LeaveReason.LEFT));
  }

  /** Who is in the room, as one has been told. */
  private static Set<String> roster(Peer peer) {
    Set<String> present = new TreeSet<>();
    peer.heard(RoomEvent.Joined.class)
        .forEach(in -> in.others().forEach(other -> present.add(other.identity())));
    for (RoomEvent event : peer.heard(RoomEvent.class)) {
      if (event instanceof RoomEvent.ParticipantJoined came) {
        present.add(came.participant().identity());
      } else if (event instanceof RoomEvent.ParticipantLeft gone) {
        present.remove(gone.participant().value());
      }
    }
    return present;
  }

  @Test
  void fiveHundredJoinsInTenSecondsCostEachClientFiveMessagesASecondAtMost() {
    Peer watcher = test.join("watcher");
    List<Long> told = new ArrayList<>();
    List<Peer> crowd = new ArrayList<>();
    long before = watcher.presenceMessages();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(test.join("p" + i));
      for (long message = before; message < watcher.presenceMessages(); message++) {
        told.add(test.nowNanos);
      }
      before = watcher.presenceMessages();
      test.pass(10 * SECOND / CROWD);
      for (long message = before; message < watcher.presenceMessages(); message++) {
        told.add(test.nowNanos);
      }
      before = watcher.presenceMessages();
    }
    test.pass(2 * SECOND);
    assertThat(told).hasSizeBetween(30, 50);
    for (int i = 5; i < told.size(); i++) {
      assertThat(told.get(i) - told.get(i - 5))
          .as("six messages, of " + told)
          .isGreaterThanOrEqualTo(SECOND);
    }
    Set<String> all = new TreeSet<>(roster(watcher));
    assertThat(all).hasSize(CROWD);
    all.add("watcher");
    for (Peer peer : List.of(crowd.get(0), crowd.get(250), crowd.get(CROWD - 1))) {
      Set<String> others = new TreeSet<>(all);
      others.remove(peer.id.value());
      assertThat(roster(peer)).as("what " + peer.id + " knows").isEqualTo(others);
    }
  }

  @Test
  void fewChangesAreToldAtOnceAndEachByItself() {
    Peer watcher = test.join("watcher");
    Peer ada = test.join("ada");
    ada.negotiate(RoomUnderTest.sending("0", 1000, RoomUnderTest.OPUS));
    assertThat(watcher.heard(RoomEvent.ParticipantJoined.class)).hasSize(1);
    assertThat(watcher.heard(RoomEvent.TrackPublished.class)).hasSize(1);
    assertThat(watcher.presenceMessages()).isEqualTo(2);
  }

  @Test
  void theFirstWhoComeTogetherWithTwoTracksEachAreAllThereAtOnce() {
    Peer watcher = test.join("watcher");
    for (String name : List.of("ada", "bob")) {
      test.join(name)
          .negotiate(
              RoomUnderTest.sending("0", 1000, RoomUnderTest.OPUS),
              RoomUnderTest.sending("1", 2000, RoomUnderTest.OPUS));
    }
    assertThat(watcher.heard(RoomEvent.ParticipantJoined.class)).hasSize(2);
    assertThat(watcher.heard(RoomEvent.TrackPublished.class)).hasSize(4);
    assertThat(watcher.presenceMessages()).isEqualTo(4);
  }

  @Test
  void whoComesAndGoesInBetweenIsNotMentioned() {
    Peer watcher = test.join("watcher");
    for (int i = 0; i < Announcements.AT_ONCE; i++) {
      test.join("early" + i);
    }
    Peer short1 = test.join("short");
    Peer late = test.join("late");
    leave(short1);
    long before = watcher.presenceMessages();
    test.pass(2 * SECOND);
    assertThat(watcher.presenceMessages() - before).isEqualTo(1);
    assertThat(watcher.heard(RoomEvent.ParticipantJoined.class))
        .extracting(came -> came.participant().id().value())
        .contains("late")
        .doesNotContain("short");
    assertThat(watcher.heard(RoomEvent.ParticipantLeft.class)).isEmpty();
    assertThat(late.heard(RoomEvent.ParticipantLeft.class))
        .as("one who has seen it there must be told")
        .extracting(RoomEvent.ParticipantLeft::participant)
        .containsExactly(new ParticipantId("short"));
    assertThat(roster(late)).doesNotContain("short");
  }

  @Test
  void tellsAtOnceAgainAfterAQuietSecond() {
    Peer watcher = test.join("watcher");
    for (int i = 0; i < 20; i++) {
      test.join("p" + i);
    }
    test.pass(3 * SECOND);
    long before = watcher.presenceMessages();
    test.join("one more");
    assertThat(watcher.presenceMessages()).isEqualTo(before + 1);
  }

  @Test
  @Tag("A2")
  void anObserverSeesEachChangeAtOnceThoughNobodyIsThereToBeTold() {
    List<RoomEvent> seen = test.observe();
    Peer ada = test.join("ada");
    ada.negotiate(RoomUnderTest.sending("0", 1000, RoomUnderTest.OPUS));
    assertThat(seen)
        .extracting(Object::getClass)
        .containsExactly(RoomEvent.ParticipantJoined.class, RoomEvent.TrackPublished.class);
    for (int i = 0; i < 10; i++) {
      test.join("p" + i);
    }
    leave(ada);
    assertThat(seen).hasSize(13).last().isInstanceOf(RoomEvent.ParticipantLeft.class);
  }
}
