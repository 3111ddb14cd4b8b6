package dev.sluice.core.bandwidth;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The last decisions about one subscriber's slots, so that "why do I see this so blurred" has an
 * answer. Bounded: the oldest goes.
 *
 * <p>Owner: the room's worker; what {@link #decisions()} gives may go anywhere.
 */
public final class DecisionLog {
  /** Decisions kept. */
  public static final int CAPACITY = 64;

  private final ArrayDeque<Decision> decisions = new ArrayDeque<>(CAPACITY);

  /** Notes what a plan changes against the one before: layers, and causes of pausing. */
  public void handlePlan(
      AllocationPlan before, AllocationPlan after, BandwidthEstimator estimator, long nowNanos) {
    for (SlotPlan slot : after.slots()) {
      SlotPlan old = before.slot(slot.slot());
      int from = old == null ? SlotPlan.PAUSED : old.layer();
      boolean otherCause = slot.paused() && old != null && old.cause() != slot.cause();
      if (from == slot.layer() && !otherCause && old != null) {
        continue;
      }
      if (decisions.size() == CAPACITY) {
        decisions.removeFirst();
      }
      decisions.addLast(
          new Decision(
              nowNanos,
              slot.slot(),
              old == null ? 0 : old.height(),
              slot.height(),
              slot.bitrateBps(),
              slot.cause(),
              estimator.reason(nowNanos),
              estimator.estimateBps(nowNanos),
              estimator.lossShare(),
              estimator.queueDelayNanos(),
              after.allocatedBps()));
    }
  }

  /** A copy, the oldest first. */
  public List<Decision> decisions() {
    return List.copyOf(decisions);
  }
}
