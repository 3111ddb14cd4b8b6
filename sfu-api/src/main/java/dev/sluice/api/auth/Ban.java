package dev.sluice.api.auth;

import dev.sluice.core.media.RoomId;
import java.time.Instant;

/**
 * Somebody, or a token, that is kept out until a time.
 *
 * @param id names the ban
 * @param kind what {@code subject} is
 * @param subject an identity, or a token's {@code jti}
 * @param room where, or {@link AccessToken#ANY_ROOM}
 * @param until when it ends
 */
public record Ban(long id, Kind kind, String subject, String room, Instant until) {
  /** What is kept out. */
  public enum Kind {
    /** Everyone who bears a token of this identity. */
    IDENTITY,
    /** Whoever bears this one token. */
    TOKEN
  }

  boolean isForRoom(RoomId wanted) {
    return room.equals(AccessToken.ANY_ROOM) || room.equals(wanted.value());
  }

  boolean concerns(RoomId wanted, AccessToken token) {
    return isForRoom(wanted)
        && !subject.isEmpty()
        && subject.equals(
            switch (kind) {
              case IDENTITY -> token.identity();
              case TOKEN -> token.tokenId();
            });
  }
}
