package dev.sluice.api.webhook;

import dev.sluice.core.control.RoomEvent;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a room.
 *
 * @param room the room's name
 * @param session which of the rooms that have had this name
 * @param seq counts what happened in this session, from 1, without a gap
 * @param timeMillis when (Unix time)
 * @param what happened
 */
record Happening(String room, String session, long seq, long timeMillis, What what)
    implements OutboxEntry {
  /** What can happen. */
  sealed interface What {}

  /** The first of each session. */
  record Started() implements What {}

  /**
   * Somebody or something in the room is different.
   *
   * @param identity of the participant that it is about, where the change itself does not say it
   */
  record Changed(RoomEvent change, @Nullable String identity) implements What {}

  /** The last of each session. */
  record Ended(EndReason reason) implements What {}

  /** Why a room is no more. */
  enum EndReason {
    /** Empty, closed, or the server stopped in an orderly way. */
    ENDED,
    /**
     * The server was killed. Told when it runs again: what happened after the event before this one
     * is not known, and nobody is in the room any more.
     */
    SERVER_LOST
  }
}
