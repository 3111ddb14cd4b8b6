package dev.sluice.core.bandwidth;

/**
 * A layer that could be shown.
 *
 * @param layer the caller's number of it
 * @param height of its picture
 * @param bitrateBps as measured at the publisher's side, or expected of a suspended layer
 */
public record LayerRate(int layer, int height, long bitrateBps) {}
