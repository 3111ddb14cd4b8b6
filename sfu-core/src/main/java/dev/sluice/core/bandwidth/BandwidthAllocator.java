package dev.sluice.core.bandwidth;

import dev.sluice.core.control.AllocationCause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Divides an estimate among a subscriber's slots: a pure function of the estimate, the demands and
 * the plan before. First every slot gets its lowest layer, the important ones first; then what is
 * left goes to better layers, one priority after the other, within one priority step by step in
 * turn, but first everyone has again what it had. Nobody takes what a more important slot waits
 * for.
 *
 * <p>Steps down are taken at once. A step up needs room to spare, so that the noise of estimates
 * and layer rates moves nothing, unless less important slots pay for it; and some time since the
 * slot's last step down, which doubles when a step up did not last. Video gets worse only when the
 * path is known to be full, and is paused only when that is felt ({@link CongestionEvidence}).
 *
 * <p>Rates in bit/s. Allocates lists: it runs a few times a second per subscriber, not per packet.
 */
public final class BandwidthAllocator {
  /** A step up needs this much more estimate than it costs. */
  private static final double UPGRADE_MARGIN = 1.15;

  /** What is shown already may cost this much more than the estimate. */
  private static final double KEEP_TOLERANCE = 1.05;

  /**
   * A picture that stops is worse than one that gets worse: the lowest layer stays until the
   * estimate is short of it by more than one cut. If the path really is that narrow, the next cuts
   * follow within a second.
   */
  private static final double PAUSE_TOLERANCE = 1.2;

  /** Nor does it wait for as much room as a better layer. */
  private static final double RESUME_MARGIN = 1.05;

  private static final double WIDE_FACTOR = 2;

  /** What was cut once may have been cut by mistake: a viewer should hardly notice. */
  private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;

  private static final long MIN_HOLD_NANOS = 5_000_000_000L;
  private static final long MAX_HOLD_NANOS = 60_000_000_000L;

  /** A step up that lasted so long was right. */
  private static final long PROVEN_NANOS = 30_000_000_000L;

  private final long estimateBps;
  private final CongestionEvidence evidence;
  private final AllocationPlan previous;
  private final long nowNanos;
  private long usedBps;

  /** What steps up cost that have to wait: kept free. */
  private long heldBps;

  private boolean waited;

  private BandwidthAllocator(
      long estimateBps,
      CongestionEvidence evidence,
      long reservedBps,
      AllocationPlan previous,
      long nowNanos) {
    this.estimateBps = estimateBps;
    this.evidence = evidence;
    this.previous = previous;
    this.nowNanos = nowNanos;
    usedBps = reservedBps;
  }

  /**
   * Makes a plan.
   *
   * @param estimateBps of the path, or {@link BandwidthEstimator#UNKNOWN}: then all fits
   * @param evidence see {@link BandwidthEstimator#evidence}
   * @param reservedBps what goes first in any case: audio
   * @param previous the plan in force, or {@link AllocationPlan#NONE}
   */
  public static AllocationPlan allocate(
      long estimateBps,
      CongestionEvidence evidence,
      long reservedBps,
      List<SlotDemand> demands,
      AllocationPlan previous,
      long nowNanos) {
    return new BandwidthAllocator(estimateBps, evidence, reservedBps, previous, nowNanos)
        .plan(demands);
  }

  private AllocationPlan plan(List<SlotDemand> demands) {
    List<Choice> choices = new ArrayList<>();
    for (SlotDemand demand : demands) {
      choices.add(new Choice(demand, previous.slot(demand.slot())));
    }
    long wanted = usedBps;
    for (Choice choice : choices) {
      wanted += choice.bestBps();
    }
    List<Choice> ordered = new ArrayList<>(choices);
    ordered.sort(Comparator.comparing(choice -> choice.demand.priority()));
    for (Choice choice : ordered) {
      giveLowest(choice);
    }
    for (SlotPriority priority : SlotPriority.values()) {
      improve(ordered.stream().filter(choice -> choice.demand.priority() == priority).toList());
    }
    List<SlotPlan> plans = new ArrayList<>();
    for (Choice choice : choices) {
      plans.add(choice.toPlan());
    }
    return new AllocationPlan(plans, usedBps, wanted, nextUpgradeBps(ordered));
  }

