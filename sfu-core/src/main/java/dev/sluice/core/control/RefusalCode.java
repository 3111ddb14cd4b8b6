package dev.sluice.core.control;

/** Why a join was refused. */
public enum RefusalCode {
  /** The room has as many participants as it may have. */
  ROOM_FULL,
  /** The server has as many rooms as it may have. */
  TOO_MANY_ROOMS,
  /** The media worker of the room has no processor time left for more. */
  OVERLOADED,
  /** A participant with this id is already there. */
  DUPLICATE_PARTICIPANT,
  /** The server is going down. */
  SHUTTING_DOWN
}
