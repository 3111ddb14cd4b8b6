package dev.sluice.core.control;

/**
 * Numbers of slots of each kind.
 *
 * @param audio receive m-lines of audio
 * @param video receive m-lines of video
 */
public record SlotCounts(int audio, int video) {
  /** As many as it takes. */
  public static final SlotCounts UNBOUNDED = new SlotCounts(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is negative
   */
  public SlotCounts {
    if (audio < 0 || video < 0) {
      throw new IllegalArgumentException("there are no negative numbers of slots");
    }
  }
}