  private void giveLowest(Choice choice) {
    if (choice.layers.isEmpty()) {
      return;
    }
    if (fits(choice, 0)) {
      take(choice, 0);
    } else if (showsWithoutRoom(choice)) {
      take(choice, 0);
      choice.limit = AllocationCause.NO_EVIDENCE;
    } else {
      limit(choice, 0);
    }
  }

  /** Whether too little speaks against its picture to leave it out. */
  private boolean showsWithoutRoom(Choice choice) {
    return switch (evidence) {
      case NONE -> !choice.pausedLately();
      case SEEN -> choice.isNew();
      case FELT -> false;
    };
  }

  private void improve(List<Choice> peers) {
    improve(peers, true);
    improve(peers, false);
  }

  private void improve(List<Choice> peers, boolean upToPrevious) {
    boolean improved = true;
    while (improved) {
      improved = false;
      for (Choice choice : peers) {
        int next = choice.level + 1;
        if (choice.level < 0
            || next >= choice.layers.size()
            || (upToPrevious && next > choice.previousLevel)) {
          continue;
        }
        if (fits(choice, next)) {
          take(choice, next);
          improved = true;
        } else if (choice.limit == null) {
          limit(choice, next);
        }
      }
    }
  }

  private void limit(Choice choice, int next) {
    choice.limit = waited ? AllocationCause.WAITING : AllocationCause.BANDWIDTH;
    heldBps += waited ? choice.costBps(next) : 0;
  }

  private boolean fits(Choice choice, int level) {
    waited = false;
    if (estimateBps == BandwidthEstimator.UNKNOWN) {
      return true;
    }
    double after = usedBps + choice.costBps(level);
    double tolerance = level == 0 ? PAUSE_TOLERANCE : KEEP_TOLERANCE;
    boolean carried = evidence == CongestionEvidence.NONE || after <= tolerance * estimateBps;
    if (level <= choice.previousLevel) {
      return carried || (level == 0 && evidence != CongestionEvidence.FELT);
    }
    after += heldBps;
    if (choice.before == null) {
      return after <= estimateBps;
    }
    // What is taken from less important slots makes it no more than there was before.
    boolean moved = carried && after <= previous.allocatedBps();
    double margin = level == 0 ? RESUME_MARGIN : UPGRADE_MARGIN;
    boolean room = moved || margin * after <= estimateBps;
    // A path that carries twice as much is not the one on which the last step up failed.
    boolean wide = WIDE_FACTOR * after <= estimateBps;
    waited = room && !wide && choice.heldUntilNanos(level) - nowNanos > 0;
    return room && !waited;
  }

  private void take(Choice choice, int level) {
    usedBps += choice.costBps(level);
    choice.level = level;
  }

  private long nextUpgradeBps(List<Choice> ordered) {
    for (Choice choice : ordered) {
      int next = choice.level + 1;
      if (next < choice.layers.size()) {
        return (long) (UPGRADE_MARGIN * (usedBps + choice.costBps(next))) + 1;
      }
    }
    return 0;
  }

  /** What one slot may have, had, and gets. */
  private final class Choice {
    private final SlotDemand demand;
    private final @Nullable SlotPlan before;
    private final List<LayerRate> layers = new ArrayList<>();
    private final int previousLevel;
    private boolean capped;
    private int level = -1;
    private @Nullable AllocationCause limit;

    Choice(SlotDemand demand, @Nullable SlotPlan before) {
      this.demand = demand;
      this.before = before;
      collectLayers();
      previousLevel = before == null ? -1 : levelOf(before.layer());
    }

