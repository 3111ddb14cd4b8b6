package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole calls over good links: who sees what, and from when on. */
class CallTest {
  @Test
  void everyoneHearsAndSeesEveryone() {
    Conference conference = new Conference(1);
    for (String name : List.of("alice", "bob", "carol")) {
      conference.join(PeerPlan.talking(name, 2));
    }
    conference.runMillis(3000);
    for (SimulatedPeer peer : conference.peers()) {
      peer.slots()
          .forEach(
              (mid, stream) -> {
                assertThat(stream.discontinuities()).as(peer.id() + " " + mid).isEmpty();
                assertThat(stream.missing()).isZero();
                assertThat(stream.packets().size())
                    .isGreaterThan(mid.startsWith("a") ? 145 : 3 * 72);
              });
    }
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
  }

  @Test
  void nobodyReceivesItself() {
    Conference conference = new Conference(2);
    SimulatedPeer alone = conference.join(PeerPlan.talking("alone", 2));
    conference.runMillis(500);
    assertThat(alone.slots().values()).allMatch(stream -> stream.packets().isEmpty());
  }

  @Test
  @Tag("R3")
  void lateJoinerSeesTheFirstFrameAfterOneKeyframeRequest() {
    Conference conference = new Conference(3);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    conference.join(PeerPlan.watching("early", 1));
    conference.runMillis(5000);
    long askedBefore = publisher.video().keyframesAsked();

    SimulatedPeer late = conference.join(PeerPlan.watching("late", 1));
    long joinedNanos = conference.nowNanos();
    conference.runMillis(500);

    assertThat(publisher.video().keyframesAsked() - askedBefore).isEqualTo(1);
    assertThat(late.slot("v0").firstPacketNanos() - joinedNanos).isBetween(0L, 100_000_000L);
    assertThat(late.slot("v0").discontinuities()).isEmpty();
    assertThat(late.slot("v0").beginsWithKeyframe()).isTrue();
  }

  @Test
  void asksForTheKeyframeWhenTheHandshakeEndsAfterTheAnswer() {
    Conference conference = new Conference(4);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    conference.runMillis(2000);
    SimulatedPeer slow = conference.enter(PeerPlan.watching("slow", 1));
    conference.negotiate(slow, PeerPlan.watching("slow", 1));
    conference.confirm(slow);
    conference.runMillis(3000);
    assertThat(slow.slot("v0").packets()).isEmpty();
    long askedBefore = publisher.video().keyframesAsked();

    conference.connect(slow);
    conference.runMillis(200);

    assertThat(slow.slot("v0").packets()).isNotEmpty();
    assertThat(slow.slot("v0").discontinuities()).isEmpty();
    assertThat(slow.slot("v0").beginsWithKeyframe()).isTrue();
    assertThat(publisher.video().keyframesAsked() - askedBefore).isEqualTo(1);
  }

  @Test
  void slotIsSilentUntilItsAnswerIsConfirmed() {
    Conference conference = new Conference(5);
    conference.join(PeerPlan.publishing("publisher"));
    PeerPlan plan = PeerPlan.watching("viewer", 1);
    SimulatedPeer viewer = conference.enter(plan);
    conference.negotiate(viewer, plan);
    conference.connect(viewer);
    conference.runMillis(1000);
    assertThat(viewer.slot("a0").packets()).isEmpty();
    assertThat(viewer.slot("v0").packets()).isEmpty();
    assertThat(viewer.events(RoomEvent.SlotAssigned.class)).isEmpty();

    conference.confirm(viewer);
    conference.runMillis(1000);
    assertThat(viewer.slot("a0").packets()).hasSizeGreaterThan(45);
    assertThat(viewer.slot("v0").packets()).hasSizeGreaterThan(60);
    assertThat(viewer.events(RoomEvent.SlotAssigned.class)).hasSize(2);
  }

  @Test
  void confirmationOfAnOlderAnswerActivatesNothing() {
    Conference conference = new Conference(6);
    conference.join(PeerPlan.publishing("publisher"));
    PeerPlan plan = PeerPlan.watching("viewer", 1);
    SimulatedPeer viewer = conference.enter(plan);
    conference.negotiate(viewer, plan);
    conference.negotiate(viewer, plan);
    conference.connect(viewer);
    conference.command(new RoomCommand.ConfirmAnswer(conference.roomId(), viewer.id(), 1));
    conference.runMillis(500);
    assertThat(viewer.slot("a0").packets()).isEmpty();
  }

