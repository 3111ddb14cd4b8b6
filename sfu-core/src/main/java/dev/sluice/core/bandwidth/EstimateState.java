package dev.sluice.core.bandwidth;

/** What an estimator takes the path to be in. */
public enum EstimateState {
  /** Nothing has been heard that an estimate could rest on. */
  UNKNOWN,
  /** Queues neither grow nor drain. */
  NORMAL,
  /** Queues grow: more is sent than the path carries. */
  OVERUSE,
  /** Queues drain; growing waits until they have. */
  UNDERUSE,
  /** Loss, not delay, sets the estimate. */
  LOSS_LIMITED
}
