package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One goes from room to room with its peer connection: keys, SSRCs and numbers go on, and the rules
 * of the other room decide.
 */
@Tag("M7")
class MoveTest {
  private static final long MILLI = 1_000_000;
  private static final RoomId BREAKOUT = new RoomId("breakout");

  @Test
  void audioAndVideoGoOnBothWaysWithinHalfASecond() {
    Conference conference = new Conference(701);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 1));
    SimulatedPeer bob = conference.join(PeerPlan.talking("bob", 1));
    SimulatedPeer carol = conference.join(PeerPlan.talking("carol", 1), breakout);
    conference.runMillis(3000);
    assertThat(ada.slot("a0").packets()).hasSizeGreaterThan(100);
    assertThat(carol.slot("a0").packets()).isEmpty();

    long movedNanos = conference.nowNanos();
    assertThat(conference.move(ada, breakout, () -> {})).isNull();
    conference.runMillis(3000);

    for (SimulatedPeer peer : List.of(ada, carol)) {
      for (String mid : List.of("a0", "v0")) {
        ReceivedStream slot = peer.slot(mid);
        assertThat(gapMillis(slot, movedNanos))
            .as("%s in %s hears and sees nothing for so long", peer.id(), mid)
            .isLessThan(500);
        assertThat(slot.discontinuities()).as("%s %s", peer.id(), mid).isEmpty();
        assertThat(slot.missing()).isZero();
      }
    }
    assertThat(arrivedAfter(bob.slot("a0"), movedNanos + 100 * MILLI)).isZero();
    assertThat(ada.goodbyes()).isEmpty();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
    assertThat(conference.dropped(DropReason.AUTHENTICATION_FAILED)).isZero();
    assertThat(conference.dropped(DropReason.REPLAYED)).isZero();
  }

  @Test
  @Tag("O3")
  void aCaptureThatWasBegunInTheFirstRoomSeesNothingOfTheSecond() {
    Conference conference = new Conference(715);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 1));
    conference.join(PeerPlan.talking("carol", 1), breakout);
    CaptureBuffer capture =
        new CaptureBuffer(true, 16_000_000, conference.nowNanos(), 60_000 * MILLI, 0);
    assertThat(conference.room().capture(ada.id(), capture)).isTrue();
    conference.runMillis(1000);

    assertThat(conference.move(ada, breakout, () -> {})).isNull();
    long packets = capture.packets();
    conference.runMillis(1000);

    assertThat(ada.slot("a0").packets()).hasSizeGreaterThan(10);
    assertThat(capture.end()).isEqualTo(CaptureBuffer.End.LEFT);
    assertThat(capture.packets()).isEqualTo(packets).isPositive();
  }

  @Test
  void bothRoomsAndTheOneThatMovesAreToldInOrder() {
    Conference conference = new Conference(702);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer carol = conference.join(PeerPlan.talking("carol", 2), breakout);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 2));
    SimulatedPeer bob = conference.join(PeerPlan.talking("bob", 2));
    conference.runMillis(1000);
    int before = ada.events().size();

    conference.move(ada, breakout, () -> {});
    conference.runMillis(1000);

    assertThat(bob.events(RoomEvent.ParticipantLeft.class))
        .containsExactly(new RoomEvent.ParticipantLeft(ada.id(), LeaveReason.MOVED));
    RoomEvent.Moved moved = ada.events(RoomEvent.Moved.class).getFirst();
    assertThat(ada.events().subList(before, ada.events().size()).getFirst()).isEqualTo(moved);
    assertThat(moved.room()).isEqualTo(BREAKOUT);
    assertThat(moved.others()).extracting(ParticipantInfo::id).containsExactly(carol.id());
    assertThat(moved.self().tracks()).extracting(TrackInfo::mid).containsExactly("pa", "pv");
    List<ParticipantInfo> came =
        carol.events(RoomEvent.ParticipantJoined.class).stream()
            .map(RoomEvent.ParticipantJoined::participant)
            .toList();
    assertThat(came).containsExactly(moved.self().withoutTracks());
    assertThat(carol.events(RoomEvent.TrackPublished.class))
        .extracting(RoomEvent.TrackPublished::track)
        .endsWith(moved.self().tracks().toArray(TrackInfo[]::new));
    assertThat(moved.self().tracks())
        .extracting(TrackInfo::id)
        .as("names that nobody else's tracks have there")
        .doesNotContainAnyElementsOf(
            moved.others().getFirst().tracks().stream().map(TrackInfo::id).toList());
    assertThat(ada.events(RoomEvent.Removed.class)).isEmpty();
    assertThat(carol.slot("v0").packets().stream().toList().getLast().csrc())
        .isEqualTo((int) moved.self().tracks().getLast().csrc());
  }

  @Test
  void whoeverWatchesTheRoomsSeesItLeaveAndComeWithItsTracks() {
    Conference conference = new Conference(710);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 1));
    List<String> seen = new ArrayList<>();
    RoomObserver observer =
        new RoomObserver() {
          @Override
          public void onStarted(RoomId room) {}

          @Override
          public void onChange(RoomId room, RoomEvent change) {
            seen.add(room.value() + " " + change.getClass().getSimpleName());
          }

          @Override
          public void onEnded(RoomId room) {}
        };
    conference.room().setObserver(observer);
    breakout.setObserver(observer);

    conference.move(ada, breakout, () -> {});

    assertThat(seen)
        .containsExactly(
            "room ParticipantLeft",
            "breakout ParticipantJoined",
            "breakout TrackPublished",
            "breakout TrackPublished");
  }

  @Test
  void thereAndBackAgain() {
    Conference conference = new Conference(703);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 1).withLayers("q", "h"));
    SimulatedPeer bob = conference.join(PeerPlan.talking("bob", 1));
    conference.runMillis(2000);
    for (int i = 0; i < 4; i++) {
      long received = conference.totals().packetsReceived();
      long sent = conference.totals().bytesSent();
      conference.move(ada, i % 2 == 0 ? breakout : conference.room(), () -> {});
      assertThat(conference.totals().packetsReceived()).isEqualTo(received);
      assertThat(conference.totals().bytesSent()).isEqualTo(sent);
      conference.runMillis(1500);
    }

    assertThat(arrivedAfter(bob.slot("v0"), conference.nowNanos() - 200 * MILLI)).isPositive();
    assertThat(arrivedAfter(ada.slot("v0"), conference.nowNanos() - 200 * MILLI)).isPositive();
    assertThat(bob.slot("v0").discontinuities()).isEmpty();
    assertThat(ada.slot("v0").discontinuities()).isEmpty();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
    assertThat(breakout.isOver(conference.nowNanos())).isTrue();
    assertThat(breakout.forwardedStreams()).isZero();
    assertThat(conference.room().forwardedStreams()).isEqualTo(5);
  }

  @Test
  void lossOnTheWayOverIsRepaired() {
    Conference conference = new Conference(704);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 1));
    SimulatedPeer carol = conference.join(PeerPlan.talking("carol", 1), breakout);
    ada.uplink().setLoss(0.05);
    carol.downlink().setLoss(0.05);
    conference.runMillis(1000);
    conference.move(ada, breakout, () -> {});
    conference.runMillis(4000);

    assertThat(carol.slot("v0").discontinuities()).isEmpty();
    assertThat(carol.retransmissionsReceived()).isPositive();
    assertThat(carol.slot("v0").packets()).hasSizeGreaterThan(250);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seats", "lock", "duplicate", "publishers", "encryption"})
  void aRefusalLeavesItWhereItWas(String rule) {
    Conference conference = new Conference(705);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.talking("ada", 1));
    SimulatedPeer bob = conference.join(PeerPlan.talking("bob", 1));
    conference.join(PeerPlan.publishing(rule.equals("duplicate") ? "ada" : "carol"), breakout);
    conference.runMillis(1000);
    breakout.configure(
        switch (rule) {
          case "seats" -> new RoomSettings(1, RoomSettings.defaultCodecs(), 0);
          case "lock" -> policy(100, SameIdentity.ALLOW, true, false);
          case "duplicate" -> policy(100, SameIdentity.ALLOW, false, false);
          case "publishers" -> policy(1, SameIdentity.ALLOW, false, false);
          default -> policy(100, SameIdentity.ALLOW, false, true);
        },
        conference.nowNanos());
    int heard = ada.events().size();
    long triedNanos = conference.nowNanos();

    RoomEvent.Refused refused =
        conference.move(
            ada,
            breakout,
            () -> {
              throw new AssertionError("it was let in");
            });
    conference.runMillis(500);

    assertThat(Objects.requireNonNull(refused).code())
        .isEqualTo(
            switch (rule) {
              case "seats" -> RefusalCode.ROOM_FULL;
              case "lock" -> RefusalCode.ROOM_LOCKED;
              case "duplicate" -> RefusalCode.DUPLICATE_PARTICIPANT;
              case "publishers" -> RefusalCode.TOO_MANY_PUBLISHERS;
              default -> RefusalCode.ENCRYPTION_REQUIRED;
            });
    assertThat(ada.events().subList(heard, ada.events().size()))
        .noneMatch(
            event ->
                event instanceof RoomEvent.Moved
                    || event instanceof RoomEvent.SlotAssigned
                    || event instanceof RoomEvent.PublishRefused);
    assertThat(bob.events(RoomEvent.ParticipantLeft.class)).isEmpty();
    assertThat(gapMillis(bob.slot("a0"), triedNanos)).isLessThan(50);
    assertThat(breakout.info().participants()).hasSize(1);
  }

  @Test
  void theKeptPlaceIsNobodyElses() {
    Conference conference = new Conference(706);
    Room breakout = conference.openRoom(BREAKOUT);
    breakout.configure(new RoomSettings(1, RoomSettings.defaultCodecs(), 0), conference.nowNanos());
    SimulatedPeer ada = conference.join(PeerPlan.watching("ada", 1));
    SimulatedPeer[] late = new SimulatedPeer[1];

    conference.move(
        ada,
        breakout,
        () -> {
          assertThat(breakout.isOver(conference.nowNanos())).isFalse();
          late[0] = conference.join(PeerPlan.watching("late", 1), breakout);
        });

    assertThat(late[0].events(RoomEvent.Refused.class))
        .extracting(RoomEvent.Refused::code)
        .containsExactly(RefusalCode.ROOM_FULL);
    assertThat(breakout.info().participants())
        .extracting(ParticipantInfo::id)
        .containsExactly(ada.id());
  }

  @Test
  void aPlaceThatIsNotNeededIsFreeAgain() {
    Conference conference = new Conference(707);
    Room breakout = conference.openRoom(BREAKOUT);
    breakout.configure(new RoomSettings(1, RoomSettings.defaultCodecs(), 0), conference.nowNanos());
    SimulatedPeer ada = conference.join(PeerPlan.watching("ada", 1));
    Passport passport = Objects.requireNonNull(conference.room().passport(ada.id(), breakout.id()));
    assertThat(breakout.expect(passport)).isNull();
    assertThat(Objects.requireNonNull(breakout.expect(passport)).code())
        .isEqualTo(RefusalCode.DUPLICATE_PARTICIPANT);

    breakout.forgetArrival(ada.id(), conference.nowNanos());

    SimulatedPeer other = conference.join(PeerPlan.watching("other", 1), breakout);
    assertThat(other.events(RoomEvent.Joined.class)).hasSize(1);
  }

  @Test
  void noPlaceIsKeptInARoomThatWasClosed() {
    Conference conference = new Conference(708);
    Room breakout = conference.openRoom(BREAKOUT);
    SimulatedPeer ada = conference.join(PeerPlan.watching("ada", 1));
    breakout.expect(Objects.requireNonNull(conference.room().passport(ada.id(), BREAKOUT)));
    conference.command(new RoomCommand.CloseRoom(BREAKOUT, LeaveReason.ROOM_CLOSED));

    Traveller traveller =
        Objects.requireNonNull(conference.room().release(ada.id(), conference.nowNanos()));
    assertThat(breakout.arrive(traveller, conference.nowNanos())).isFalse();
    assertThat(breakout.isOver(conference.nowNanos())).isTrue();
  }

  @Test
  void anIdentityMayBeThereOnlyOnce() {
    RoomUnderTest rooms = new RoomUnderTest(RoomLimits.DEFAULT);
    rooms.room.configure(policy(100, SameIdentity.REJECT, false, false), rooms.nowNanos);
    rooms.join("first", "ada", Standing.of(Grants.ALL));
    RoomUnderTest elsewhere = new RoomUnderTest(RoomLimits.DEFAULT);
    elsewhere.join("second", "ada", Standing.of(Grants.ALL));
    Passport passport =
        Objects.requireNonNull(
            elsewhere.room.passport(new ParticipantId("second"), rooms.room.id()));

    assertThat(Objects.requireNonNull(rooms.room.expect(passport)).code())
        .isEqualTo(RefusalCode.IDENTITY_IN_USE);
    rooms.room.configure(policy(100, SameIdentity.REPLACE, false, false), rooms.nowNanos);
    assertThat(rooms.room.expect(passport)).isNull();
    Traveller traveller =
        Objects.requireNonNull(
            elsewhere.room.release(new ParticipantId("second"), elsewhere.nowNanos));
    assertThat(rooms.room.arrive(traveller, rooms.nowNanos)).isTrue();
    assertThat(rooms.room.info().participants())
        .extracting(ParticipantInfo::id)
        .containsExactly(new ParticipantId("second"));
  }

  @Test
  void whatTheOtherRoomCapsIsCappedAndItsWaitingRoomDoesNotHoldIt() {
    Conference conference = new Conference(709);
    Room breakout = conference.openRoom(BREAKOUT);
    ParticipantCaps caps = new ParticipantCaps(0, 0, new SlotLimits(320, 180, 0));
    breakout.configure(
        new RoomSettings(100, RoomSettings.defaultCodecs(), 0)
            .withPolicy(new RoomPolicy(100, SameIdentity.ALLOW, false, true, false, caps)),
        conference.nowNanos());
    SimulatedPeer ada = conference.join(PeerPlan.watching("ada", 1));
    SimulatedPeer bob = conference.join(PeerPlan.publishing("bob").withLayers("q", "h"));
    conference.runMillis(2000);
    assertThat(widths(ada, 0)).contains(640);

    conference.move(ada, breakout, () -> {});
    conference.move(bob, breakout, () -> {});
    long movedNanos = conference.nowNanos();
    conference.runMillis(3000);

    assertThat(widths(ada, movedNanos)).containsOnly(320);
  }

  private static Set<Integer> widths(SimulatedPeer viewer, long sinceNanos) {
    return viewer.slot("v0").packets().stream()
        .filter(packet -> packet.arrivalNanos() > sinceNanos && packet.keyframe())
        .map(ReceivedStream.Packet::width)
        .collect(Collectors.toSet());
  }

  private static RoomSettings policy(
      int publishers, SameIdentity sameIdentity, boolean locked, boolean encrypted) {
    return new RoomSettings(100, RoomSettings.defaultCodecs(), 0)
        .withPolicy(
            new RoomPolicy(
                publishers, sameIdentity, locked, false, encrypted, ParticipantCaps.NONE));
  }

  private static long arrivedAfter(ReceivedStream slot, long nanos) {
    return slot.packets().stream().filter(packet -> packet.arrivalNanos() > nanos).count();
  }

  /** The longest time without a packet around a moment. */
  private static long gapMillis(ReceivedStream slot, long aroundNanos) {
    long before = aroundNanos;
    for (ReceivedStream.Packet packet : slot.packets()) {
      if (packet.arrivalNanos() <= aroundNanos) {
        before = packet.arrivalNanos();
      } else {
        return (packet.arrivalNanos() - before) / MILLI;
      }
    }
    return Long.MAX_VALUE;
  }
}
