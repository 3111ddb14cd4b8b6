package dev.sluice.core.control;

/** Why a join, or a track, was refused. */
public enum RefusalCode {
  /** The room has as many participants as it may have. */
  ROOM_FULL,
  /** The server has as many rooms as it may have. */
  TOO_MANY_ROOMS,
  /** The media worker of the room has no processor time left for more. */
  OVERLOADED,
  /** A participant with this id is already there. */
  DUPLICATE_PARTICIPANT,
  /** The room is locked. */
  ROOM_LOCKED,
  /** Someone with this identity is in the room, and may be there only once. */
  IDENTITY_IN_USE,
  /** As many publish in the room as may. */
  TOO_MANY_PUBLISHERS,
  /** The room takes only what is encrypted end to end. */
  ENCRYPTION_REQUIRED,
  /** The server is going down. */
  SHUTTING_DOWN
}
