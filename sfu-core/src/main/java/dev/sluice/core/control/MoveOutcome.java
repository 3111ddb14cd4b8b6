package dev.sluice.core.control;

/** What became of a move of a participant to another room. A value. */
public sealed interface MoveOutcome {
  /** It is in the other room. */
  record Moved() implements MoveOutcome {}

  /** The other room's rules do not let it in: it is where it was, and nobody was told anything. */
  record Refused(RefusalCode code, String detail) implements MoveOutcome {}

  /** There is no such participant; perhaps it has left meanwhile. */
  record Unknown() implements MoveOutcome {}
}
