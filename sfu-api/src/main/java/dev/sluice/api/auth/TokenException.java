package dev.sluice.api.auth;

/**
 * A token that does not let its bearer in. The message is one sentence for the client's developer;
 * it repeats nothing of the token and nothing of the keys.
 */
public final class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it. */
  public enum Reason {
    /** There is none. */
    MISSING("An access token is needed."),
    /** Not a JWT, or longer than one may be. */
    MALFORMED("The access token is not a JWT."),
    /** {@code alg} is not the algorithm that its key is for. */
    WRONG_ALGORITHM("The access token is not signed with the algorithm of its key."),
    /** Neither {@code kid} nor {@code iss} names a key of this server. */
    UNKNOWN_KEY("The access token names no key of this server."),
    /** The signature does not match. */
    BAD_SIGNATURE("The signature of the access token is wrong."),
    /** {@code exp} has passed. */
    EXPIRED("The access token has expired."),
    /** {@code nbf} has not come yet. */
    NOT_YET_VALID("The access token is not valid yet."),
    /** A claim is missing or has the wrong type. */
    BAD_CLAIMS("A claim of the access token is missing or has the wrong type."),
    /** {@code aud} does not name this server. */
    WRONG_AUDIENCE("The access token is for another audience."),
    /** For another room. */
    WRONG_ROOM("The access token is for another room."),
    /** Its bearer, or the token itself, is kept out for a time. */
    BANNED("You are banned from this room."),
    /** Without {@code sluice.admin}. */
    NOT_ADMINISTRATOR("The access token has no \"sluice.admin\" that is true.");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Reason reason;

  TokenException(Reason reason) {
    super(reason.sentence);
    this.reason = reason;
  }

  TokenException(Reason reason, String sentence) {
    super(sentence);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
