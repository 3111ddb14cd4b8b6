package dev.sluice.app;

import java.util.Locale;

/** The problems (RFC 9457) of the HTTP endpoints: their codes do not change. */
enum ApiProblem {
  INVALID_REQUEST(400, "The field \"maxParticipants\" is between 1 and 100."),
  INVALID_ROOM(400, "A room's name has 1 to 128 characters, none of them a control character."),
  INVALID_SDP(400, "The offer sends no audio or video that this server takes."),
  INVALID_TOKEN(401, "The access token has expired."),
  BANNED(403, "You are banned from this room."),
  ROOM_LOCKED(403, "The room is locked."),
  IDENTITY_IN_USE(403, "Someone with this identity is in the room."),
  ENCRYPTION_REQUIRED(403, "The room takes only tracks that are encrypted end to end."),
  TOO_MANY_PUBLISHERS(403, "The room has its 20 publishers."),
  WAITING_ROOM(403, "The room has a waiting room, and this client cannot wait."),
  CAPTURES_OFF(403, "Captures are off; sluice.capture.max-captures turns them on."),
  NOT_PERMITTED(403, "The access token is for another room."),
  ROOM_UNKNOWN(404, "There is no such room."),
  PARTICIPANT_UNKNOWN(404, "There is no such participant in the room."),
  TRACK_UNKNOWN(404, "There is no such track."),
  BAN_UNKNOWN(404, "There is no such ban."),
  WEBHOOK_UNKNOWN(404, "There is no such webhook in the configuration."),
  CAPTURE_UNKNOWN(404, "There is no such capture."),
  SESSION_UNKNOWN(404, "There is no such session."),
  NOT_ACCEPTABLE(406, "Acceptable representations: [application/json]."),
  ROOM_EXISTS(409, "There is a room of this name already."),
  TOO_MANY_CAPTURES(409, "2 captures are held already; remove one of them."),
  TOO_MANY_WATCHED(409, "10 rooms are watched already; watch one of them no longer."),
  DUPLICATE_PARTICIPANT(409, "This participant is already here."),
  IDEMPOTENCY_IN_PROGRESS(409, "The request with this key is being served; ask again."),
  CHANGED_MEANWHILE(412, "It has changed since; show it again and decide anew."),
  LENGTH_REQUIRED(411, "A request with a body must say how long it is (Content-Length)."),
  MESSAGE_TOO_LARGE(413, "A request may have at most 65536 bytes."),
  UNSUPPORTED_MEDIA_TYPE(415, "Content-Type 'text/plain' is not supported."),
  IDEMPOTENCY_KEY_REUSED(422, "This key came with another request; each request has its own."),
  INVALID_CONFIGURATION(422, "sluice.http.request-burst is 0; it must be between 1 and 1000000."),
  RATE_LIMITED(429, "This address asks too often; wait a second."),
  ROOM_FULL(503, "The room has as many participants as it may have."),
  TOO_MANY_ROOMS(503, "The server has as many rooms as it may have."),
  OVERLOADED(503, "The server serves as many as it can; try again later."),
  SHUTTING_DOWN(503, "The server is going down."),
  UNAVAILABLE(503, "The media side does not answer."),
  INTERNAL(503, "The room did not answer in time.");

  private final int status;
  private final String detail;

  ApiProblem(int status, String detail) {
    this.status = status;
    this.detail = detail;
  }

  int status() {
    return status;
  }

  /** An example of what it says. */
  String detail() {
    return detail;
  }

  /** As it stands on the wire. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
