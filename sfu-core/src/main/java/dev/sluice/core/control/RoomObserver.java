package dev.sluice.core.control;

import dev.sluice.core.media.RoomId;

/**
 * Sees what happens in every room, as somebody in it would who is told everything at once. Called
 * on the media worker that owns the room, for each room in the order in which things happen: must
 * not block and must not throw.
 */
public interface RoomObserver {
  /** Sees nothing. */
  RoomObserver NONE =
      new RoomObserver() {
        @Override
        public void onStarted(RoomId room) {}

        @Override
        public void onChange(RoomId room, RoomEvent change) {}

        @Override
        public void onEnded(RoomId room) {}
      };

  /** There is a new room of this name. */
  void onStarted(RoomId room);

  /**
   * Somebody came, left, stands differently, or published, ended or muted a track; or the room is
   * set up differently. What concerns hidden participants is not told here either.
   */
  void onChange(RoomId room, RoomEvent change);

  /** The room of this name is gone. */
  void onEnded(RoomId room);
}
