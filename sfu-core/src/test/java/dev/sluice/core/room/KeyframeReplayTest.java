package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who comes late sees at once, from the history. */
@Tag("R3")
class KeyframeReplayTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  void theSecondOfTwoJoinsIsServedFromTheHistory() {
    Conference conference = new Conference(60);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    publisher.video().setKeyframeFactor(8);
    conference.runMillis(3000);
    conference.join(PeerPlan.watching("first", 1));
    conference.runMillis(300);
    long asked = publisher.video().keyframesAsked();
    long joinedNanos = conference.nowNanos();
    SimulatedPeer second = conference.join(PeerPlan.watching("second", 1));
    conference.runMillis(5000);
    assertThat(publisher.video().keyframesAsked()).isEqualTo(asked);
    assertThat(second.slot("v0").firstPacketNanos() - joinedNanos).isLessThan(5 * MILLISECOND);
    assertThat(second.slot("v0").beginsWithKeyframe()).isTrue();
    assertThat(second.slot("v0").missing()).isZero();
    assertThat(second.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void withoutReplayTheSecondJoinIsOneRequest() {
    Conference conference = new Conference(60, RoomLimits.DEFAULT.withKeyframeReplay(0));
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.runMillis(3000);
    conference.join(PeerPlan.watching("first", 1));
    conference.runMillis(300);
    long asked = publisher.video().keyframesAsked();
    SimulatedPeer second = conference.join(PeerPlan.watching("second", 1));
    conference.runMillis(5000);
    assertThat(publisher.video().keyframesAsked()).isEqualTo(asked + 1);
    assertThat(second.slot("v0").beginsWithKeyframe()).isTrue();
  }

  @Test
  void anOldKeyframeIsNotReplayed() {
    Conference conference = new Conference(61);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.runMillis(3000);
    long asked = publisher.video().keyframesAsked();
    conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(3000);
    assertThat(publisher.video().keyframesAsked()).isEqualTo(asked + 1);
  }

  @Test
  void nothingIsReplayedAcrossAGap() {
    Conference conference = new Conference(62);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.runMillis(3000);
    conference.join(PeerPlan.watching("first", 1));
    conference.runMillis(200);
    // A number that is never sent, so never repaired.
    publisher.video().skip(1);
    conference.runMillis(200);
    long asked = publisher.video().keyframesAsked();
    SimulatedPeer second = conference.join(PeerPlan.watching("second", 1));
    conference.runMillis(2000);
    assertThat(publisher.video().keyframesAsked()).isGreaterThan(asked);
    assertThat(second.slot("v0").beginsWithKeyframe()).isTrue();
    assertThat(second.slot("v0").missing()).isZero();
  }

  @Test
  void aStreamThatIsTooLargeIsNotReplayed() {
    Conference conference = new Conference(63);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    publisher.video().setPacketsPerFrame(60);
    conference.runMillis(3000);
    conference.join(PeerPlan.watching("first", 1));
    conference.runMillis(300);
    long asked = publisher.video().keyframesAsked();
    conference.join(PeerPlan.watching("second", 1));
    conference.runMillis(2000);
    assertThat(publisher.video().keyframesAsked()).isEqualTo(asked + 1);
  }

  @Test
  void whatIsReplayedDoesNotHoldTheReceiverBack() {
    Conference conference = new Conference(64);
    conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.runMillis(3000);
    conference.join(PeerPlan.watching("first", 1));
    conference.runMillis(800);
    SimulatedPeer second = conference.join(PeerPlan.watching("second", 1));
    conference.runMillis(1000);
    List<ReceivedStream.Packet> packets = List.copyOf(second.slot("v0").packets());
    long joinedNanos = packets.getFirst().arrivalNanos();
    List<ReceivedStream.Packet> replayed =
        packets.stream().filter(packet -> packet.arrivalNanos() == joinedNanos).toList();
    assertThat(replayed).hasSizeGreaterThan(40);
    long replayedTicks = replayed.getLast().timestamp() - packets.getFirst().timestamp();
    assertThat(replayedTicks).isLessThan(5 * 90);
    ReceivedStream.Packet live = packets.get(replayed.size());
    assertThat(ticksPerSecond(live, packets.getLast())).isCloseTo(90_000, within(9L));
  }

  @Test
  void anotherTrackReplayedIntoASlotKeepsItsTimeline() {
    Conference conference = new Conference(65);
    SimulatedPeer first = conference.join(PeerPlan.publishing("first").videoOnly());
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    SimulatedPeer second = conference.join(PeerPlan.publishing("second").videoOnly());
    conference.runMillis(3000);
    second.video().requestKeyframe();
    conference.runMillis(500);
    long asked = second.video().keyframesAsked();
    conference.leave(first);
    conference.runMillis(2000);
    ReceivedStream slot = viewer.slot("v0");
    assertThat(second.video().keyframesAsked()).isEqualTo(asked);
    assertThat(slot.sources()).hasSize(2);
    assertThat(slot.missing()).isZero();
    assertThat(slot.discontinuities()).isEmpty();
    List<ReceivedStream.Packet> packets = List.copyOf(slot.packets());
    assertThat(ticksPerSecond(packets.getFirst(), packets.getLast()))
        .isCloseTo(90_000, within(300L));
  }

  /** How fast the stream's clock runs from one packet's arrival to another's. */
  private static long ticksPerSecond(ReceivedStream.Packet from, ReceivedStream.Packet to) {
    long nanos = to.arrivalNanos() - from.arrivalNanos();
    return Math.round((to.timestamp() - from.timestamp()) * 1e9 / nanos);
  }
}
