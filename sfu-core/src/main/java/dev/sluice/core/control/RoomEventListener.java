package dev.sluice.core.control;

/**
 * Receives one participant's events. Called on the media worker: must not block and must not throw.
 */
@FunctionalInterface
public interface RoomEventListener {
  /** Takes one event. */
  void onEvent(RoomEvent event);
}
