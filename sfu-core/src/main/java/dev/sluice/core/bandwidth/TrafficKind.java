package dev.sluice.core.bandwidth;

/** What a packet carries, in the order in which the {@link Pacer} serves. */
public enum TrafficKind {
  /** Small, steady and the first to be heard missing: never waits. */
  AUDIO,
  /** Asked for by the receiver, which waits with everything after it. */
  RETRANSMISSION,
  VIDEO,
  /** RTX packets without content, sent only to measure. */
  PADDING
}
