package dev.sluice.core.bandwidth;

import java.util.List;

/**
 * What one slot of a subscriber asks for.
 *
 * @param slot the caller's number of it
 * @param wantedHeight in which the viewer shows it; 0 for not at all
 * @param maxHeight a cap, or {@link Integer#MAX_VALUE}
 * @param maxBitrateBps a cap, or {@link Long#MAX_VALUE}
 * @param layers what there is, from the worst to the best
 */
public record SlotDemand(
    int slot,
    SlotPriority priority,
    int wantedHeight,
    int maxHeight,
    long maxBitrateBps,
    List<LayerRate> layers) {
  /** Copies the list. */
  public SlotDemand {
    layers = List.copyOf(layers);
  }
}
