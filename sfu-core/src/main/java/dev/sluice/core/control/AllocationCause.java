package dev.sluice.core.control;

/** Why a slot has the layer that it has. */
public enum AllocationCause {
  /** It is the best that its size asks for. */
  AS_WANTED,
  /** A cap of the room, the participant or the token forbids better. */
  CAPPED,
  /** Better would not fit the estimate. */
  BANDWIDTH,
  /** Better would fit, but the last step down is too recent. */
  WAITING,
  /** It does not fit the estimate, yet nothing shows that the path is full. */
  NO_EVIDENCE,
  /** The viewer does not show it. */
  NOT_WANTED,
  /** The publisher sends no layer of it. */
  NO_SOURCE
}
