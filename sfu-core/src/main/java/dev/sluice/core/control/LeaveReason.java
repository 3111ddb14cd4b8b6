package dev.sluice.core.control;

/** Why a participant is gone. */
public enum LeaveReason {
  /** It said so. */
  LEFT,
  /** Its signalling connection dropped and was not resumed in time. */
  SIGNALLING_LOST,
  /** Its connectivity checks stopped (RFC 7675). */
  MEDIA_LOST,
  /** Its DTLS handshake failed or its certificate did not match the offer. */
  DTLS_FAILED,
  /** An operator removed it. */
  REMOVED,
  /** An operator removed it and keeps it out for a time. */
  BANNED,
  /** Another one with its identity took its place. */
  DUPLICATE_IDENTITY,
  /** An operator took it to another room. */
  MOVED,
  /** The room was closed. */
  ROOM_CLOSED,
  /** The server is going down. */
  SERVER_SHUTDOWN,
  /** A broken invariant in its session or room. */
  INTERNAL_ERROR
}
