package dev.sluice.core.control;

/** What made the estimate what it is. */
public enum EstimateReason {
  /** There is none yet. */
  NO_FEEDBACK,
  /** The first rate that was seen to arrive. */
  FIRST_ARRIVALS,
  /** It rises because nothing speaks against it. */
  GROWTH,
  /** A probe came through. */
  PROBE,
  /** Queues grew. */
  OVERUSE,
  /** Packets were lost. */
  LOSS,
  /** The receiver's own estimate; it sends no transport-wide feedback. */
  RECEIVER,
  /** Feedback has stopped coming. */
  FEEDBACK_LOST
}
