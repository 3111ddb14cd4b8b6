package dev.sluice.core.peer;

/** The ways on which other workers than the room's own can send to one peer. */
public interface LanePorts {
  /** There is no other worker. */
  LanePorts NONE =
      worker -> {
        throw new IllegalStateException("there is no worker " + worker);
      };

  /** By the worker with a number. Called by the owner of the peer's room. */
  LanePort lane(int worker);
}
