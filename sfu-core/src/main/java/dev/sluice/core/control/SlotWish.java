package dev.sluice.core.control;

import dev.sluice.core.media.TrackId;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber wishes of one slot. A value.
 *
 * @param bound the slot shows {@code track} and nothing else; otherwise the view's mode fills it
 * @param track what a bound slot shows, or null for nothing
 * @param limits the most that is of use in it
 * @param priority of its picture when the path does not carry everything: 0 (usual) to {@link
 *     #MAX_PRIORITY} (first)
 */
public record SlotWish(boolean bound, @Nullable TrackId track, SlotLimits limits, int priority) {
  /** The highest priority. */
  public static final int MAX_PRIORITY = 3;

  /**
   * Checks the wish.
   *
   * @throws IllegalArgumentException when it names a track without being bound, or has no such
   *     priority
   */
  public SlotWish {
    if ((track != null && !bound) || priority < 0 || priority > MAX_PRIORITY) {
      throw new IllegalArgumentException("only a bound slot has a track; 0 to " + MAX_PRIORITY);
    }
  }

  /** The same of a slot that the view's mode fills. */
  public SlotWish withoutTrack() {
    return new SlotWish(false, null, limits, priority);
  }

  /** A slot that is filled by the view's mode, within limits. */
  public static SlotWish limited(SlotLimits limits) {
    return new SlotWish(false, null, limits, 0);
  }

  /** A slot that shows this track, or nothing. */
  public static SlotWish showing(@Nullable TrackId track) {
    return new SlotWish(true, track, SlotLimits.NONE, 0);
  }
}
