package dev.sluice.core.bandwidth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.AllocationCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
class BandwidthAllocatorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long AUDIO_BPS = 50_000;
  private static final List<LayerRate> SIMULCAST =
      List.of(
          new LayerRate(0, 180, 150_000),
          new LayerRate(1, 360, 500_000),
          new LayerRate(2, 720, 1_700_000));

  private AllocationPlan plan = AllocationPlan.NONE;
  private long nowNanos = SECOND;

  @Test
  void givesEverythingWhileNothingIsKnown() {
    allocate(BandwidthEstimator.UNKNOWN, false, tiles(6));
    assertThat(layers()).containsOnly(2);
    assertThat(plan.upgradeBps()).isZero();
    assertThat(plan.allocatedBps()).isEqualTo(6 * 1_700_000 + AUDIO_BPS);
  }

  @Test
  void obeysTheOrderOfPrioritiesWithSixTilesOnOneMegabit() {
    List<SlotDemand> demands =
        List.of(
            tile(0, SlotPriority.OTHER),
            tile(1, SlotPriority.OTHER),
            tile(2, SlotPriority.PINNED),
            tile(3, SlotPriority.SPEAKER),
            tile(4, SlotPriority.SCREEN),
            tile(5, SlotPriority.OTHER));
    allocate(1_000_000, true, demands);
    // Six lowest layers are 900 kbps; one better one does not fit besides.
    assertThat(layers()).containsExactly(0, 0, 0, 0, 0, 0);
    plan = AllocationPlan.NONE;
    allocate(1_350_000, true, demands);
    assertThat(layers()).containsExactly(0, 0, 0, 0, 1, 0);
    plan = AllocationPlan.NONE;
    allocate(700_000, true, demands);
    assertThat(layers()).containsExactly(0, SlotPlan.PAUSED, 0, 0, 0, SlotPlan.PAUSED);
    plan = AllocationPlan.NONE;
    allocate(250_000, true, demands);
    assertThat(slot(4).layer()).isZero();
    assertThat(slot(3).cause()).isEqualTo(AllocationCause.BANDWIDTH);
  }

  @Test
  void improvesEqualsInTurn() {
    allocate(1_400_000, true, tiles(2));
    assertThat(layers()).containsExactly(1, 1);
  }

  @Test
  void leavesEqualsWhatTheyHave() {
    allocate(700_000, true, List.of(tile(1, SlotPriority.OTHER)));
    assertThat(layers()).containsExactly(1);
    allocate(700_000, true, tiles(2));
    assertThat(layers()).as("the first in the list is the newer one").containsExactly(0, 1);
  }

  @Test
  void takesFromALessImportantSlotWithoutRoomToSpare() {
    allocate(700_000, true, List.of(tile(0, SlotPriority.SPEAKER), tile(1, SlotPriority.OTHER)));
    assertThat(layers()).containsExactly(1, 0);
    nowNanos += SECOND;
    allocate(700_000, true, List.of(tile(0, SlotPriority.OTHER), tile(1, SlotPriority.SPEAKER)));
    assertThat(layers()).as("another one speaks").containsExactly(0, 1);
  }

  @Test
  void givesNobodyWhatAMoreImportantSlotWaitsFor() {
    List<SlotDemand> demands = List.of(tile(0, SlotPriority.SCREEN), tile(1, SlotPriority.SPEAKER));
    allocate(700_000, true, demands);
    assertThat(layers()).containsExactly(1, 0);
    nowNanos += SECOND;
    allocate(500_000, true, demands);
    assertThat(layers()).containsExactly(0, 0);
    nowNanos += SECOND;
    // There is room for one better layer, with some to spare, but not for two.
    allocate(850_000, true, demands);
    assertThat(layers()).containsExactly(0, 0);
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.WAITING);
    assertThat(plan.allocatedBps()).isEqualTo(2 * 150_000 + AUDIO_BPS);
    nowNanos += 20 * SECOND;
    allocate(850_000, true, demands);
    assertThat(layers()).containsExactly(1, 0);
  }

  @Test
  @Tag("B5")
  void pausesVideoOnlyWhenThePathIsKnownToBeFull() {
    allocate(100_000, false, tiles(1));
    assertThat(slot(0).layer()).isZero();
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.NO_EVIDENCE);
    allocate(100_000, true, tiles(1));
    assertThat(slot(0).paused()).isTrue();
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.BANDWIDTH);
    assertThat(plan.allocatedBps()).as("audio goes first").isEqualTo(AUDIO_BPS);
    assertThat(plan.upgradeBps()).isBetween(200_000L, 260_000L);
  }

  @Test
  @Tag("B5")
  void doesNotTakeAQuietPathForAWideOneJustAfterItWasFull() {
    allocate(2_000_000, false, tiles(1));
    nowNanos += SECOND;
    allocate(100_000, true, tiles(1));
    assertThat(slot(0).paused()).isTrue();
    nowNanos += SECOND;
    allocate(100_000, false, tiles(1));
    assertThat(slot(0).paused()).as("nothing is sent, so nothing is queued").isTrue();
    nowNanos += 20 * SECOND;
    allocate(100_000, false, tiles(1));
    assertThat(slot(0).cause()).as("tried again").isEqualTo(AllocationCause.NO_EVIDENCE);
  }

  @Test
  void givesNoMoreThanTheSizeAsksFor() {
    SlotDemand small = demand(0, SlotPriority.SPEAKER, 300, Integer.MAX_VALUE, Long.MAX_VALUE);
    allocate(10_000_000, true, List.of(small));
    assertThat(slot(0).layer()).isEqualTo(1);
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.AS_WANTED);
    assertThat(plan.wantedBps()).isEqualTo(500_000 + AUDIO_BPS);
    allocate(10_000_000, true, List.of(demand(0, SlotPriority.SPEAKER, 0, 720, Long.MAX_VALUE)));
    assertThat(slot(0).paused()).isTrue();
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.NOT_WANTED);
  }

  @Test
  @Tag("S7")
  void doesNotExceedACapWhateverIsAskedFor() {
    allocate(
        10_000_000,
        true,
        List.of(
            demand(0, SlotPriority.SPEAKER, 1080, 360, Long.MAX_VALUE),
            demand(1, SlotPriority.SPEAKER, 1080, 1080, 600_000),
            demand(2, SlotPriority.SPEAKER, 1080, 90, Long.MAX_VALUE)));
    assertThat(layers()).containsExactly(1, 1, SlotPlan.PAUSED);
    assertThat(plan.slots()).extracting(SlotPlan::cause).containsOnly(AllocationCause.CAPPED);
    assertThat(plan.upgradeBps()).as("no probe for what is forbidden").isZero();
  }

  @Test
  void goesDownAtOnceAndUpOnlyWithRoomToSpare() {
    allocate(2_000_000, true, tiles(1));
    assertThat(layers()).containsExactly(2);
    allocate(1_000_000, true, tiles(1));
    assertThat(layers()).containsExactly(1);
    nowNanos += 60 * SECOND;
    allocate(1_800_000, true, tiles(1));
    assertThat(layers()).as("it fits, but barely").containsExactly(1);
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.BANDWIDTH);
    allocate(plan.upgradeBps(), true, tiles(1));
    assertThat(layers()).as("the estimate that the plan named").containsExactly(2);
  }

  @Test
  void waitsLongerAfterEachStepUpThatDidNotLast() {
    long[] waits = new long[4];
    allocate(2_200_000, true, tiles(1));
    for (int i = 0; i < waits.length; i++) {
      allocate(1_000_000, true, tiles(1));
      assertThat(layers()).containsExactly(1);
      long down = nowNanos;
      while (layers().getFirst() != 2) {
        nowNanos += SECOND;
        allocate(2_200_000, true, tiles(1));
        if (layers().getFirst() != 2) {
          assertThat(slot(0).cause()).isEqualTo(AllocationCause.WAITING);
        }
      }
      waits[i] = (nowNanos - down) / SECOND;
    }
    assertThat(waits).containsExactly(5, 10, 20, 40);
  }

  @Test
  void waitsNoLongerOnAPathThatCarriesTwiceWhatIsNeeded() {
    allocate(2_200_000, true, tiles(1));
    allocate(1_000_000, true, tiles(1));
    assertThat(layers()).containsExactly(1);
    nowNanos += SECOND;
    allocate(2_200_000, true, tiles(1));
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.WAITING);
    allocate(3_600_000, true, tiles(1));
    assertThat(layers()).containsExactly(2);
  }

  @Test
  @Tag("B5")
  void bringsAPausedPictureBackAfterAShortTime() {
    allocate(2_000_000, true, tiles(1));
    for (int i = 0; i < 4; i++) {
      allocate(100_000, true, tiles(1));
      assertThat(slot(0).paused()).isTrue();
      nowNanos += i == 0 ? SECOND / 2 : 4 * SECOND;
      allocate(300_000, true, tiles(1));
      assertThat(slot(0).cause()).as("time %s", i).isEqualTo(AllocationCause.WAITING);
      nowNanos += i == 0 ? SECOND / 2 : SECOND;
      allocate(300_000, true, tiles(1));
      assertThat(layers()).as("time %s", i).containsExactly(0);
      nowNanos += SECOND;
    }
  }

  @Test
  @Tag("B5")
  void pausesNoPictureUntilTheFullPathIsFelt() {
    allocate(2_000_000, CongestionEvidence.NONE, tiles(1));
    nowNanos += SECOND;
    allocate(100_000, CongestionEvidence.SEEN, tiles(2));
    assertThat(layers()).as("worse, but there; the new one too").containsExactly(0, 0);
    assertThat(slot(1).cause()).isEqualTo(AllocationCause.NO_EVIDENCE);
    nowNanos += SECOND;
    allocate(100_000, CongestionEvidence.FELT, tiles(2));
    assertThat(layers()).containsExactly(SlotPlan.PAUSED, SlotPlan.PAUSED);
    // Nothing waits any more now that they are paused: that makes no room.
    nowNanos += 100 * SECOND;
    allocate(100_000, CongestionEvidence.SEEN, tiles(2));
    assertThat(layers()).containsExactly(SlotPlan.PAUSED, SlotPlan.PAUSED);
    allocate(400_000, CongestionEvidence.SEEN, tiles(2));
    assertThat(layers()).containsExactly(0, 0);
  }

  @Test
  @Tag("B5")
  void takesTheFirstPictureOfASlotThatWaitedForItsSourceForNoStepUp() {
    allocate(
        2_000_000,
        false,
        List.of(
            new SlotDemand(
                0, SlotPriority.OTHER, 720, Integer.MAX_VALUE, Long.MAX_VALUE, List.of())));
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.NO_SOURCE);
    nowNanos += SECOND;
    allocate(2_000_000, true, tiles(1));
    assertThat(slot(0).paused()).isFalse();
    nowNanos += SECOND;
    allocate(100_000, true, tiles(1));
    assertThat(slot(0).paused()).isTrue();
    nowNanos += SECOND;
    allocate(300_000, true, tiles(1));
    assertThat(layers()).as("a first pause is short").containsExactly(0);
    // And the next one is not, nor does a source that came and went make it so.
    nowNanos += SECOND;
    allocate(100_000, true, tiles(1));
    nowNanos += SECOND;
    allocate(300_000, true, tiles(1));
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.WAITING);
  }

  @Test
  void changesLessThanOnceInTenSecondsOnAStableLink() {
    long seed = 4;
    SplittableRandom random = new SplittableRandom(seed);
    int changes = 0;
    for (int i = 0; i < 1_200; i++) {
      List<Integer> before = plan.slots().isEmpty() ? List.of() : layers();
      // An estimate that swings as one on a full link of 1 Mbps does.
      long estimate = (long) (960_000 + 80_000 * Math.sin(i / 15.0) + random.nextInt(20_000));
      List<SlotDemand> demands = new ArrayList<>();
      for (int slot = 0; slot < 6; slot++) {
        demands.add(noisyTile(slot, random));
      }
      allocate(estimate, true, demands);
      for (int slot = 0; slot < before.size(); slot++) {
        changes += before.get(slot).equals(layers().get(slot)) ? 0 : 1;
      }
      nowNanos += SECOND / 2;
    }
    // Ten minutes.
    assertThat(changes).as("seed %s", seed).isLessThan(60);
  }

  @Test
  void prefersTheBetterOfTwoLayersWhenItIsCheaper() {
    List<LayerRate> odd = List.of(new LayerRate(0, 180, 400_000), new LayerRate(1, 360, 300_000));
    allocate(
        450_000,
        true,
        List.of(new SlotDemand(0, SlotPriority.OTHER, 720, 9_999, Long.MAX_VALUE, odd)));
    assertThat(layers()).containsExactly(1);
  }

  @Test
  void saysThatThereIsNoSource() {
    allocate(
        1_000_000,
        true,
        List.of(new SlotDemand(0, SlotPriority.OTHER, 720, 720, Long.MAX_VALUE, List.of())));
    assertThat(slot(0).cause()).isEqualTo(AllocationCause.NO_SOURCE);
  }

  @Test
  void isNotTornByALayerThatDisappears() {
    allocate(2_000_000, true, tiles(1));
    allocate(
        2_000_000,
        true,
        List.of(
            new SlotDemand(
                0, SlotPriority.OTHER, 720, 720, Long.MAX_VALUE, SIMULCAST.subList(0, 2))));
    assertThat(layers()).containsExactly(1);
    nowNanos += SECOND;
    allocate(2_200_000, true, tiles(1));
    assertThat(layers()).as("it was not for the path that it went down").containsExactly(2);
  }

  private void allocate(long estimateBps, boolean congestionFelt, List<SlotDemand> demands) {
    allocate(
        estimateBps, congestionFelt ? CongestionEvidence.FELT : CongestionEvidence.NONE, demands);
  }

  private void allocate(long estimateBps, CongestionEvidence evidence, List<SlotDemand> demands) {
    plan = BandwidthAllocator.allocate(estimateBps, evidence, AUDIO_BPS, demands, plan, nowNanos);
  }

  private List<Integer> layers() {
    return plan.slots().stream().map(SlotPlan::layer).toList();
  }

  private SlotPlan slot(int slot) {
    return Objects.requireNonNull(plan.slot(slot));
  }

  private static List<SlotDemand> tiles(int count) {
    List<SlotDemand> demands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      demands.add(tile(i, SlotPriority.OTHER));
    }
    return demands;
  }

  private static SlotDemand tile(int slot, SlotPriority priority) {
    return demand(slot, priority, 720, Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private static SlotDemand noisyTile(int slot, SplittableRandom random) {
    List<LayerRate> noisy = new ArrayList<>();
    for (LayerRate layer : SIMULCAST) {
      double factor = 0.95 + 0.1 * random.nextDouble();
      noisy.add(new LayerRate(layer.layer(), layer.height(), (long) (layer.bitrateBps() * factor)));
    }
    return new SlotDemand(slot, SlotPriority.OTHER, 720, Integer.MAX_VALUE, Long.MAX_VALUE, noisy);
  }

  private static SlotDemand demand(
      int slot, SlotPriority priority, int wantedHeight, int maxHeight, long maxBitrateBps) {
    return new SlotDemand(slot, priority, wantedHeight, maxHeight, maxBitrateBps, SIMULCAST);
  }
}