    /** The layers up to the smallest that fills the size, without those that a cap forbids. */
    private void collectLayers() {
      if (demand.wantedHeight() <= 0) {
        return;
      }
      for (LayerRate layer : demand.layers()) {
        if (!layers.isEmpty() && layers.getLast().height() >= demand.wantedHeight()) {
          return;
        }
        if (layer.height() > demand.maxHeight() || layer.bitrateBps() > demand.maxBitrateBps()) {
          capped = true;
          continue;
        }
        // Worse, and yet dearer.
        while (!layers.isEmpty() && layers.getLast().bitrateBps() >= layer.bitrateBps()) {
          layers.removeLast();
        }
        layers.add(layer);
      }
    }

    private int levelOf(int layer) {
      for (int i = 0; i < layers.size(); i++) {
        if (layers.get(i).layer() == layer) {
          return i;
        }
      }
      // It had a layer that is gone: anything is as good as before.
      return layer == SlotPlan.PAUSED ? -1 : layers.size();
    }

    /** Whether it has not shown anything yet, and not because of the path. */
    boolean isNew() {
      return before == null || waitedForSource(before);
    }

    /** Whether there was evidence against it not long ago: that it is silent now says nothing. */
    boolean pausedLately() {
      return before != null && before.paused() && before.notBeforeNanos() - nowNanos > 0;
    }

    /**
     * No picture is worse than one that comes and goes: the lowest layer waits a short time only,
     * and a very short one when it had lasted until then.
     */
    long heldUntilNanos(int newLevel) {
      SlotPlan old = Objects.requireNonNull(before);
      if (newLevel > 0) {
        return old.notBeforeNanos();
      }
      boolean first = old.holdNanos() == MIN_HOLD_NANOS;
      return old.notBeforeNanos() - old.holdNanos() + (first ? FIRST_PAUSE_NANOS : MIN_HOLD_NANOS);
    }

    long bestBps() {
      return layers.isEmpty() ? 0 : layers.getLast().bitrateBps();
    }

    long costBps(int newLevel) {
      long now = level < 0 ? 0 : layers.get(level).bitrateBps();
      return layers.get(newLevel).bitrateBps() - now;
    }

    SlotPlan toPlan() {
      int layer = level < 0 ? SlotPlan.PAUSED : layers.get(level).layer();
      int height = level < 0 ? 0 : layers.get(level).height();
      long bitrate = level < 0 ? 0 : layers.get(level).bitrateBps();
      // What a slot begins with is no step up.
      long proven = nowNanos - PROVEN_NANOS;
      long upgraded = before == null ? proven : before.upgradedNanos();
      long notBefore = before == null ? nowNanos : before.notBeforeNanos();
      long hold = before == null ? MIN_HOLD_NANOS : before.holdNanos();
      if (before != null && level > previousLevel) {
        upgraded = waitedForSource(before) ? proven : nowNanos;
      } else if (level < previousLevel && limit == AllocationCause.BANDWIDTH) {
        boolean lasted = nowNanos - upgraded >= PROVEN_NANOS;
        hold = lasted ? MIN_HOLD_NANOS : Math.min(2 * hold, MAX_HOLD_NANOS);
        notBefore = nowNanos + hold;
        // Another step down tells no more of the step up.
        upgraded = proven;
      }
      return new SlotPlan(
          demand.slot(), layer, height, bitrate, cause(), upgraded, notBefore, hold);
    }

    /**
     * Whether the slot has been silent since it is there, and not because of the path: nothing was
     * taken from it yet, so that what it begins with now is no step up either.
     */
    private static boolean waitedForSource(SlotPlan old) {
      return old.paused()
          && old.cause() != AllocationCause.BANDWIDTH
          && old.cause() != AllocationCause.WAITING
          && old.notBeforeNanos() - old.upgradedNanos() == PROVEN_NANOS;
    }

    private AllocationCause cause() {
      if (demand.wantedHeight() <= 0) {
        return AllocationCause.NOT_WANTED;
      }
      if (layers.isEmpty()) {
        return capped ? AllocationCause.CAPPED : AllocationCause.NO_SOURCE;
      }
      if (limit != null) {
        return limit;
      }
      boolean filled = layers.getLast().height() >= demand.wantedHeight();
      return capped && !filled ? AllocationCause.CAPPED : AllocationCause.AS_WANTED;
    }
  }
}
