package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.testkit.SimulatedSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wishes for keyframes, merged. */
@Tag("R2")
class KeyframeTest {
  private static final long MILLISECOND = 1_000_000;

  /** In steps of 200 ms. */
  private static final int ROUNDS = 60;

  @Test
  void fiftySubscribersCostAPublisherOneKeyframeASecond() {
    Conference conference = new Conference(50);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    List<SimulatedPeer> viewers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      viewers.add(conference.join(PeerPlan.watching("viewer" + i, 1).withSlots(0, 1)));
    }
    conference.runMillis(1500);
    long before = publisher.video().keyframesAsked();
    int seconds = 5;
    for (int i = 0; i < 5 * seconds; i++) {
      viewers.forEach(viewer -> viewer.requestKeyframe("v0", conference.nowNanos()));
      conference.runMillis(200);
    }
    assertThat(publisher.video().keyframesAsked() - before).isBetween(1L, seconds + 1L);
    for (SimulatedPeer viewer : viewers) {
      assertThat(viewer.slot("v0").discontinuities()).isEmpty();
      assertThat(viewer.slot("v0").missing()).isZero();
    }
  }

  @Test
  void repeatsARequestThatWasLost() {
    Conference conference = new Conference(51, withoutReplay());
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.runMillis(1000);
    publisher.downlink().setLoss(1);
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(500);
    assertThat(viewer.slot("v0").packets()).isEmpty();
    publisher.downlink().setLoss(0);
    conference.runMillis(1000);
    assertThat(viewer.slot("v0").packets()).isNotEmpty();
  }

  @Test
  void asksNothingMoreOnceEveryoneSees() {
    Conference conference = new Conference(52);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.join(PeerPlan.watching("one", 1));
    conference.join(PeerPlan.watching("two", 1));
    conference.runMillis(2000);
    long asked = publisher.video().keyframesAsked();
    conference.runMillis(10_000);
    assertThat(publisher.video().keyframesAsked()).isEqualTo(asked);
  }

  @Test
  void whoJoinsTwoSecondsAfterAnotherSeesAtOnce() {
    Conference conference = new Conference(53, withoutReplay());
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    publisher.uplink().setDelay(25 * MILLISECOND, 0);
    publisher.downlink().setDelay(25 * MILLISECOND, 0);
    publisher.video().setKeyframeFactor(12);
    conference.runMillis(3000);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long joinedNanos = conference.nowNanos();
      SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer" + i, 1).withSlots(0, 1));
      viewer.downlink().setDelay(25 * MILLISECOND, 0);
      conference.runMillis(2000);
      waits.add(firstPictureNanos(viewer) - joinedNanos);
    }
    waits.sort(null);
    assertThat(waits.get(18)).as("p95 of %s", waits).isLessThan(500 * MILLISECOND);
  }

  @Test
  void aStormOfWishesCostsThePublisherFewPictures() {
    long undisturbed = picturesMade(0);
    long stormed = picturesMade(50);
    assertThat(stormed).isGreaterThan(undisturbed * 95 / 100);
    // The encoder of this test would not bear them all.
    Conference empty = new Conference(55);
    long pictures = unmerged(empty.enter(PeerPlan.publishing("publisher").videoOnly()).video());
    assertThat(pictures).isLessThan(undisturbed * 95 / 100);
  }

  private static RoomLimits withoutReplay() {
    return RoomLimits.DEFAULT.withKeyframeReplay(0);
  }

  private static long picturesMade(int viewers) {
    Conference conference = new Conference(54, withoutReplay());
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    publisher.video().setPacketsPerFrame(4);
    publisher.video().setKeyframeFactor(6);
    List<SimulatedPeer> asking = new ArrayList<>();
    for (int i = 0; i < viewers; i++) {
      asking.add(conference.join(PeerPlan.watching("viewer" + i, 1).withSlots(0, 1)));
    }
    for (int i = 0; i < ROUNDS; i++) {
      asking.forEach(viewer -> viewer.requestKeyframe("v0", conference.nowNanos()));
      conference.runMillis(200);
    }
    return publisher.video().picturesMade();
  }

  private static long unmerged(SimulatedSource source) {
    source.setPacketsPerFrame(4);
    source.setKeyframeFactor(6);
    for (int i = 0; i < 5 * ROUNDS; i++) {
      if (i % 5 == 0) {
        source.requestKeyframe();
      }
      source.makeFrame(40L * MILLISECOND * i);
    }
    return source.picturesMade();
  }

  private static long firstPictureNanos(SimulatedPeer viewer) {
    return viewer.slot("v0").packets().stream()
        .filter(ReceivedStream.Packet::marker)
        .findFirst()
        .orElseThrow()
        .arrivalNanos();
  }
}
