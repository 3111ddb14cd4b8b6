package dev.sluice.core.wrongarrows.room;

import dev.sluice.core.wrongarrows.egress.LooksAside;

/** Points down, as it may. */
public final class Top {
  /** What is below. */
  public LooksAside below() {
    return new LooksAside();
  }
}
