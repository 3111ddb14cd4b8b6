package dev.sluice.api.session;

import dev.sluice.core.control.LeaveReason;

/** Why the server ended a session or a socket: the codes of {@code closed}. */
enum SessionEnd {
  LEFT(LeaveReason.LEFT, "You have left the room."),
  SIGNALLING_LOST(LeaveReason.SIGNALLING_LOST, "The session was not resumed in time."),
  MEDIA_LOST(LeaveReason.MEDIA_LOST, "The media connection was lost."),
  DTLS_FAILED(LeaveReason.DTLS_FAILED, "The DTLS handshake failed."),
  REMOVED(LeaveReason.REMOVED, "You have been removed from the room."),
  BANNED(LeaveReason.BANNED, "You are banned from this room."),
  DUPLICATE_IDENTITY(
      LeaveReason.DUPLICATE_IDENTITY, "You have joined with the same identity elsewhere."),
  MOVED(LeaveReason.MOVED, "You have been moved to another room."),
  ROOM_CLOSED(LeaveReason.ROOM_CLOSED, "The room was closed."),
  SERVER_SHUTDOWN(LeaveReason.SERVER_SHUTDOWN, "The server is going down."),
  INTERNAL_ERROR(LeaveReason.INTERNAL_ERROR, "A fault of the server ended the session."),
  SLOW_CLIENT(LeaveReason.SIGNALLING_LOST, "You did not read your messages."),
  /** Ends the old socket only; the session lives on. */
  REPLACED(LeaveReason.SIGNALLING_LOST, "The session was resumed on another socket."),
  TIMEOUT(LeaveReason.SIGNALLING_LOST, "Nothing was received for too long.");

  private final LeaveReason leaveReason;
  private final String sentence;

  SessionEnd(LeaveReason leaveReason, String sentence) {
    this.leaveReason = leaveReason;
    this.sentence = sentence;
  }

  static SessionEnd of(LeaveReason reason) {
    return switch (reason) {
      case LEFT -> LEFT;
      case SIGNALLING_LOST -> SIGNALLING_LOST;
      case MEDIA_LOST -> MEDIA_LOST;
      case DTLS_FAILED -> DTLS_FAILED;
      case REMOVED -> REMOVED;
      case BANNED -> BANNED;
      case DUPLICATE_IDENTITY -> DUPLICATE_IDENTITY;
      case MOVED -> MOVED;
      case ROOM_CLOSED -> ROOM_CLOSED;
      case SERVER_SHUTDOWN -> SERVER_SHUTDOWN;
      case INTERNAL_ERROR -> INTERNAL_ERROR;
    };
  }

  /** What the others are told. */
  LeaveReason leaveReason() {
    return leaveReason;
  }

  /** The last message of a socket that ends so. */
  ServerMessage.Closed message() {
    return new ServerMessage.Closed(WireNames.of(this), sentence);
  }

  /** RFC 6455 §7.4.1. */
  int closeCode() {
    return switch (this) {
      case SERVER_SHUTDOWN -> CloseCodes.GOING_AWAY;
      case SLOW_CLIENT -> CloseCodes.TRY_AGAIN_LATER;
      case LEFT,
          SIGNALLING_LOST,
          MEDIA_LOST,
          DTLS_FAILED,
          REMOVED,
          BANNED,
          DUPLICATE_IDENTITY,
          MOVED,
          ROOM_CLOSED,
          INTERNAL_ERROR,
          REPLACED,
          TIMEOUT ->
          CloseCodes.NORMAL;
    };
  }
}
