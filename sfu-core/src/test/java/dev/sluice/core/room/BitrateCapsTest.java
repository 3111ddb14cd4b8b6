package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent.ParticipantUpdated;
import dev.sluice.core.control.RoomEvent.PublishLimitExceeded;
import dev.sluice.core.control.RoomEvent.TrackAvailability;
import dev.sluice.core.control.RoomEvent.TrackMuted;
import dev.sluice.core.control.RoomEvent.UnavailableReason;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Caps by bit rate hold whatever a client wishes or sends. */
@Tag("S7")
class BitrateCapsTest {
  private static final int PACKET_BYTES = 110;

  @Test
  void aViewerGetsNoMoreVideoThanItsCapWhateverItWishes() {
    Conference conference = new Conference(701);
    publish(conference, "ada");
    publish(conference, "bob");
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    conference.runMillis(10_000);
    assertThat(rateBps(conference, viewer)).as("two largest layers").isGreaterThan(1_500_000);
    cap(conference, viewer, new ParticipantCaps(0, 800_000, SlotLimits.NONE));
    wishEverything(conference, viewer);
    conference.runMillis(2_000);
    for (int i = 0; i < 10; i++) {
      assertThat(rateBps(conference, viewer)).as("second %d", i).isBetween(300_000L, 800_000L);
    }
    assertThat(downlink(conference, viewer).shares())
        .extracting(DownlinkInfo.Share::cause)
        .contains(AllocationCause.CAPPED);
    assertThat(viewer.slots().keySet()).contains("v0", "v1");
    for (String slot : List.of("v0", "v1")) {
      assertThat(viewer.slot(slot).discontinuities()).isEmpty();
    }
    cap(conference, viewer, ParticipantCaps.NONE);
    conference.runMillis(15_000);
    assertThat(rateBps(conference, viewer)).isGreaterThan(1_500_000);
  }

  @Test
  void theCapOfTheRoomHoldsForWhoHasNoneOfItsOwn() {
    Conference conference = new Conference(702);
    conference
        .room()
        .configure(
            conference
                .room()
                .settings()
                .withPolicy(
                    new RoomPolicy(
                        100,
                        SameIdentity.ALLOW,
                        false,
                        false,
                        false,
                        new ParticipantCaps(0, 500_000, SlotLimits.NONE))),
            conference.nowNanos());
    publish(conference, "ada");
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    SimulatedPeer favoured = conference.join(PeerPlan.watching("favoured", 1));
    cap(conference, favoured, new ParticipantCaps(0, 5_000_000, SlotLimits.NONE));
    conference.runMillis(8_000);
    assertThat(rateBps(conference, viewer)).isBetween(100_000L, 500_000L);
    assertThat(rateBps(conference, favoured)).isGreaterThan(800_000);
  }

