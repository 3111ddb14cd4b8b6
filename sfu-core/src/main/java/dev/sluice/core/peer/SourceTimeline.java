package dev.sluice.core.peer;

import dev.sluice.core.egress.EgressSlot;

/** Says at which timestamp the source of a slot is now; the room knows the source. */
@FunctionalInterface
public interface SourceTimeline {
  /** The source's extended RTP timestamp, or -1 when its publisher has sent no report yet. */
  long timestampAt(EgressSlot slot, long nowNanos);
}
