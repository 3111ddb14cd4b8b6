package dev.sluice.core.control;

/**
 * The most that a subscriber wants to see in one slot: usually the size of the tile on its screen.
 * A value; 0 says that nothing limits.
 *
 * @param maxWidth pixels
 * @param maxHeight pixels
 * @param maxFramesPerSecond frames per second
 */
public record SlotLimits(int maxWidth, int maxHeight, int maxFramesPerSecond) {
  /** Whatever the publisher sends. */
  public static final SlotLimits NONE = new SlotLimits(0, 0, 0);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when one is negative
   */
  public SlotLimits {
    if (maxWidth < 0 || maxHeight < 0 || maxFramesPerSecond < 0) {
      throw new IllegalArgumentException("a slot's limits are not negative");
    }
  }

  /** The smaller of each. */
  public SlotLimits within(SlotLimits cap) {
    return cap.equals(NONE)
        ? this
        : new SlotLimits(
            smaller(maxWidth, cap.maxWidth),
            smaller(maxHeight, cap.maxHeight),
            smaller(maxFramesPerSecond, cap.maxFramesPerSecond));
  }

  private static int smaller(int a, int b) {
    return a == 0 || b == 0 ? Math.max(a, b) : Math.min(a, b);
  }
}
