package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.MediaPayload;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a slot shows changes: layers, encoders, clocks. */
@Tag("R4")
class SwitchingTest {
  @Test
  void showsTheLargestLayer() {
    Conference conference = new Conference(60);
    conference.join(PeerPlan.publishing("publisher").withLayers("q", "h", "f"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(3000);
    ReceivedStream video = viewer.slot("v0");
    assertThat(video.discontinuities()).isEmpty();
    assertThat(video.missing()).isZero();
    assertThat(video.lastWidth()).isEqualTo(1280);
  }

  @Test
  void fallsBackToTheNextLayerWhenTheLargestStops() {
    Conference conference = new Conference(61);
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("q", "h", "f"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(3000);
    publisher.layer(2).pause();
    conference.runMillis(4000);
    assertThat(viewer.slot("v0").lastWidth()).isEqualTo(640);
    publisher.layer(2).resume(conference.nowNanos());
    conference.runMillis(3000);
    ReceivedStream video = viewer.slot("v0");
    assertThat(video.lastWidth()).isEqualTo(1280);
    assertThat(video.discontinuities()).isEmpty();
    assertThat(video.missing()).isZero();
    assertThat(video.sources()).hasSize(1);
  }

  @Test
  void layersAreRepairedOnTheirOwnRetransmissionStreams() {
    Conference conference = new Conference(62);
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("q", "h"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setLoss(0.05);
    conference.runMillis(10_000);
    publisher.uplink().setLoss(0);
    conference.runMillis(1500);
    assertThat(publisher.retransmissionsSent()).as("seed 62").isGreaterThan(20);
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void aNewEncoderOnTheSameLineGoesOnInTheSameStream() {
    Conference conference = new Conference(63);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    for (int i = 1; i <= 10; i++) {
      conference.runMillis(500);
      publisher.video().changeSsrc(0xC000_0000 + 2 * i);
      publisher.audio().changeSsrc(0xC100_0000 + 2 * i);
    }
    publisher.uplink().setLoss(0.05);
    conference.runMillis(3000);
    publisher.uplink().setLoss(0);
    conference.runMillis(1500);
    for (ReceivedStream stream : viewer.slots().values()) {
      assertThat(stream.discontinuities()).isEmpty();
      assertThat(stream.sources()).hasSize(1);
    }
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(publisher.retransmissionsSent()).as("seed 63").isPositive();
    assertThat(conference.room().forwardedStreams()).isEqualTo(2);
  }

  @Test
  void aPacketOfTheOldEncoderThatComesLateChangesNothing() {
    Conference conference = new Conference(64);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    publisher.uplink().setDelay(30_000_000, 0);
    publisher.uplink().setReordering(0.2);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(1000);
    for (int i = 1; i <= 10; i++) {
      publisher.video().changeSsrc(0xC000_0000 + 2 * i);
      conference.runMillis(1500);
    }
    assertThat(viewer.slot("v0").discontinuities()).as("seed 64").isEmpty();
    assertThat(conference.room().forwardedStreams()).isEqualTo(1);
    int received = viewer.slot("v0").packets().size();
    conference.runMillis(1000);
    assertThat(viewer.slot("v0").packets()).hasSizeGreaterThan(received + 70);
  }

  @Test
  void aLeapOfAPublishersNumbersDoesNotLeapOut() {
    Conference conference = new Conference(65);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(500);
    for (int i = 0; i < 12; i++) {
      publisher.audio().skip(30_000);
      byte[] tooLarge = publisher.audio().make(new byte[1440], false, conference.nowNanos());
      publisher.sendRtp(tooLarge, conference.nowNanos());
      if (i % 3 == 2) {
        conference.runMillis(40);
      }
    }
    int before = viewer.slot("a0").packets().size();
    conference.runMillis(2000);
    assertThat(conference.dropped(DropReason.OVERSIZED)).isGreaterThan(5);
    assertThat(viewer.slot("a0").packets()).hasSizeGreaterThan(before + 90);
    assertThat(conference.dropped(DropReason.TOO_OLD)).isZero();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
    // Of each group the last packet kept the number that it would have had.
    assertThat(viewer.slot("a0").missing()).isEqualTo(4);
  }

  @Test
  @Tag("R7")
  void senderReportsOfAPairMapToTheSameInstant() {
    Conference conference = new Conference(66);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    publisher.uplink().setDelay(10_000_000, 60_000_000);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    viewer.downlink().setDelay(15_000_000, 30_000_000);
    conference.runMillis(20_000);
    long audio = viewer.slot("a0").captureErrorNanos();
    long video = viewer.slot("v0").captureErrorNanos();
    assertThat(Math.abs(audio - video)).as("seed 66").isLessThan(10_000_000);
  }

  @Test
  @Tag("R7")
  void lipSyncHoldsAfterLayerSwitches() {
    Conference conference = new Conference(67);
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("q", "f"));
    publisher.uplink().setDelay(10_000_000, 20_000_000);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    for (int i = 0; i < 4; i++) {
      conference.runMillis(3000);
      publisher.layer(1).pause();
      conference.runMillis(4000);
      publisher.layer(1).resume(conference.nowNanos());
    }
    conference.runMillis(3000);
    long audio = viewer.slot("a0").captureErrorNanos();
    long video = viewer.slot("v0").captureErrorNanos();
    assertThat(Math.abs(audio - video)).as("seed 67").isLessThan(10_000_000);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void payloadsOfTheTestkitReadAsWhatTheyAre() {
    byte[] keyframe = MediaPayload.vp8(true, 0, 7, 640, 360, 99);
    assertThat(keyframe[0] & 0x10).isNotZero();
    assertThat(MediaPayload.vp8(false, 1, 7, 0, 0, 99)[0] & 0x10).isZero();
  }
}
