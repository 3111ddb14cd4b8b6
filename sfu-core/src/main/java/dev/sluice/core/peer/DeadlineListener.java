package dev.sluice.core.peer;

/** Hears that {@link PeerSession#nextDeadlineNanos()} may say something else from now on. */
@FunctionalInterface
public interface DeadlineListener {
  /**
   * Called many times in a turn, so it must be cheap, and must not ask at once.
   *
   * @param place the number that the peer was given with its listener
   */
  void onDeadlineChange(int place);
}
