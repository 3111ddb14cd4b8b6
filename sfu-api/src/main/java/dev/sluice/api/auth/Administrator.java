package dev.sluice.api.auth;

import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.media.RoomId;

/**
 * Who administers by the REST API.
 *
 * @param identity who it is, for the audit log
 * @param room what it may administer: a room's name, or {@link AccessToken#ANY_ROOM}
 * @param capturesPayload whether it may capture what is said and shown
 */
public record Administrator(String identity, String room, boolean capturesPayload) {
  /** Whoever asks in development mode without a token. */
  static final Administrator DEVELOPER =
      new Administrator("development", AccessToken.ANY_ROOM, true);

  /** Refuses when it may not administer this room. */
  public void requireRoom(RoomId wanted) throws TokenException {
    if (!isForAnyRoom() && !room.equals(wanted.value())) {
      throw new TokenException(Reason.WRONG_ROOM);
    }
  }

  /** Refuses when it may administer only one room. */
  public void requireEveryRoom() throws TokenException {
    if (!isForAnyRoom()) {
      throw new TokenException(Reason.WRONG_ROOM, "Only a token for every room may do that.");
    }
  }

  private boolean isForAnyRoom() {
    return room.equals(AccessToken.ANY_ROOM);
  }
}
