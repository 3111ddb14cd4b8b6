package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.EstimateReason;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a subscriber gets of one publisher over paths that carry less than there is. */
class DownlinkTest {
  @Test
  @Tag("B4")
  void showsTheLargestLayerOverAPathThatCarriesIt() {
    Downlinks call = new Downlinks(501);
    call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 20_000_000);
    call.runSeconds(5);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.HIGH_WIDTH);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.downlink().lost()).isZero();
  }

  @Test
  @Tag("B1")
  @Tag("B4")
  void showsASmallerLayerOverANarrowPathAndTheLargestOnceItIsWide() {
    Downlinks call = new Downlinks(502);
    call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 5_000_000);
    call.runSeconds(10);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.HIGH_WIDTH);
    call.setCapacity(viewer, 900_000);
    call.runSeconds(5);
    long lostBefore = viewer.downlink().lost();
    long sentBefore = viewer.downlink().sent();
    call.runSeconds(20);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isLessThan(Downlinks.HIGH_WIDTH);
    double loss =
        (viewer.downlink().lost() - lostBefore) / (double) (viewer.downlink().sent() - sentBefore);
    assertThat(loss).as(call.seed()).isLessThan(0.03);
    call.setCapacity(viewer, 5_000_000);
    call.runSeconds(25);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.HIGH_WIDTH);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(call.conference.dropped(DropReason.INDEX_REUSED)).isZero();
  }

  @Test
  @Tag("B5")
  void pausesVideoBeforeAudioSuffers() {
    Downlinks call = new Downlinks(503);
    SimulatedPeer publisher = call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 5_000_000);
    call.runSeconds(8);
    call.setCapacity(viewer, 100_000);
    call.runSeconds(15);
    ReceivedStream audio = viewer.slot("a0");
    int audioBefore = audio.packets().size();
    int videoBefore = viewer.slot("v0").packets().size();
    call.runSeconds(10);
    assertThat(audio.packets().size() - audioBefore).as(call.seed()).isGreaterThan(490);
    assertThat(viewer.slot("v0").packets().size() - videoBefore).as(call.seed()).isLessThan(20);
    assertThat(call.share(viewer, publisher).cause())
        .as(call.seed())
        .isIn(AllocationCause.BANDWIDTH, AllocationCause.WAITING);
  }

  @Test
  @Tag("B5")
  void takesWhatItsProbesFillForNoJamWhileAllIsPaused() {
    Downlinks call = new Downlinks(509);
    SimulatedPeer publisher =
        call.join(PeerPlan.publishing("publisher"), 165_000, 400_000, 1_300_000);
    SimulatedPeer viewer = call.watch(1, 1, 1_200_000);
    call.runSeconds(10);
    call.setCapacity(viewer, 120_000);
    call.runSeconds(10);
    for (int second = 0; second < 20; second++) {
      call.runSeconds(1);
      assertThat(call.share(viewer, publisher).height()).as(call.seed()).isZero();
      assertThat(call.info(viewer).estimateBps())
          .as("%s: %s s later: %s", call.seed(), second, call.info(viewer))
          .isBetween(80_000L, 160_000L);
    }
    call.setCapacity(viewer, 350_000);
    call.runSeconds(5);
    assertThat(call.share(viewer, publisher).height()).as(call.seed()).isPositive();
  }

  @Test
  @Tag("B1")
  void keepsASmallerLayerOverAPathThatSuddenlyHalves() {
    Downlinks call = new Downlinks(505);
    call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 5_000_000);
    call.runSeconds(8);
    // The largest layer needs twice as much.
    call.setCapacity(viewer, 550_000);
    call.runSeconds(5);
    assertThat(call.info(viewer).lossShare())
        .as("%s: loss, which repair of what was lost at first must not keep up", call.seed())
        .isLessThan(0.1);
    assertThat(call.bitrateOver(10, viewer, "v0"))
        .as("%s: at least the smallest layer without a pause", call.seed())
        .isGreaterThan(0.95 * Downlinks.LOW_BPS);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isBetween(1, Downlinks.MEDIUM_WIDTH);
  }

  @Test
  @Tag("B5")
  void keepsThePictureOverAPathThatCarriesLittleMoreThanIt() {
    Downlinks call = new Downlinks(508);
    SimulatedPeer publisher =
        call.join(PeerPlan.publishing("publisher"), 165_000, 400_000, 1_300_000);
    SimulatedPeer viewer = call.watch(1, 1, 1_200_000);
    call.runSeconds(20);
    call.setCapacity(viewer, 300_000);
    for (int second = 0; second < 30; second++) {
      call.runSeconds(1);
      assertThat(call.share(viewer, publisher).height())
          .as("%s: %s s after the drop: %s", call.seed(), second, call.info(viewer))
          .isPositive();
    }
    assertThat(call.info(viewer).estimateBps())
        .as(call.seed())
        .isBetween((long) (0.75 * 300_000), (long) (1.25 * 300_000));
  }

  @Test
  @Tag("B4")
  void doesNotFlapOnAStablePath() {
    Downlinks call = new Downlinks(504);
    call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 1_200_000);
    call.runSeconds(20);
    int before = call.changes(viewer);
    call.runSeconds(60);
    assertThat(call.changes(viewer) - before)
        .as("%s, in a minute", call.seed())
        .isLessThanOrEqualTo(6);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  @Tag("B1")
  void pausesNothingWhileNothingIsKnownOfThePath() {
    Downlinks call = new Downlinks(506);
    SimulatedPeer publisher = call.join(PeerPlan.publishing("publisher"), 1_500_000);
    SimulatedPeer viewer = call.watch(1, 1, 20_000_000);
    viewer.setTransportFeedback(false);
    double first = call.bitrateOver(2, viewer, "v0");
    assertThat(first).as("%s: from the start", call.seed()).isGreaterThan(0.9 * 1_500_000);
    for (int i = 0; i < 6; i++) {
      double bitrate = call.bitrateOver(5, viewer, "v0");
      assertThat(bitrate).as(call.seed()).isGreaterThan(0.99 * 1_500_000);
    }
    assertThat(call.info(viewer).estimateBps()).isEqualTo(-1);
    assertThat(call.info(viewer).congestionSeen()).isFalse();
    assertThat(call.share(viewer, publisher).height()).isPositive();
    assertThat(viewer.downlink().lost()).isZero();
  }

  @Test
  @Tag("B1")
  @Tag("B5")
  void pausesASingleEncodingOnlyOnEvidence() {
    Downlinks call = new Downlinks(507);
    SimulatedPeer publisher = call.join(PeerPlan.publishing("publisher"), 1_500_000);
    SimulatedPeer viewer = call.watch(1, 1, 20_000_000);
    // What comes before anything is known of the path is far more than the first estimate.
    call.runSeconds(1);
    int before = call.changes(viewer);
    assertThat(call.bitrateOver(5, viewer, "v0")).as(call.seed()).isGreaterThan(0.99 * 1_500_000);
    assertThat(call.changes(viewer)).as("%s: it is never paused", call.seed()).isEqualTo(before);
    call.setCapacity(viewer, 400_000);
    call.runSeconds(5);
    assertThat(call.info(viewer).congestionSeen()).as(call.seed()).isTrue();
    assertThat(call.share(viewer, publisher).height()).as("%s: paused", call.seed()).isZero();
    assertThat(call.bitrateOver(5, viewer, "v0")).as(call.seed()).isLessThan(20_000);
    int paused = call.changes(viewer);
    call.runSeconds(60);
    assertThat(call.changes(viewer) - paused)
        .as("%s: it is not tried again and again: %s", call.seed(), call.info(viewer).changes())
        .isLessThan(6);
    call.setCapacity(viewer, 20_000_000);
    call.runSeconds(10);
    assertThat(call.share(viewer, publisher).height()).as("%s: back", call.seed()).isPositive();
  }

  @Test
  @Tag("B1")
  void followsTheReceiversEstimateWithoutTransportWideFeedback() {
    Downlinks call = new Downlinks(508);
    call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 20_000_000);
    viewer.setTransportFeedback(false);
    viewer.setReceiverEstimate(700_000);
    call.runSeconds(10);
    assertThat(call.info(viewer).estimateBps()).as(call.seed()).isEqualTo(700_000);
    assertThat(call.info(viewer).estimateReason()).isEqualTo(EstimateReason.RECEIVER);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.MEDIUM_WIDTH);
    viewer.setReceiverEstimate(3_000_000);
    call.runSeconds(20);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.HIGH_WIDTH);
    viewer.setReceiverEstimate(350_000);
    call.runSeconds(10);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.LOW_WIDTH);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  @Tag("B1")
  @Tag("B2")
  void keepsTheEstimateWhileThePublisherSendsLittle() {
    Downlinks call = new Downlinks(509);
    SimulatedPeer publisher = call.publish("publisher");
    SimulatedPeer viewer = call.watch(1, 1, 3_000_000);
    call.runSeconds(15);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.HIGH_WIDTH);
    long estimateBefore = call.info(viewer).estimateBps();
    publisher.layer(1).pause();
    publisher.layer(2).pause();
    call.runSeconds(5);
    long paddingBefore = call.info(viewer).paddingBytes();
    call.runSeconds(60);
    assertThat(call.info(viewer).estimateBps())
        .as(call.seed())
        .isGreaterThan((long) (0.8 * estimateBefore));
    assertThat(call.info(viewer).paddingBytes() - paddingBefore)
        .as("%s: nothing is wanted that a probe could find room for", call.seed())
        .isZero();
    publisher.layer(1).resume(call.conference.nowNanos());
    publisher.layer(2).resume(call.conference.nowNanos());
    call.runSeconds(3);
    assertThat(Downlinks.width(viewer)).as(call.seed()).isEqualTo(Downlinks.HIGH_WIDTH);
  }

  @Test
  @Tag("B1")
  void takesLayersLeftOutForNoLoss() {
    Downlinks call = new Downlinks(510);
    SimulatedPeer publisher = call.publish("publisher");
    for (int layer = 0; layer < 3; layer++) {
      publisher.layer(layer).setTemporalLayers(3);
    }
    SimulatedPeer viewer = call.watch(1, 1, 700_000);
    call.runSeconds(30);
    int before = call.changes(viewer);
    call.runSeconds(20);
    assertThat(call.info(viewer).lossShare()).as(call.seed()).isLessThan(0.01);
    assertThat(call.changes(viewer) - before).as(call.seed()).isLessThanOrEqualTo(2);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  @Tag("B2")
  void findsTwoMegabitsWithinFiveSecondsOfTheCapBeingLifted() {
    Downlinks call = new Downlinks(511);
    call.join(PeerPlan.publishing("publisher"), 150_000, 500_000, 1_700_000);
    SimulatedPeer viewer = call.watch(1, 1, 300_000);
    call.runSeconds(20);
    assertThat(call.info(viewer).estimateBps()).as(call.seed()).isLessThan(320_000);
    call.setCapacity(viewer, 20_000_000);
    int seconds = 0;
    while (call.info(viewer).estimateBps() < 2_000_000 && seconds < 20) {
      call.runSeconds(1);
      seconds++;
    }
    assertThat(seconds).as("%s: seconds until 2 Mbit/s", call.seed()).isLessThanOrEqualTo(5);
    double padding = call.info(viewer).paddingBytes();
    assertThat(padding / call.info(viewer).sentBytes())
        .as("%s: share of padding", call.seed())
        .isLessThan(0.10);
  }
}
