package dev.sluice.core.wrongarrows.egress;

import dev.sluice.core.wrongarrows.ingress.Other;

/** Points to its neighbour in the same row. */
public final class LooksAside {
  /** What it must not see. */
  public Other other() {
    return new Other();
  }
}