  @Test
  void slotsAddedLaterKeepTheOldOnesRunning() {
    Conference conference = new Conference(7);
    conference.join(PeerPlan.publishing("one"));
    conference.join(PeerPlan.publishing("two"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(1000);
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .last()
        .isEqualTo(new RoomEvent.SlotsWanted(2, 2));

    conference.negotiate(viewer, PeerPlan.watching("viewer", 2));
    conference.confirm(viewer);
    conference.runMillis(1000);
    viewer
        .slots()
        .forEach(
            (mid, stream) -> {
              assertThat(stream.packets()).as(mid).isNotEmpty();
              assertThat(stream.discontinuities()).as(mid).isEmpty();
              assertThat(stream.missing()).as(mid).isZero();
            });
  }

  @Test
  @Tag("R7")
  void slotsOfANegotiationAfterTheConnectionGetSenderReports() {
    Conference conference = new Conference(8);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.enter(PeerPlan.watching("viewer", 0));
    conference.connect(viewer);
    conference.runMillis(500);
    conference.negotiate(viewer, PeerPlan.watching("viewer", 1));
    conference.confirm(viewer);
    viewer.uplink().setLoss(1);
    conference.runMillis(3000);
    assertThat(viewer.slot("a0").reports()).isGreaterThanOrEqualTo(2);
    assertThat(viewer.slot("v0").reports()).isGreaterThanOrEqualTo(2);
  }

  @Test
  @Tag("R4")
  void aSlotThatPausedGoesOnWhereItStopped() {
    for (int seed = 100; seed < 110; seed++) {
      Conference conference = new Conference(seed);
      conference.join(PeerPlan.publishing("publisher"));
      PeerPlan both = PeerPlan.watching("viewer", 1);
      SimulatedPeer viewer = conference.join(both);
      for (int i = 0; i < 4; i++) {
        conference.runMillis(500);
        conference.negotiate(viewer, both.withSlots(0, 0));
        conference.confirm(viewer);
        conference.runMillis(500);
        conference.negotiate(viewer, both);
        conference.confirm(viewer);
      }
      conference.runMillis(500);
      for (ReceivedStream stream : viewer.slots().values()) {
        assertThat(stream.discontinuities()).as("seed " + seed).isEmpty();
        assertThat(stream.missing()).as("seed " + seed).isZero();
      }
      assertThat(viewer.slot("a0").packets()).as("seed " + seed).hasSizeGreaterThan(110);
      assertThat(conference.dropped(DropReason.INDEX_REUSED)).as("seed " + seed).isZero();
      assertThat(conference.dropped(DropReason.TOO_OLD)).as("seed " + seed).isZero();
    }
  }

  @Test
  void saysHowManySlotsWouldShowEverything() {
    Conference conference = new Conference(9);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    SimulatedPeer one = conference.join(PeerPlan.publishing("one"));
    conference.join(PeerPlan.publishing("two").audioOnly());
    conference.leave(one);
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .containsExactly(
            new RoomEvent.SlotsWanted(0, 0),
            new RoomEvent.SlotsWanted(1, 1),
            new RoomEvent.SlotsWanted(2, 1),
            new RoomEvent.SlotsWanted(1, 0));
  }

  @Test
  @Tag("R4")
  void freedSlotShowsTheNextTrackAndGoesOn() {
    Conference conference = new Conference(10);
    SimulatedPeer first = conference.join(PeerPlan.publishing("first"));
    conference.join(PeerPlan.publishing("second"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    conference.leave(first);
    conference.runMillis(2000);

    for (ReceivedStream stream : viewer.slots().values()) {
      assertThat(stream.sources()).hasSize(2);
      assertThat(stream.discontinuities()).isEmpty();
      assertThat(stream.missing()).isZero();
    }
    List<RoomEvent.SlotAssigned> assigned = viewer.events(RoomEvent.SlotAssigned.class);
    assertThat(assigned).hasSize(4);
    for (RoomEvent.SlotAssigned event : assigned.subList(2, 4)) {
      int csrc = (int) Objects.requireNonNull(event.track()).csrc();
      assertThat(Objects.requireNonNull(viewer.slot(event.mid()).last()).csrc()).isEqualTo(csrc);
    }
  }

  @Test
  void freedSlotWithoutANextTrackFallsSilent() {
    Conference conference = new Conference(11);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(1000);
    conference.leave(publisher);
    int packets = viewer.slot("a0").packets().size();
    conference.runMillis(1000);
    assertThat(viewer.slot("a0").packets()).hasSize(packets);
    assertThat(viewer.events(RoomEvent.SlotAssigned.class))
        .endsWith(new RoomEvent.SlotAssigned("a0", null), new RoomEvent.SlotAssigned("v0", null));
    assertThat(viewer.events(RoomEvent.ParticipantLeft.class)).hasSize(1);
  }

  @Test
  void narrowsToOnePublisher() {
    Conference conference = new Conference(12);
    conference.join(PeerPlan.publishing("one"));
    conference.join(PeerPlan.publishing("two"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    conference.runMillis(500);
    conference.command(
        new RoomCommand.NarrowSubscription(conference.roomId(), viewer.id(), "", "two"));
    conference.runMillis(500);
    int audioOfOne = viewer.slot("a0").packets().size();
    int audioOfTwo = viewer.slot("a1").packets().size();
    conference.runMillis(500);
    assertThat(viewer.slot("a0").packets()).hasSize(audioOfOne);
    assertThat(viewer.slot("a1").packets()).hasSizeGreaterThan(audioOfTwo);
    assertThat(viewer.events(RoomEvent.SlotsWanted.class))
        .last()
        .isEqualTo(new RoomEvent.SlotsWanted(1, 1));
  }

  @Test
  void tellsWhoIsMutedOnlyWhenItChanges() {
    Conference conference = new Conference(13);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    var track = publisher.events(RoomEvent.TrackPublished.class).getFirst().track().id();
    var room = conference.roomId();
    conference.command(new RoomCommand.SetTrackMuted(room, publisher.id(), track, true));
    conference.command(new RoomCommand.SetTrackMuted(room, publisher.id(), track, true));
    conference.command(new RoomCommand.SetTrackMuted(room, viewer.id(), track, false));
    assertThat(viewer.events(RoomEvent.TrackMuted.class))
        .containsExactly(new RoomEvent.TrackMuted(track, true));
    assertThat(conference.room().info().participants().getFirst().tracks().getFirst().muted())
        .isTrue();
  }

  @Test
  void hiddenParticipantSeesAndIsNotSeen() {
    Conference conference = new Conference(14);
    SimulatedPeer hidden = conference.join(PeerPlan.talking("hidden", 1).asHidden());
    SimulatedPeer visible = conference.join(PeerPlan.talking("visible", 1));
    hidden.audio().setLevel(5);
    visible.audio().setLevel(127);
    conference.runMillis(2000);
    assertThat(hidden.slot("v0").packets()).isNotEmpty();
    assertThat(visible.slot("v0").packets()).isEmpty();
    assertThat(visible.events(RoomEvent.Joined.class).getFirst().others()).isEmpty();
    assertThat(visible.events(RoomEvent.SlotAssigned.class)).isEmpty();
    assertThat(visible.events(RoomEvent.SpeakersChanged.class)).isEmpty();
    assertThat(visible.events(RoomEvent.TrackPublished.class))
        .allMatch(event -> event.track().participant().equals(visible.id()));
  }

  @Test
  void eventsComeInAnOrderThatAClientCanFollow() {
    Conference conference = new Conference(15);
    SimulatedPeer first = conference.join(PeerPlan.talking("first", 1));
    SimulatedPeer second = conference.join(PeerPlan.talking("second", 1));
    assertThat(first.events().getFirst()).isInstanceOf(RoomEvent.Joined.class);
    assertThat(second.events().getFirst()).isInstanceOf(RoomEvent.Joined.class);
    var joined = (RoomEvent.Joined) second.events().getFirst();
    assertThat(joined.others()).singleElement().extracting("id").isEqualTo(first.id());
    assertThat(joined.others().getFirst().tracks()).hasSize(2);
    List<RoomEvent> heard = first.events(RoomEvent.class);
    int came = indexOf(heard, RoomEvent.ParticipantJoined.class, second.id());
    int published = indexOf(heard, RoomEvent.TrackPublished.class, second.id());
    int assigned = indexOf(heard, RoomEvent.SlotAssigned.class, second.id());
    assertThat(came).isPositive();
    assertThat(published).isGreaterThan(came);
    assertThat(assigned).isGreaterThan(published);
    conference.leave(second);
    assertThat(second.events().getLast()).isInstanceOf(RoomEvent.Removed.class);
  }

  @Test
  void tracksOfAnAudioAndAVideoSlotOfOnePairAreOfOnePublisher() {
    Conference conference = new Conference(16);
    conference.join(PeerPlan.publishing("mute").videoOnly());
    conference.join(PeerPlan.publishing("one"));
    conference.join(PeerPlan.publishing("two"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 3));
    ParticipantId[][] shown = new ParticipantId[3][2];
    for (RoomEvent.SlotAssigned event : viewer.events(RoomEvent.SlotAssigned.class)) {
      var track = Objects.requireNonNull(event.track());
      int pair = event.mid().charAt(1) - '0';
      shown[pair][track.kind() == MediaKind.AUDIO ? 0 : 1] = track.participant();
    }
    for (ParticipantId[] pair : shown) {
      assertThat(pair[0] == null || pair[1] == null || pair[0].equals(pair[1])).isTrue();
    }
  }

  private static int indexOf(
      List<RoomEvent> events, Class<? extends RoomEvent> type, ParticipantId about) {
    for (int i = 0; i < events.size(); i++) {
      if (type.isInstance(events.get(i)) && events.get(i).toString().contains(about.value())) {
        return i;
      }
    }
    return -1;
  }
}
