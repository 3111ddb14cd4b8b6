package dev.sluice.api.session;

import dev.sluice.core.control.RefusalCode;

/** Why a request was not carried out, as docs/protocol.md lists it. */
public enum ErrorCode {
  /** Not JSON, no type, a missing or wrong field. */
  INVALID_MESSAGE,
  /** A type that this version does not know. */
  UNKNOWN_TYPE,
  /** The protocol version of join or resume is not supported. */
  UNSUPPORTED_PROTOCOL,
  /** Over the size limit. */
  MESSAGE_TOO_LARGE,
  /** Too many messages. */
  RATE_LIMITED,
  /** Join or resume must come first. */
  NOT_JOINED,
  /** A second join on one socket. */
  ALREADY_JOINED,
  /** The token is missing, bad, or for another room. */
  INVALID_TOKEN,
  /** The token does not grant this. */
  NOT_PERMITTED,
  /** Kept out for a time. */
  BANNED,
  /** The offer cannot be parsed or answered. */
  INVALID_SDP,
  /** No such track, or none of one's own. */
  UNKNOWN_TRACK,
  /** No such receive m-line. */
  UNKNOWN_SLOT,
  /** The track is audio and the slot is video, or the other way round. */
  WRONG_KIND,
  /** answerApplied for a negotiation that is not the last one. */
  UNKNOWN_NEGOTIATION,
  /** Resume of a session that has ended, or with a wrong resume token. */
  SESSION_UNKNOWN,
  /** The room is full. */
  ROOM_FULL,
  /** The room is locked. */
  ROOM_LOCKED,
  /** Someone with this identity is there, and may be only once. */
  IDENTITY_IN_USE,
  /** As many publish as may. */
  TOO_MANY_PUBLISHERS,
  /** The room takes only what is encrypted end to end. */
  ENCRYPTION_REQUIRED,
  /** The room lets nobody in without being admitted, and the client cannot wait. */
  WAITING_ROOM,
  /** The server has as many rooms (or sessions) as it may have. */
  TOO_MANY_ROOMS,
  /** The server has no processor time left for more. */
  OVERLOADED,
  /** The participant is already there. */
  DUPLICATE_PARTICIPANT,
  /** The server is going down. */
  SHUTTING_DOWN,
  /** A fault of the server. */
  INTERNAL;

  /** As it stands on the wire. */
  public String wireName() {
    return WireNames.of(this);
  }

  /** The code that tells a client of a refused join. */
  public static ErrorCode of(RefusalCode refusal) {
    return switch (refusal) {
      case ROOM_FULL -> ROOM_FULL;
      case TOO_MANY_ROOMS -> TOO_MANY_ROOMS;
      case OVERLOADED -> OVERLOADED;
      case DUPLICATE_PARTICIPANT -> DUPLICATE_PARTICIPANT;
      case SHUTTING_DOWN -> SHUTTING_DOWN;
      case ROOM_LOCKED -> ROOM_LOCKED;
      case IDENTITY_IN_USE -> IDENTITY_IN_USE;
      case TOO_MANY_PUBLISHERS -> TOO_MANY_PUBLISHERS;
      case ENCRYPTION_REQUIRED -> ENCRYPTION_REQUIRED;
    };
  }
}
