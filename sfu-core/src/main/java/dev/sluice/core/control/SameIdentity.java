package dev.sluice.core.control;

/** What becomes of a join with an identity that is in the room already. */
public enum SameIdentity {
  /** Both stay. */
  ALLOW,
  /** Who comes is refused. */
  REJECT,
  /** Who was there goes. */
  REPLACE
}
