package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.ingress.LayerMeter;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.ReceivedStream.Packet;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishers with three simulcast streams of three temporal layers each. */
@Tag("B7")
@Tag("R4")
class LayeredPublisherTest {
  private static final long MILLISECOND = 1_000_000;
  private static final int[] WIDTHS = {320, 640, 1280};

  /** Every second picture of 25 a second, and every fourth one. */
  private static final int HALF = 13;

  private static final int QUARTER = 7;

  @ParameterizedTest
  @ValueSource(longs = {120, 121, 122, 123})
  void changesOfSizeAndRateUnderLossLeaveNoTrace(long seed) {
    Conference conference = new Conference(seed);
    SimulatedPeer publisher = publish(conference, "publisher");
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    setLoss(publisher, 0.05);
    setLoss(viewer, 0.05);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 30; i++) {
      int width = WIDTHS[random.nextInt(WIDTHS.length)];
      limit(conference, viewer, new SlotLimits(width, width, random.nextBoolean() ? 0 : HALF));
      conference.runMillis(300 + random.nextInt(900));
    }
    setLoss(publisher, 0);
    setLoss(viewer, 0);
    conference.runMillis(1500);
    ReceivedStream video = viewer.slot("v0");
    assertThat(video.discontinuities()).as("seed %d", seed).isEmpty();
    // What is missing for good was lost by a publisher just before its layer was left.
    assertThat(video.missing()).as("seed %d", seed).isLessThan(10);
    assertThat(video.repaired()).as("seed %d", seed).isGreaterThan(80);
    assertThat(video.repairedWithin(300 * MILLISECOND)).as("seed %d", seed).isGreaterThan(0.95);
    assertThat(longestStillMillis(video)).as("seed %d", seed).isLessThan(500);
    assertThat(conference.dropped(DropReason.INDEX_REUSED)).isZero();
    assertThat(viewer.drops().of(DropReason.REPLAYED)).isZero();
  }

  @Test
  void aLowerRateLeavesTemporalLayersOutAndAHigherOneNeedsNoKeyframe() {
    Conference conference = new Conference(124);
    SimulatedPeer publisher = publish(conference, "publisher");
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    limit(conference, viewer, new SlotLimits(1280, 720, 0));
    conference.runMillis(1000);
    long asked = publisher.layer(2).keyframesAsked();
    assertThat(temporalLayers(conference, viewer, HALF)).containsExactly(0, 1);
    assertThat(temporalLayers(conference, viewer, QUARTER)).containsExactly(0);
    assertThat(temporalLayers(conference, viewer, 0)).containsExactly(0, 1, 2);
    assertThat(publisher.layer(2).keyframesAsked()).isEqualTo(asked);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("v0").missing()).isZero();
  }

  @Test
  @Tag("M3")
  void anotherSourceEachSecondFreezesNothing() {
    Conference conference = new Conference(125);
    List<SimulatedPeer> publishers =
        List.of(publish(conference, "ada"), publish(conference, "bob"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    ReceivedStream video = viewer.slot("v0");
    for (int i = 0; i < 20; i++) {
      TrackInfo track = video(publishers.get(i % 2));
      SlotLimits limits = new SlotLimits(WIDTHS[i % 3], WIDTHS[i % 3], 0);
      long askedNanos = conference.nowNanos();
      show(conference, viewer, new SlotWish(true, track.id(), limits, 0));
      conference.runMillis(1000);
      long shownNanos =
          video.packets().stream()
              .filter(packet -> packet.arrivalNanos() >= askedNanos)
              .filter(packet -> packet.csrc() == (int) track.csrc())
              .mapToLong(Packet::arrivalNanos)
              .min()
              .orElseThrow();
      assertThat(shownNanos - askedNanos).as("switch %d", i).isLessThan(200 * MILLISECOND);
    }
    assertThat(video.sources()).hasSize(2);
    assertThat(video.discontinuities()).isEmpty();
    assertThat(video.missing()).isZero();
    assertThat(longestStillMillis(video)).isLessThan(200);
  }

  @Test
  void aLayerThatStopsIsMissedNoLongerThanItTakesToTell() {
    Conference conference = new Conference(126);
    SimulatedPeer publisher = publish(conference, "publisher");
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(3000);
    publisher.layer(2).pause();
    conference.runMillis(3000);
    publisher.layer(1).pause();
    conference.runMillis(3000);
    ReceivedStream video = viewer.slot("v0");
    assertThat(video.packets().stream().mapToInt(Packet::width).filter(width -> width > 0))
        .containsSubsequence(1280, 640, 320);
    assertThat(video.discontinuities()).isEmpty();
    assertThat(longestStillMillis(video))
        .isLessThan(LayerMeter.DEAD_AFTER_NANOS / MILLISECOND + 300);
  }

  private static SimulatedPeer publish(Conference conference, String name) {
    PeerPlan plan = PeerPlan.publishing(name).videoOnly().withLayers("q", "h", "f");
    SimulatedPeer publisher = conference.join(plan);
    for (int layer = 0; layer < 3; layer++) {
      publisher.layer(layer).setTemporalLayers(3);
    }
    publisher.uplink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    publisher.downlink().setDelay(20 * MILLISECOND, 2 * MILLISECOND);
    return publisher;
  }

  private static void setLoss(SimulatedPeer peer, double share) {
    peer.uplink().setLoss(share);
    peer.downlink().setLoss(share);
  }

  private static void limit(Conference conference, SimulatedPeer viewer, SlotLimits limits) {
    show(conference, viewer, SlotWish.limited(limits));
  }

  private static void show(Conference conference, SimulatedPeer viewer, SlotWish wish) {
    int all = SubscriberView.ALL;
    conference.setView(
        viewer,
        new SubscriberView(Mode.AUTOMATIC, Map.of("v0", wish), List.of(), Set.of(), all, 0, all));
  }

  /** The temporal layers that come once a rate is wished, and has had a second to take effect. */
  private static Set<Integer> temporalLayers(
      Conference conference, SimulatedPeer viewer, int framesPerSecond) {
    limit(conference, viewer, new SlotLimits(1280, 720, framesPerSecond));
    conference.runMillis(1000);
    long fromNanos = conference.nowNanos();
    conference.runMillis(1000);
    Set<Integer> layers = new TreeSet<>();
    for (Packet packet : viewer.slot("v0").packets()) {
      if (packet.arrivalNanos() > fromNanos) {
        layers.add(packet.temporalId());
      }
    }
    return layers;
  }

  private static TrackInfo video(SimulatedPeer publisher) {
    return publisher.events(RoomEvent.TrackPublished.class).stream()
        .map(RoomEvent.TrackPublished::track)
        .filter(track -> track.participant().equals(publisher.id()))
        .filter(track -> track.kind() == MediaKind.VIDEO)
        .findFirst()
        .orElseThrow();
  }

  /**
   * The longest time between two pictures that could be decoded: all that came before them is
   * there, back to a keyframe.
   */
  private static long longestStillMillis(ReceivedStream stream) {
    boolean whole = true;
    long next = -1;
    long wholeNanos = 0;
    long pictureNanos = 0;
    long longestNanos = 0;
    for (Packet packet : stream.packets()) {
      boolean keyframe = packet.start() && packet.keyframe();
      whole = keyframe || (whole && (next < 0 || packet.sequence() == next));
      next = packet.sequence() + 1;
      wholeNanos = Math.max(wholeNanos, packet.arrivalNanos());
      if (packet.marker() && whole) {
        longestNanos = pictureNanos == 0 ? 0 : Math.max(longestNanos, wholeNanos - pictureNanos);
        pictureNanos = wholeNanos;
      }
    }
    return longestNanos / MILLISECOND;
  }
}