  @Test
  void aVideoThatIsMoreThanTheCapIsPausedAndTheViewerToldWhy() {
    Conference conference = new Conference(703);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("ada"));
    publisher.video().setPacketsPerFrame(30);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    cap(conference, viewer, new ParticipantCaps(0, 100_000, SlotLimits.NONE));
    conference.runMillis(3_000);
    assertThat(viewer.events(TrackAvailability.class))
        .extracting(TrackAvailability::reason)
        .containsExactly(UnavailableReason.CAPPED);
    assertThat(rateBps(conference, viewer)).isZero();
    assertThat(viewer.slot("a0").packets().size()).as("voices do not count").isGreaterThan(150);
    publisher.video().setPacketsPerFrame(2);
    conference.runMillis(15_000);
    assertThat(viewer.events(TrackAvailability.class).getLast().reason()).isNull();
    assertThat(rateBps(conference, viewer)).isPositive();
  }

  @Test
  void aLayerAboveTheCapStopsAtItsPublisher() {
    Conference conference = new Conference(704);
    SimulatedPeer publisher = publish(conference, "ada");
    publisher.followLayers(200_000_000);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    cap(conference, viewer, new ParticipantCaps(0, 500_000, SlotLimits.NONE));
    wishEverything(conference, viewer);
    conference.runMillis(8_000);
    assertThat(publisher.layer(2).running()).isFalse();
    assertThat(publisher.layer(1).running()).isTrue();
  }

  @Test
  void whoSendsTooMuchIsToldAndThenLosesTheLargestTrack() {
    Conference conference = new Conference(705);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("ada"));
    publisher.video().setPacketsPerFrame(60);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    cap(conference, publisher, new ParticipantCaps(500_000, 0, SlotLimits.NONE));
    conference.runMillis(4_000);
    assertThat(publisher.events(PublishLimitExceeded.class)).hasSize(1);
    PublishLimitExceeded told = publisher.events(PublishLimitExceeded.class).getFirst();
    assertThat(told.maxBitrateBps()).isEqualTo(500_000);
    assertThat(told.bitrateBps()).isBetween(1_000_000L, 2_000_000L);
    assertThat(rateBps(conference, viewer)).as("during the grace").isGreaterThan(500_000);
    conference.runMillis(5_000);
    assertThat(viewer.events(TrackMuted.class)).as("its video").hasSize(1);
    assertThat(publisher.events(TrackMuted.class)).hasSize(1);
    assertThat(rateBps(conference, viewer)).isZero();
    int voice = viewer.slot("a0").packets().size();
    conference.runMillis(10_000);
    assertThat(rateBps(conference, viewer)).as("whatever it goes on sending").isZero();
    assertThat(viewer.slot("a0").packets().size() - voice).as("its voice").isGreaterThan(450);
    publisher.video().setPacketsPerFrame(5);
    conference.command(
        new RoomCommand.SetTrackMuted(
            conference.roomId(),
            publisher.id(),
            publisher.events(TrackMuted.class).getFirst().track(),
            false));
    conference.runMillis(15_000);
    assertThat(rateBps(conference, viewer)).as("within the cap").isPositive();
    assertThat(publisher.events(PublishLimitExceeded.class)).hasSize(1);
  }

  @Test
  void whoSendsLessWhenToldKeepsEverything() {
    Conference conference = new Conference(706);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("ada"));
    publisher.video().setPacketsPerFrame(60);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    cap(conference, publisher, new ParticipantCaps(500_000, 0, SlotLimits.NONE));
    conference.runMillis(4_000);
    assertThat(publisher.events(PublishLimitExceeded.class)).hasSize(1);
    publisher.video().setPacketsPerFrame(10);
    conference.runMillis(20_000);
    assertThat(publisher.events(TrackMuted.class)).isEmpty();
    assertThat(publisher.events(PublishLimitExceeded.class)).hasSize(1);
    assertThat(rateBps(conference, viewer)).isPositive();
  }

  private static SimulatedPeer publish(Conference conference, String name) {
    SimulatedPeer publisher = conference.join(PeerPlan.publishing(name).withLayers("q", "h", "f"));
    for (int layer = 0; layer < 3; layer++) {
      publisher.layer(layer).setPacketsPerFrame(new int[] {5, 15, 45}[layer]);
    }
    return publisher;
  }

  private static void cap(Conference conference, SimulatedPeer peer, ParticipantCaps caps) {
    ParticipantCaps before =
        peer.events(ParticipantUpdated.class).stream()
            .map(updated -> updated.participant())
            .filter(participant -> participant.id().equals(peer.id()))
            .map(participant -> participant.standing().caps())
            .reduce((first, second) -> second)
            .orElse(ParticipantCaps.NONE);
    UpdateResult result =
        conference
            .room()
            .updateStanding(peer.id(), standing(before), standing(caps), conference.nowNanos());
    assertThat(result).isEqualTo(UpdateResult.DONE);
    conference.runMillis(1);
  }

  private static Standing standing(ParticipantCaps caps) {
    return new Standing(new Grants(true, true, false), "", "", false, caps);
  }

  /** As a client would that does not know, or mind, what it may have. */
  private static void wishEverything(Conference conference, SimulatedPeer viewer) {
    SlotWish largest = new SlotWish(false, null, new SlotLimits(9_999, 9_999, 0), 3);
    int all = SubscriberView.ALL;
    conference.setView(
        viewer,
        new SubscriberView(
            Mode.AUTOMATIC, Map.of("v0", largest), List.of(), Set.of(), all, 0, all));
  }

  /** What comes in all video slots in the next two seconds, payloads only. */
  private static long rateBps(Conference conference, SimulatedPeer viewer) {
    long before = videoPackets(viewer);
    conference.runMillis(2_000);
    return (videoPackets(viewer) - before) * PACKET_BYTES * 8 / 2;
  }

  private static long videoPackets(SimulatedPeer viewer) {
    long packets = 0;
    for (Map.Entry<String, ReceivedStream> slot : viewer.slots().entrySet()) {
      packets += slot.getKey().startsWith("v") ? slot.getValue().packets().size() : 0;
    }
    return packets;
  }

  private static DownlinkInfo downlink(Conference conference, SimulatedPeer viewer) {
    return Objects.requireNonNull(conference.room().downlink(viewer.id(), conference.nowNanos()));
  }
}
