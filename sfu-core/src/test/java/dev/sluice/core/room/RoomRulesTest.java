package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.room.RoomUnderTest.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules of a room: who comes in, and who publishes. */
class RoomRulesTest {
  private static final Standing PLAIN = Standing.of(Grants.ALL);
  private static final Standing MODERATOR =
      new Standing(Grants.ALL, Standing.MODERATOR, "", false, ParticipantCaps.NONE);

  private final RoomUnderTest test = new RoomUnderTest(RoomLimits.DEFAULT);
  private final Room room = test.room;

  private void configure(int maxParticipants, RoomPolicy policy) {
    room.configure(
        new RoomSettings(maxParticipants, RoomSettings.defaultCodecs(), 0).withPolicy(policy),
        test.nowNanos);
    test.drain();
  }

  private void configure(RoomPolicy policy) {
    configure(50, policy);
  }

  private static RoomPolicy policy(SameIdentity sameIdentity) {
    return new RoomPolicy(10, sameIdentity, false, false, false, ParticipantCaps.NONE);
  }

  private static RoomPolicy policy(boolean locked, boolean waitingRoom) {
    return new RoomPolicy(10, SameIdentity.ALLOW, locked, waitingRoom, false, ParticipantCaps.NONE);
  }

  private static RefusalCode refusal(Peer peer) {
    assertThat(peer.heard(RoomEvent.Joined.class)).isEmpty();
    assertThat(peer.heard(RoomEvent.Refused.class)).hasSize(1);
    return peer.heard(RoomEvent.Refused.class).getFirst().code();
  }

  private static LeaveReason removal(Peer peer) {
    return peer.heard(RoomEvent.Removed.class).getFirst().reason();
  }

  @Test
  @Tag("M8")
  void aLockKeepsEveryoneOutButModerators() {
    Peer ada = test.join("ada");
    configure(policy(true, false));
    assertThat(ada.heard(RoomEvent.RoomUpdated.class).getLast().settings().policy().locked())
        .isTrue();
    assertThat(refusal(test.join("bob"))).isEqualTo(RefusalCode.ROOM_LOCKED);
    assertThat(test.join("mod", "mod", MODERATOR).heard(RoomEvent.Joined.class)).hasSize(1);
    configure(policy(false, false));
    assertThat(test.join("eve").heard(RoomEvent.Joined.class)).hasSize(1);
  }

  @Test
  @Tag("M8")
  void whoWaitsHearsNothingOfTheRoomUntilAdmitted() {
    configure(policy(false, true));
    Peer moderator = test.join("mod", "mod", MODERATOR);
    Peer ada = test.join("ada");
    assertThat(ada.heard(RoomEvent.class)).containsExactly(new RoomEvent.Waiting());
    assertThat(room.info().participants()).hasSize(1);
    assertThat(room.info().waiting()).extracting(info -> info.identity()).containsExactly("ada");
    assertThat(moderator.heard(RoomEvent.ParticipantWaiting.class)).hasSize(1);

    test.handle(new RoomCommand.Admit(room.id(), ada.id));
    assertThat(ada.heard(RoomEvent.Joined.class)).hasSize(1);
    assertThat(moderator.heard(RoomEvent.WaitingEnded.class))
        .containsExactly(new RoomEvent.WaitingEnded(ada.id));
    assertThat(room.info().waiting()).isEmpty();
  }

  @Test
  @Tag("M8")
  void whoWaitsIsTurnedAwayAndAModeratorWhoComesLateIsToldOfTheOthers() {
    configure(policy(false, true));
    Peer ada = test.join("ada");
    test.join("bob");
    assertThat(room.isOver(test.nowNanos)).as("somebody waits").isFalse();
    test.handle(new RoomCommand.Leave(room.id(), ada.id, LeaveReason.REMOVED));
    assertThat(removal(ada)).isEqualTo(LeaveReason.REMOVED);
    Peer moderator = test.join("mod", "mod", MODERATOR);
    assertThat(moderator.heard(RoomEvent.ParticipantWaiting.class))
        .extracting(waiting -> waiting.participant().identity())
        .containsExactly("bob");
  }

  @Test
  @Tag("M8")
  void admissionStaysWithinTheLimitOfTheRoom() {
    configure(2, policy(false, true));
    Peer ada = test.join("ada");
    Peer bob = test.join("bob");
    assertThat(refusal(test.join("eve")))
        .as("as many wait as may")
        .isEqualTo(RefusalCode.ROOM_FULL);
    test.join("mod", "mod", MODERATOR);
    test.handle(new RoomCommand.Admit(room.id(), ada.id));
    test.handle(new RoomCommand.Admit(room.id(), bob.id));
    assertThat(room.info().participants()).hasSize(2);
    assertThat(bob.heard(RoomEvent.class)).containsExactly(new RoomEvent.Waiting());
  }

  @Test
  @Tag("M9")
  void aSecondOfAnIdentityIsLetInRefusedOrReplacesTheFirst() {
    Peer first = test.join("P-1", "ada", PLAIN);
    configure(policy(SameIdentity.ALLOW));
    assertThat(test.join("P-2", "ada", PLAIN).heard(RoomEvent.Joined.class)).hasSize(1);
    configure(policy(SameIdentity.REJECT));
    assertThat(refusal(test.join("P-3", "ada", PLAIN))).isEqualTo(RefusalCode.IDENTITY_IN_USE);
    configure(policy(SameIdentity.REPLACE));
    Peer last = test.join("P-4", "ada", PLAIN);
    assertThat(removal(first)).isEqualTo(LeaveReason.DUPLICATE_IDENTITY);
    assertThat(last.heard(RoomEvent.Joined.class).getFirst().others()).isEmpty();
    assertThat(room.info().participants())
        .extracting(info -> info.id())
        .containsExactly(new ParticipantId("P-4"));
  }

