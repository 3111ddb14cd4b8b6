package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a subscriber gets over paths that carry less than there is. */
class DownlinkTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  @Tag("B4")
  void showsTheLargestLayerOverAPathThatCarriesIt() {
    Conference conference = new Conference(501);
    SimulatedPeer viewer = simulcastTo(conference, 20_000_000);
    conference.runMillis(10_000);
    assertThat(widthAtTheEnd(viewer)).as("seed 501").isEqualTo(1280);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.downlink().lost()).isZero();
  }

  @Test
  @Tag("B1")
  @Tag("B4")
  void showsASmallerLayerOverANarrowPathAndTheLargestOnceItIsWide() {
    Conference conference = new Conference(502);
    SimulatedPeer viewer = simulcastTo(conference, 5_000_000);
    conference.runMillis(10_000);
    assertThat(widthAtTheEnd(viewer)).as("seed 502").isEqualTo(1280);
    viewer.downlink().setRate(900_000, 60_000);
    conference.runMillis(5_000);
    long lostBefore = viewer.downlink().lost();
    long sentBefore = viewer.downlink().sent();
    conference.runMillis(20_000);
    assertThat(widthAtTheEnd(viewer)).as("seed 502").isLessThan(1280);
    double loss =
        (viewer.downlink().lost() - lostBefore) / (double) (viewer.downlink().sent() - sentBefore);
    assertThat(loss).as("seed 502").isLessThan(0.03);
    viewer.downlink().setRate(5_000_000, 60_000);
    conference.runMillis(25_000);
    assertThat(widthAtTheEnd(viewer)).as("seed 502").isEqualTo(1280);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
  }

  @Test
  @Tag("B5")
  void pausesVideoBeforeAudioSuffers() {
    Conference conference = new Conference(503);
    SimulatedPeer viewer = simulcastTo(conference, 5_000_000);
    conference.runMillis(8_000);
    viewer.downlink().setRate(100_000, 15_000);
    conference.runMillis(15_000);
    ReceivedStream audio = viewer.slot("a0");
    int audioBefore = audio.packets().size();
    int videoBefore = viewer.slot("v0").packets().size();
    conference.runMillis(10_000);
    assertThat(audio.packets().size() - audioBefore).as("seed 503").isGreaterThan(490);
    assertThat(viewer.slot("v0").packets().size() - videoBefore).as("seed 503").isLessThan(20);
  }

  @Test
  @Tag("B1")
  void keepsASmallerLayerOverAPathThatSuddenlyHalves() {
    Conference conference = new Conference(505);
    SimulatedPeer viewer = simulcastTo(conference, 5_000_000);
    conference.runMillis(8_000);
    // 300 ms of it may wait; the largest layer needs twice as much.
    viewer.downlink().setRate(550_000, 20_000);
    conference.runMillis(5_000);
    assertThat(downlink(conference, viewer).lossShare())
        .as("seed 505: loss, which repair of what was lost at first must not keep up")
        .isLessThan(0.1);
    int before = viewer.slot("v0").packets().size();
    conference.runMillis(10_000);
    assertThat(viewer.slot("v0").packets().size() - before)
        .as("seed 505: packets in ten seconds, of the smallest layer 125 a second")
        .isGreaterThan(1_200);
    assertThat(widthAtTheEnd(viewer)).as("seed 505").isBetween(1, 1279);
  }

  @Test
  @Tag("B4")
  void doesNotFlapOnAStablePath() {
    Conference conference = new Conference(504);
    SimulatedPeer viewer = simulcastTo(conference, 1_200_000);
    conference.runMillis(20_000);
    int before = switches(conference, viewer);
    conference.runMillis(60_000);
    assertThat(switches(conference, viewer) - before)
        .as("seed 504, in a minute")
        .isLessThanOrEqualTo(6);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  private static SimulatedPeer simulcastTo(Conference conference, long rateBps) {
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("l", "m", "h"));
    publisher.layer(0).setPacketsPerFrame(5);
    publisher.layer(1).setPacketsPerFrame(15);
    publisher.layer(2).setPacketsPerFrame(45);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    viewer.uplink().setDelay(20 * MILLISECOND, MILLISECOND);
    viewer.downlink().setDelay(20 * MILLISECOND, MILLISECOND);
    viewer.downlink().setRate(rateBps, 60_000);
    return viewer;
  }

  private static int widthAtTheEnd(SimulatedPeer viewer) {
    return viewer.slot("v0").packets().stream()
        .filter(packet -> packet.width() > 0)
        .reduce((first, second) -> second)
        .orElseThrow()
        .width();
  }

  private static int switches(Conference conference, SimulatedPeer viewer) {
    return downlink(conference, viewer).changes().size();
  }

  private static DownlinkInfo downlink(Conference conference, SimulatedPeer viewer) {
    return Objects.requireNonNull(conference.room().downlink(viewer.id(), conference.nowNanos()));
  }
}
