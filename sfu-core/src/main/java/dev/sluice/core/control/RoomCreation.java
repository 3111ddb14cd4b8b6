package dev.sluice.core.control;

/** What became of the wish to create a room. */
public enum RoomCreation {
  /** The room is there, and empty. */
  CREATED,
  /** There was a room of this name already; it is as it was. */
  ROOM_EXISTS,
  /** The server has as many rooms as it may have. */
  TOO_MANY_ROOMS,
  /** The server is going down. */
  SHUTTING_DOWN
}
