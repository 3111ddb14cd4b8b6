package dev.sluice.api.wrongarrows;

import dev.sluice.core.room.RoomLimits;
import dev.sluice.transport.wrongarrows.KnowsTheApplication;

/** Points sideways, and into the middle of the core. */
public final class KnowsTheEngine {
  final RoomLimits limits = RoomLimits.DEFAULT;

  void start(KnowsTheApplication engine) {
    engine.start();
  }
}
