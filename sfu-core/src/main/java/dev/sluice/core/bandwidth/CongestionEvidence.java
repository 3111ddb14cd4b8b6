package dev.sluice.core.bandwidth;

/** What speaks for a path's being full. */
public enum CongestionEvidence {
  /** Nothing: the estimate is a guess that nothing has contradicted. */
  NONE,

  /**
   * Queues grew at about this rate. On a short queue that may be a receiver that is busy otherwise,
   * so it costs better layers, but no picture that is shown.
   */
  SEEN,

  /** What is sent waits for long, or is lost. */
  FELT
}
