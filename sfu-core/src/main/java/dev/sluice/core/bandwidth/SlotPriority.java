package dev.sluice.core.bandwidth;

/** What a slot is worth when not everything fits, the most first. */
public enum SlotPriority {
  /** Text that cannot be read is of no use at all. */
  SCREEN,
  SPEAKER,
  /** Chosen by the viewer. */
  PINNED,
  OTHER
}
