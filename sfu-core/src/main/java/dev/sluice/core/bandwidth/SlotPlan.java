package dev.sluice.core.bandwidth;

import dev.sluice.core.control.AllocationCause;

/**
 * What one slot gets.
 *
 * @param slot the caller's number of it
 * @param layer the caller's number of the layer, or {@link #PAUSED}
 * @param height of its picture, 0 when paused or not known
 * @param bitrateBps what it costs
 * @param cause why not better, or why so good
 * @param upgradedNanos when it last got better
 * @param notBeforeNanos until when it is not to get better
 * @param holdNanos how long it has to wait after its next step down
 */
public record SlotPlan(
    int slot,
    int layer,
    int height,
    long bitrateBps,
    AllocationCause cause,
    long upgradedNanos,
    long notBeforeNanos,
    long holdNanos) {
  /** No layer. */
  public static final int PAUSED = -1;

  /** Whether it gets nothing. */
  public boolean paused() {
    return layer == PAUSED;
  }
}