  @Test
  @Tag("M9")
  void oneThatReplacesAnotherFitsIntoAFullRoom() {
    configure(1, policy(SameIdentity.REPLACE));
    test.join("P-1", "ada", PLAIN);
    assertThat(refusal(test.join("P-2", "bob", PLAIN))).isEqualTo(RefusalCode.ROOM_FULL);
    assertThat(test.join("P-3", "ada", PLAIN).heard(RoomEvent.Joined.class)).hasSize(1);
  }

  /** Once for each change: what is laid down as it was already is none. */
  @Test
  @Tag("A2")
  void anObserverSeesThatTheRoomIsSetUpDifferentlyBeforeWhatFollowsFromIt() {
    Peer ada = test.join("ada");
    ada.negotiate(RoomUnderTest.sending("0", 1000, RoomUnderTest.OPUS));
    List<RoomEvent> seen = test.observe();
    RoomSettings encrypted =
        room.settings()
            .withPolicy(
                new RoomPolicy(10, SameIdentity.ALLOW, false, false, true, ParticipantCaps.NONE));
    room.update(encrypted, test.nowNanos);
    room.update(encrypted, test.nowNanos);
    assertThat(seen)
        .extracting(Object::getClass)
        .containsExactly(RoomEvent.RoomUpdated.class, RoomEvent.TrackMuted.class);
    test.handle(new RoomCommand.SetLocked(room.id(), true));
    assertThat(seen).last().isEqualTo(new RoomEvent.RoomUpdated(encrypted.withLock(true)));
  }

  @Test
  @Tag("S6")
  void anIdentityIsTakenOutWhereverItIs() {
    Peer hidden = test.join("P-1", "ada", Standing.of(new Grants(true, true, true)));
    Peer seen = test.join("P-2", "ada", PLAIN);
    Peer bob = test.join("bob");
    configure(policy(false, true));
    Peer waiting = test.join("P-3", "ada", PLAIN);
    test.handle(new RoomCommand.RemoveIdentity(room.id(), "ada", LeaveReason.BANNED));
    for (Peer gone : List.of(hidden, seen, waiting)) {
      assertThat(removal(gone)).isEqualTo(LeaveReason.BANNED);
    }
    assertThat(bob.heard(RoomEvent.Removed.class)).isEmpty();
  }

  @Test
  void publishersAreCountedWhenTheyPublish() {
    configure(new RoomPolicy(1, SameIdentity.ALLOW, false, false, false, ParticipantCaps.NONE));
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      peers.add(test.join("p" + i));
      peers.get(i).negotiate(RoomUnderTest.sending("0", 1000 + i, RoomUnderTest.OPUS));
    }
    assertThat(peers.get(0).heard(RoomEvent.PublishRefused.class)).isEmpty();
    for (Peer late : peers.subList(1, 3)) {
      assertThat(late.heard(RoomEvent.PublishRefused.class))
          .extracting(RoomEvent.PublishRefused::code, RoomEvent.PublishRefused::mid)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(RefusalCode.TOO_MANY_PUBLISHERS, "0"));
    }
    test.handle(new RoomCommand.Leave(room.id(), peers.get(0).id, LeaveReason.LEFT));
    peers.get(1).negotiate(RoomUnderTest.sending("0", 1001, RoomUnderTest.OPUS));
    assertThat(room.info().participants().getFirst().tracks()).hasSize(1);
  }

  @Test
  @Tag("X3")
  void takesNothingPlainWhereEncryptionIsRequired() {
    Peer ada = test.join("ada");
    ada.negotiate(RoomUnderTest.sending("0", 1000, RoomUnderTest.OPUS));
    configure(new RoomPolicy(10, SameIdentity.ALLOW, false, false, true, ParticipantCaps.NONE));
    assertThat(room.info().participants().getFirst().tracks().getFirst().muted())
        .as("what was plain before falls silent")
        .isTrue();
    Peer bob = test.join("bob");
    Map<String, PublishIntent> encrypted =
        Map.of("0", new PublishIntent(TrackSource.MICROPHONE, "", false, true));
    bob.negotiate(
        encrypted,
        RoomUnderTest.sending("0", 2000, RoomUnderTest.OPUS),
        RoomUnderTest.sending("1", 2001, RoomUnderTest.OPUS));
    assertThat(bob.heard(RoomEvent.PublishRefused.class))
        .containsExactly(
            new RoomEvent.PublishRefused(
                "1",
                RefusalCode.ENCRYPTION_REQUIRED,
                "The room takes only tracks that are encrypted end to end."));
    assertThat(room.info().participants().getLast().tracks()).hasSize(1);
  }

  @Test
  @Tag("M8")
  void aRoomWaitsForTheFirstAndAfterTheLastAsItIsToldTo() {
    room.configure(
        new RoomSettings(
            5,
            RoomSettings.defaultCodecs(),
            60_000_000_000L,
            5_000_000_000L,
            0,
            RoomPolicy.OPEN,
            ""),
        test.nowNanos);
    assertThat(room.isOver(test.nowNanos + 59_999_999_999L)).isFalse();
    assertThat(room.isOver(test.nowNanos + 60_000_000_000L)).isTrue();
    Peer ada = test.join("ada");
    test.handle(new RoomCommand.Leave(room.id(), ada.id, LeaveReason.LEFT));
    assertThat(room.isOver(test.nowNanos + 4_999_999_999L)).isFalse();
    assertThat(room.isOver(test.nowNanos + 5_000_000_000L)).isTrue();
  }
}
