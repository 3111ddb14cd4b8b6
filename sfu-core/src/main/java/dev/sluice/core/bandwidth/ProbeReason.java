package dev.sluice.core.bandwidth;

/** Why a probe is sent. */
public enum ProbeReason {
  /** The subscriber has just come and nothing is known of its path. */
  JOIN,
  /** The last probe came through and there is use for more. */
  FURTHER,
  /** The estimate fell far a moment ago; it may have been a hiccup. */
  RECOVERY,
  /** The next better plan needs more than the estimate. */
  UPGRADE,
  /** So little is sent that the media itself cannot show what the path carries. */
  APPLICATION_LIMITED,
  /** The path may have got wider, and growing step by step would take long. */
  GROWTH
}
