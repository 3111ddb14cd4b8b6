package dev.sluice.api.auth;

import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.media.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * Decides who enters: the bearer of a good token for the room and, in development mode only,
 * whoever comes without one. A bad token is refused in every mode.
 *
 * @param tokens verifies
 * @param tokenOptional development mode
 */
public record Admission(AccessTokens tokens, boolean tokenOptional) {
  /**
   * What the one who asks may do in a room.
   *
   * @param jwt the token, or null or empty for none
   * @param identity who it says it is; counts only without a token
   * @param name for display; counts only without a token
   */
  public AccessToken admit(RoomId room, @Nullable String jwt, String identity, String name)
      throws TokenException {
    if (jwt == null || jwt.isEmpty()) {
      if (!tokenOptional) {
        throw new TokenException(Reason.MISSING);
      }
      return new AccessToken(identity, name, room.value(), Grants.ALL);
    }
    AccessToken token = tokens.verify(jwt);
    if (!token.admitsTo(room)) {
      throw new TokenException(Reason.WRONG_ROOM);
    }
    return token;
  }

  /** Lets the one who asks administer a room, or refuses. */
  public void admitAdministrator(RoomId room, @Nullable String jwt) throws TokenException {
    AccessToken token = admitAdministrator(jwt);
    if (token != null && !token.admitsTo(room)) {
      throw new TokenException(Reason.WRONG_ROOM);
    }
  }

  /** Lets the one who asks see all rooms, or refuses. */
  public void admitToOverview(@Nullable String jwt) throws TokenException {
    AccessToken token = admitAdministrator(jwt);
    if (token != null && !token.isForAnyRoom()) {
      throw new TokenException(Reason.WRONG_ROOM, "Only a token for every room may list them.");
    }
  }

  /** An administrator's token, or null when there is none and none is needed. */
  private @Nullable AccessToken admitAdministrator(@Nullable String jwt) throws TokenException {
    if (jwt == null || jwt.isEmpty()) {
      if (!tokenOptional) {
        throw new TokenException(Reason.MISSING);
      }
      return null;
    }
    AccessToken token = tokens.verify(jwt);
    if (!token.admin()) {
      throw new TokenException(Reason.NOT_ADMINISTRATOR);
    }
    return token;
  }
}
