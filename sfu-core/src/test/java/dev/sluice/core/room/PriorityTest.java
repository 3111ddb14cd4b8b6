package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a path is shared among six tiles: a screen, a speaker, a pinned camera, and three others. */
@Tag("B4")
class PriorityTest {
  private static final int SILENT = 127;
  private static final int LOUD = 25;
  private static final long LOW_BPS = 60_000;
  private static final long MEDIUM_BPS = 180_000;
  private static final long HIGH_BPS = 400_000;

  private final Downlinks call = new Downlinks(601);
  private final List<SimulatedPeer> others = new ArrayList<>();
  private final SimulatedPeer pinned = publish(PeerPlan.publishing("pinned"));
  private final SimulatedPeer speaker = publish(PeerPlan.publishing("speaker"));
  private final SimulatedPeer screen = publish(PeerPlan.publishing("screen").sharingScreen());
  private final SimulatedPeer viewer;

  PriorityTest() {
    for (int i = 0; i < 3; i++) {
      others.add(publish(PeerPlan.publishing("other" + i)));
    }
    speaker.audio().setLevel(LOUD);
    viewer = call.watch(2, 6, 1_000_000);
    List<TrackId> pins = List.of(Downlinks.videoTrack(pinned));
    call.conference.setView(viewer, SubscriberView.AUTOMATIC.with(pins, Set.of()));
  }

  @Test
  void obeysTheOrderOfPrioritiesOnOneMegabitWithoutFlapping() {
    call.runSeconds(30);
    List<Integer> heights = heights();
    for (int height : heights) {
      assertThat(height).as("%s: nobody is paused: %s", call.seed(), heights).isPositive();
    }
    assertThat(heights).as(call.seed()).isSortedAccordingTo((a, b) -> b - a);
    assertThat(heights.getFirst())
        .as("%s: the screen before the others", call.seed())
        .isGreaterThan(heights.getLast());
    int before = call.changes(viewer);
    call.runSeconds(60);
    assertThat(call.changes(viewer) - before)
        .as("%s: changes in a minute: %s", call.seed(), call.info(viewer).changes())
        .isLessThan(6);
    assertThat(call.info(viewer).lossShare()).as(call.seed()).isLessThan(0.02);
    viewer.slots().values().forEach(slot -> assertThat(slot.discontinuities()).isEmpty());
  }

  @Test
  @Tag("B5")
  void takesFromTheLeastImportantFirst() {
    call.runSeconds(20);
    long[] capacities = {800_000, 600_000, 450_000, 350_000, 250_000, 180_000};
    boolean someWerePaused = false;
    for (long capacity : capacities) {
      call.setCapacity(viewer, capacity);
      call.runSeconds(8);
      List<Integer> heights = heights();
      assertThat(heights)
          .as("%s: heights by priority at %s bit/s", call.seed(), capacity)
          .isSortedAccordingTo((a, b) -> b - a);
      someWerePaused |= heights.getFirst() > 0 && heights.getLast() == 0;
    }
    assertThat(someWerePaused).as("%s: some paused, others not", call.seed()).isTrue();
    int audioBefore = viewer.slot("a0").packets().size();
    call.runSeconds(5);
    assertThat(viewer.slot("a0").packets().size() - audioBefore)
        .as("%s: the voice is whole to the end", call.seed())
        .isGreaterThanOrEqualTo(245);
  }

  @Test
  void followsTheSpeaker() {
    call.runSeconds(20);
    call.setCapacity(viewer, 550_000);
    call.runSeconds(20);
    SimulatedPeer next = others.getLast();
    speaker.audio().setLevel(SILENT);
    next.audio().setLevel(LOUD);
    call.runSeconds(20);
    int nextHeight = call.share(viewer, next).height();
    for (SimulatedPeer other : others) {
      assertThat(call.share(viewer, other).height())
          .as(call.seed())
          .isLessThanOrEqualTo(nextHeight);
    }
    assertThat(nextHeight).as(call.seed()).isPositive();
  }

  private SimulatedPeer publish(PeerPlan plan) {
    SimulatedPeer peer = call.join(plan, LOW_BPS, MEDIUM_BPS, HIGH_BPS);
    peer.audio().setLevel(SILENT);
    return peer;
  }

  /** The most important first; of the others the best. */
  private List<Integer> heights() {
    List<Integer> heights = new ArrayList<>();
    for (SimulatedPeer peer : List.of(screen, speaker, pinned)) {
      heights.add(call.share(viewer, peer).height());
    }
    heights.add(
        others.stream()
            .map(other -> call.share(viewer, other))
            .mapToInt(DownlinkInfo.Share::height)
            .max()
            .orElseThrow());
    return heights;
  }
}
