package dev.sluice.api.session;

import org.jspecify.annotations.Nullable;

/** A client message that cannot be understood. Its message is one sentence that names the field. */
public final class MessageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable String requestId;

  MessageException(ErrorCode code, String sentence, @Nullable String requestId) {
    super(sentence);
    this.code = code;
    this.requestId = requestId;
  }

  /** What kind of fault. */
  public ErrorCode code() {
    return code;
  }

  /** The id of the message, where it could be read. */
  public @Nullable String requestId() {
    return requestId;
  }

  /** How it is told to the client. */
  ServerMessage.Failure toError(boolean fatal) {
    String sentence = getMessage();
    return new ServerMessage.Failure(code, sentence == null ? "" : sentence, requestId, fatal);
  }
}
