package dev.sluice.api.auth;

import dev.sluice.api.auth.TokenException.Reason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.media.RoomId;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Decides who enters: the bearer of a good token for the room who is not banned and, in development
 * mode only, whoever comes without one. A bad token is refused in every mode.
 *
 * @param tokens verifies
 * @param tokenOptional development mode
 * @param bans who is kept out
 */
public record Admission(AccessTokens tokens, boolean tokenOptional, Bans bans) {
  private static final RoomId NO_ROOM = new RoomId(AccessToken.ANY_ROOM);

  /** Nobody is banned. */
  public Admission(AccessTokens tokens, boolean tokenOptional) {
    this(tokens, tokenOptional, new Bans(InstantSource.system()));
  }

  /**
   * What the one who asks may do in a room.
   *
   * @param jwt the token, or null or empty for none
   * @param identity who it says it is; counts only without a token
   * @param name for display; counts only without a token
   */
  public AccessToken admit(RoomId room, @Nullable String jwt, String identity, String name)
      throws TokenException {
    AccessToken token;
    if (jwt != null && !jwt.isEmpty()) {
      token = tokens.verify(jwt);
    } else if (tokenOptional) {
      token = new AccessToken(identity, name, room.value(), Grants.ALL);
    } else {
      throw new TokenException(Reason.MISSING);
    }
    if (!token.admitsTo(room)) {
      throw new TokenException(Reason.WRONG_ROOM);
    }
    requireNoBan(room, token);
    return token;
  }

  /** Refuses whoever has been banned since it was admitted. */
  public void requireNoBan(RoomId room, AccessToken token) throws TokenException {
    if (bans.keepOut(room, token)) {
      throw new TokenException(Reason.BANNED);
    }
  }

  /** The administrator who asks. */
  public Administrator administrator(@Nullable String jwt) throws TokenException {
    if (jwt == null || jwt.isEmpty()) {
      if (!tokenOptional) {
        throw new TokenException(Reason.MISSING);
      }
      return Administrator.DEVELOPER;
    }
    AccessToken token = tokens.verify(jwt);
    if (!token.admin()) {
      throw new TokenException(Reason.NOT_ADMINISTRATOR);
    }
    requireNoBan(NO_ROOM, token);
    return new Administrator(token.identity(), token.room(), token.capturesPayload());
  }
}
