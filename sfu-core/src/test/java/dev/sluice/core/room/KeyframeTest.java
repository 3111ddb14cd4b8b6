package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wishes for keyframes, merged. */
@Tag("R2")
class KeyframeTest {
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
    Conference conference = new Conference(51);
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
}
