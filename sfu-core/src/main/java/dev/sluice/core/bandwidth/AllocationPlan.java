package dev.sluice.core.bandwidth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all slots of a subscriber get. It is also the memory that the next allocation needs.
 *
 * @param slots in the order of the demands
 * @param allocatedBps what it costs, with what was reserved
 * @param wantedBps what the best of everything would cost
 * @param upgradeBps the estimate at which the next step up would be taken, or 0 if there is none
 */
public record AllocationPlan(
    List<SlotPlan> slots, long allocatedBps, long wantedBps, long upgradeBps) {
  /** Before the first allocation. */
  public static final AllocationPlan NONE = new AllocationPlan(List.of(), 0, 0, 0);

  /** Copies the list. */
  public AllocationPlan {
    slots = List.copyOf(slots);
  }

  /** The plan of a slot, or null if it has none. */
  public @Nullable SlotPlan slot(int slot) {
    for (SlotPlan plan : slots) {
      if (plan.slot() == slot) {
        return plan;
      }
    }
    return null;
  }
}
