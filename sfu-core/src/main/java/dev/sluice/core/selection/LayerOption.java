package dev.sluice.core.selection;

/**
 * One rung of a track's ladder.
 *
 * @param key the same for the same layers of the same stream, whatever else there is
 * @param height of its picture in pixels, 0 when unknown
 * @param bitrateBps what it carries now, measured at the publisher's side
 * @param framesPerSecond measured there, too
 */
public record LayerOption(
    int key, LayerTarget target, int height, long bitrateBps, double framesPerSecond) {}
