package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls over links that lose, reorder and repeat. */
class RepairTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  @Tag("R1")
  @Tag("S2")
  void repairsFivePercentLossBothWaysForAMinute() {
    Conference conference = new Conference(42);
    SimulatedPeer alice = conference.join(PeerPlan.talking("alice", 1));
    SimulatedPeer bob = conference.join(PeerPlan.talking("bob", 1));
    for (SimulatedPeer peer : conference.peers()) {
      peer.uplink().setLoss(0.05);
      peer.uplink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
      peer.downlink().setLoss(0.05);
      peer.downlink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    }
    conference.runMillis(60_000);
    for (SimulatedPeer peer : new SimulatedPeer[] {alice, bob}) {
      var video = peer.slot("v0");
      assertThat(video.repaired()).as("seed 42").isGreaterThan(300);
      assertThat(video.repairedWithin(300 * MILLISECOND)).as("seed 42").isGreaterThan(0.98);
      assertThat(video.packets()).hasSizeGreaterThan(4400);
      assertThat(video.discontinuities()).isEmpty();
      assertThat(peer.slot("a0").discontinuities()).isEmpty();
      assertThat(peer.retransmissionsReceived()).isPositive();
      assertThat(peer.drops().of(DropReason.REPLAYED)).isZero();
      assertThat(peer.drops().of(DropReason.TOO_OLD)).isZero();
      assertThat(peer.drops().of(DropReason.AUTHENTICATION_FAILED)).isZero();
    }
    assertThat(conference.dropped(DropReason.REPLAYED)).isZero();
    assertThat(conference.dropped(DropReason.TOO_OLD)).isZero();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
    assertThat(conference.dropped(DropReason.AUTHENTICATION_FAILED)).isZero();
  }

  @Test
  @Tag("R1")
  void repairsBursts() {
    Conference conference = new Conference(43);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setBursts(0.005, 12);
    viewer.downlink().setBursts(0.005, 12);
    conference.runMillis(20_000);
    viewer.downlink().setBursts(0, 1);
    publisher.uplink().setBursts(0, 1);
    conference.runMillis(2000);
    assertThat(viewer.slot("v0").repaired()).as("seed 43").isGreaterThan(50);
    assertThat(viewer.slot("v0").repairedWithin(300 * MILLISECOND)).isGreaterThan(0.98);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  @Tag("S2")
  void forwardsNothingOfACallThatIsReplayed() {
    Conference conference = new Conference(44);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setDuplication(1);
    conference.runMillis(5000);
    long replayed = conference.dropped(DropReason.REPLAYED);
    assertThat(replayed).isGreaterThan(600);
    assertThat(viewer.slot("v0").duplicates()).isZero();
    assertThat(viewer.slot("a0").duplicates()).isZero();
    assertThat(viewer.slot("v0").missing()).isZero();
  }

  @Test
  void keepsStreamsInOrderOverALinkThatReorders() {
    Conference conference = new Conference(45);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setDelay(30 * MILLISECOND, 5 * MILLISECOND);
    publisher.uplink().setReordering(0.1);
    conference.runMillis(10_000);
    // What is still under way or overtaken at the end counts as missing.
    assertThat(viewer.slot("v0").missing()).as("seed 45").isLessThan(4);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
  }

  @Test
  void sequenceNumbersMayWrapUnderLoss() {
    Conference conference = new Conference(46);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    publisher.video().setSequence(65_400);
    publisher.video().setPictureId(32_700);
    publisher.audio().setSequence(65_500);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setLoss(0.03);
    viewer.downlink().setLoss(0.03);
    conference.runMillis(10_000);
    publisher.uplink().setLoss(0);
    viewer.downlink().setLoss(0);
    conference.runMillis(1500);
    assertThat(viewer.slot("v0").packets()).as("seed 46").hasSizeGreaterThan(800);
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("a0").discontinuities()).isEmpty();
  }

  @Test
  void aKeyframeWhoseFirstPacketIsLateIsShownWhole() {
    Conference conference = new Conference(47);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    publisher.video().setPacketsPerFrame(40);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setReordering(0.3);
    publisher.uplink().setDelay(5 * MILLISECOND, 0);
    conference.runMillis(2000);
    assertThat(viewer.slot("v0").missing()).as("seed 47").isLessThan(40);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("v0").duplicates()).isZero();
  }

  @Test
  void feedbackOfALossyPublisherFitsADatagram() {
    Conference conference = new Conference(48);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    publisher.video().setPacketsPerFrame(60);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setLoss(0.4);
    conference.runMillis(3000);
    // The peer itself throws on a datagram that is cut short.
    assertThat(publisher.rtcpReceived()).as("seed 48").isGreaterThan(100);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }
}
