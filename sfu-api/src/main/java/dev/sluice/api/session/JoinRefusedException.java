package dev.sluice.api.session;

/**
 * A join that the room, the server or the token refused. Its message is one sentence for the
 * client.
 */
public final class JoinRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  JoinRefusedException(ErrorCode code, String sentence) {
    super(sentence);
    this.code = code;
  }

  /** Why. */
  public ErrorCode code() {
    return code;
  }
}
