package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomEvent.LayersWanted;
import dev.sluice.core.control.RoomEvent.TrackAvailability;
import dev.sluice.core.control.RoomEvent.UnavailableReason;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Publishers leave out what nobody receives, and send it again when somebody wants it. */
@Tag("B6")
class UpstreamLayersTest {
  private static final long MILLISECOND = 1_000_000;

  /** What signalling and a browser's encoder take to follow. */
  private static final long FOLLOWED_AFTER_NANOS = 250 * MILLISECOND;

  private static final SlotLimits SMALL = new SlotLimits(320, 180, 0);
  private static final SlotLimits MIDDLE = new SlotLimits(640, 360, 0);
  private static final SlotLimits LARGE = new SlotLimits(1280, 720, 0);

  @Test
  void aLayerThatNobodyWatchesStopsWithin8SecondsAndIsBackWithin2() {
    Conference conference = new Conference(601);
    SimulatedPeer publisher = publish(conference);
    SimulatedPeer viewer = watch(conference, "viewer");
    conference.runMillis(3_000);
    assertThat(width(viewer)).isEqualTo(1280);
    limit(conference, viewer, SMALL);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).containsExactly(0);
    long askedNanos = conference.nowNanos();
    limit(conference, viewer, LARGE);
    conference.runMillis(2_000);
    ReceivedStream video = viewer.slot("v0");
    long backNanos =
        video.packets().stream()
            .filter(packet -> packet.width() == 1280 && packet.arrivalNanos() > askedNanos)
            .mapToLong(ReceivedStream.Packet::arrivalNanos)
            .findFirst()
            .orElseThrow();
    assertThat(backNanos - askedNanos).isLessThan(FOLLOWED_AFTER_NANOS + 150 * MILLISECOND);
    assertThat(publisher.layer(2).keyframesAsked())
        .as("it begins with a keyframe by itself; one was asked for when the viewer came")
        .isLessThanOrEqualTo(1);
    conference.runMillis(8_000);
    assertThat(width(viewer)).isEqualTo(1280);
    assertThat(sending(conference, publisher)).as("the middle one is of no use").contains(0, 2);
    assertThat(video.discontinuities()).isEmpty();
    assertThat(video.missing()).isZero();
    assertThat(longestGapMillis(video)).isLessThan(100);
  }

  @Test
  void theMiddleLayerStopsWhenOneWatchesTheLargestAndOneTheSmallest() {
    Conference conference = new Conference(602);
    SimulatedPeer publisher = publish(conference);
    SimulatedPeer large = watch(conference, "large");
    SimulatedPeer small = watch(conference, "small");
    limit(conference, small, SMALL);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).containsExactly(0, 2);
    limit(conference, small, MIDDLE);
    conference.runMillis(2_000);
    assertThat(width(small)).isEqualTo(640);
    assertThat(width(large)).isEqualTo(1280);
    assertThat(sending(conference, publisher)).containsExactly(0, 1, 2);
    assertThat(publisher.events(LayersWanted.class).getLast().rids())
        .containsExactly("q", "h", "f");
  }

  @Test
  void theSmallestLayerGoesOnWithoutViewersAndTheOthersStop() {
    Conference conference = new Conference(603);
    SimulatedPeer publisher = publish(conference);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).containsExactly(0);
    assertThat(publisher.events(LayersWanted.class))
        .as("a message for each change, not for each look")
        .hasSize(1);
    long askedNanos = conference.nowNanos();
    SimulatedPeer viewer = watch(conference, "viewer");
    conference.runMillis(2_000);
    assertThat(viewer.slot("v0").firstPacketNanos() - askedNanos)
        .as("the smallest one is there at once")
        .isLessThan(200 * MILLISECOND);
    assertThat(width(viewer)).isEqualTo(1280);
    conference.leave(viewer);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).containsExactly(0);
  }

  @Test
  void aPublisherThatDoesNotFollowIsUnharmed() {
    Conference conference = new Conference(604);
    SimulatedPeer publisher = publish(conference);
    publisher.ignoreLayers();
    SimulatedPeer viewer = watch(conference, "viewer");
    limit(conference, viewer, SMALL);
    conference.runMillis(10_000);
    assertThat(publisher.events(LayersWanted.class)).hasSize(1);
    assertThat(sending(conference, publisher)).containsExactly(0, 1, 2);
    limit(conference, viewer, LARGE);
    conference.runMillis(2_000);
    assertThat(width(viewer)).isEqualTo(1280);
    conference.runMillis(10_000);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("v0").missing()).isZero();
    assertThat(longestGapMillis(viewer.slot("v0"))).isLessThan(100);
  }

  @Test
  void aLayerThatTheBrowserKeepsOffIsNotWaitedForEndlessly() {
    Conference conference = new Conference(605);
    SimulatedPeer publisher = publish(conference);
    SimulatedPeer viewer = watch(conference, "viewer");
    limit(conference, viewer, MIDDLE);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).containsExactly(0, 1);
    publisher.ignoreLayers();
    limit(conference, viewer, LARGE);
    conference.runMillis(1_000);
    assertThat(planned(conference, viewer)).as("it may still come").isEqualTo(720);
    conference.runMillis(3_000);
    assertThat(planned(conference, viewer)).as("it did not").isEqualTo(360);
    assertThat(width(viewer)).isEqualTo(640);
    assertThat(viewer.events(TrackAvailability.class)).isEmpty();
    conference.runMillis(10_000);
    assertThat(publisher.events(LayersWanted.class)).as("nor is it asked again").hasSize(2);
    publisher.layer(2).restart(conference.nowNanos());
    conference.runMillis(2_000);
    assertThat(width(viewer)).as("when it comes by itself it is taken").isEqualTo(1280);
    assertThat(longestGapMillis(viewer.slot("v0"))).isLessThan(100);
  }

  @Test
  void aLayerThatStopsByItselfIsNoBusinessOfTheServers() {
    Conference conference = new Conference(606);
    SimulatedPeer publisher = publish(conference);
    SimulatedPeer viewer = watch(conference, "viewer");
    conference.runMillis(3_000);
    publisher.layer(2).pause();
    publisher.layer(1).pause();
    conference.runMillis(10_000);
    assertThat(width(viewer)).isEqualTo(320);
    assertThat(publisher.events(LayersWanted.class)).isEmpty();
  }

  @Test
  void whoHasNotSaidASizeYetWakesNothing() {
    Conference conference = new Conference(607);
    SimulatedPeer publisher = publish(conference);
    conference.runMillis(8_000);
    for (int i = 0; i < 5; i++) {
      SimulatedPeer viewer = watch(conference, "viewer" + i);
      conference.runMillis(200);
      limit(conference, viewer, SMALL);
      conference.runMillis(737);
    }
    assertThat(publisher.events(LayersWanted.class)).hasSize(1);
    assertThat(sending(conference, publisher)).containsExactly(0);
  }

  @Test
  void aPathThatNarrowsFallsBackAtOnceToWhatComes() {
    Conference conference = new Conference(608);
    SimulatedPeer publisher = publish(conference);
    SimulatedPeer viewer = watch(conference, "viewer");
    viewer.downlink().setRate(5_000_000, 60_000);
    conference.runMillis(10_000);
    assertThat(width(viewer)).isEqualTo(1280);
    assertThat(sending(conference, publisher)).containsExactly(0, 2);
    viewer.downlink().setRate(700_000, 60_000);
    conference.runMillis(3_000);
    assertThat(width(viewer)).as("seed 608").isLessThan(1280);
    conference.runMillis(25_000);
    assertThat(width(viewer)).as("seed 608").isEqualTo(640);
    viewer.downlink().setRate(5_000_000, 60_000);
    conference.runMillis(25_000);
    assertThat(width(viewer)).as("seed 608").isEqualTo(1280);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void aLayerThatAPathDoesNotQuiteCarryDoesNotComeAndGo() {
    for (long rateBps : new long[] {600_000, 1_300_000, 1_800_000}) {
      Conference conference = new Conference(609);
      SimulatedPeer publisher = publish(conference);
      SimulatedPeer viewer = watch(conference, "viewer");
      viewer.downlink().setRate(rateBps, 60_000);
      conference.runMillis(30_000);
      int before = publisher.events(LayersWanted.class).size();
      conference.runMillis(60_000);
      assertThat(publisher.events(LayersWanted.class).size() - before)
          .as(
              "seed 609, a minute over a path of %d bit/s: %s",
              rateBps, publisher.events(LayersWanted.class))
          .isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aWholeTrackThatNobodyWatchesStopsAndShowsAsResuming() {
    Conference conference =
        new Conference(610, RoomLimits.DEFAULT.withSuspension(UpstreamSuspension.TRACKS));
    SimulatedPeer publisher = publish(conference);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).isEmpty();
    assertThat(publisher.events(LayersWanted.class).getLast().rids()).isEmpty();
    SimulatedPeer viewer = watch(conference, "viewer");
    long askedNanos = conference.nowNanos();
    limit(conference, viewer, SMALL);
    conference.runMillis(2_000);
    assertThat(viewer.events(TrackAvailability.class))
        .extracting(TrackAvailability::reason)
        .containsExactly(UnavailableReason.RESUMING, null);
    assertThat(viewer.slot("v0").firstPacketNanos() - askedNanos)
        .isLessThan(FOLLOWED_AFTER_NANOS + 150 * MILLISECOND);
    assertThat(width(viewer)).isEqualTo(320);
    limit(conference, viewer, LARGE);
    conference.runMillis(8_000);
    assertThat(sending(conference, publisher)).as("the smallest one too").containsExactly(0, 2);
    assertThat(width(viewer)).isEqualTo(1280);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void aVideoOfOneStreamStopsAsAWholeOnly() {
    for (UpstreamSuspension mode : UpstreamSuspension.values()) {
      Conference conference = new Conference(611, RoomLimits.DEFAULT.withSuspension(mode));
      SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
      publisher.followLayers(FOLLOWED_AFTER_NANOS);
      conference.runMillis(8_000);
      boolean stops = mode == UpstreamSuspension.TRACKS;
      assertThat(publisher.video().running()).as(mode.toString()).isNotEqualTo(stops);
      assertThat(publisher.audio().running()).as("voices go on").isTrue();
      SimulatedPeer viewer = watch(conference, "viewer");
      conference.runMillis(2_000);
      assertThat(width(viewer)).as(mode.toString()).isEqualTo(640);
      if (stops) {
        assertThat(publisher.events(LayersWanted.class))
            .extracting(LayersWanted::rids)
            .containsExactly(List.of(), List.of(""));
      }
    }
  }

  @Test
  void nothingStopsWhereThatIsTurnedOff() {
    Conference conference =
        new Conference(612, RoomLimits.DEFAULT.withSuspension(UpstreamSuspension.OFF));
    SimulatedPeer publisher = publish(conference);
    conference.runMillis(10_000);
    assertThat(publisher.events(LayersWanted.class)).isEmpty();
    assertThat(sending(conference, publisher)).containsExactly(0, 1, 2);
  }

  @Test
  void aTrackThatDoesNotComeBackShowsAsResumingForAFewSecondsOnly() {
    Conference conference =
        new Conference(613, RoomLimits.DEFAULT.withSuspension(UpstreamSuspension.TRACKS));
    SimulatedPeer publisher = publish(conference);
    conference.runMillis(8_000);
    publisher.ignoreLayers();
    SimulatedPeer viewer = watch(conference, "viewer");
    limit(conference, viewer, LARGE);
    conference.runMillis(7_000);
    assertThat(viewer.events(TrackAvailability.class))
        .extracting(TrackAvailability::reason)
        .containsExactly(UnavailableReason.RESUMING, null);
    publisher.layer(1).restart(conference.nowNanos());
    conference.runMillis(1_000);
    assertThat(width(viewer)).as("a layer that comes after all").isEqualTo(640);
  }

  private static SimulatedPeer publish(Conference conference) {
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("q", "h", "f"));
    for (int layer = 0; layer < 3; layer++) {
      publisher.layer(layer).setPacketsPerFrame(new int[] {5, 15, 45}[layer]);
    }
    publisher.followLayers(FOLLOWED_AFTER_NANOS);
    publisher.uplink().setDelay(20 * MILLISECOND, MILLISECOND);
    publisher.downlink().setDelay(20 * MILLISECOND, MILLISECOND);
    return publisher;
  }

  private static SimulatedPeer watch(Conference conference, String name) {
    SimulatedPeer viewer = conference.join(PeerPlan.watching(name, 1));
    viewer.uplink().setDelay(20 * MILLISECOND, MILLISECOND);
    viewer.downlink().setDelay(20 * MILLISECOND, MILLISECOND);
    return viewer;
  }

  private static void limit(Conference conference, SimulatedPeer viewer, SlotLimits limits) {
    int all = SubscriberView.ALL;
    Map<String, SlotWish> slots = Map.of("v0", SlotWish.limited(limits));
    conference.setView(
        viewer, new SubscriberView(Mode.AUTOMATIC, slots, List.of(), Set.of(), all, 0, all));
  }

  /** The layers of which pictures are made in the next second. */
  private static List<Integer> sending(Conference conference, SimulatedPeer publisher) {
    long[] before =
        IntStream.range(0, 3).mapToLong(i -> publisher.layer(i).picturesMade()).toArray();
    conference.runMillis(1_000);
    return IntStream.range(0, 3)
        .filter(i -> publisher.layer(i).picturesMade() > before[i])
        .boxed()
        .toList();
  }

  private static int width(SimulatedPeer viewer) {
    return viewer.slot("v0").packets().stream()
        .mapToInt(ReceivedStream.Packet::width)
        .filter(width -> width > 0)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** The height that the viewer's slot is to have. */
  private static int planned(Conference conference, SimulatedPeer viewer) {
    return Objects.requireNonNull(conference.room().downlink(viewer.id(), conference.nowNanos()))
        .shares()
        .getFirst()
        .height();
  }

  private static long longestGapMillis(ReceivedStream stream) {
    long[] arrivals =
        stream.packets().stream().mapToLong(ReceivedStream.Packet::arrivalNanos).sorted().toArray();
    return Arrays.stream(
                IntStream.range(1, arrivals.length)
                    .mapToLong(i -> arrivals[i] - arrivals[i - 1])
                    .toArray())
            .max()
            .orElseThrow()
        / MILLISECOND;
  }
}
