package dev.sluice.api.session;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.RoomId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a session's mailbox takes. */
sealed interface SessionInput {
  /** The session has ended or is full: whoever waits for it is told so. Any thread. */
  default void reject() {}

  /** The fatal error for a resume that cannot be. */
  static ServerMessage.Failure unknown(@Nullable String requestId) {
    return new ServerMessage.Failure(
        ErrorCode.SESSION_UNKNOWN,
        "This session has ended or cannot be resumed; join again.",
        requestId,
        true);
  }

  /** A client's message that could be read. */
  record FromClient(SignallingConnection connection, ClientMessage message, Exchange exchange)
      implements SessionInput {
    @Override
    public void reject() {
      exchange.end(ErrorCode.SESSION_UNKNOWN.wireName());
    }
  }

  /** One that could not. */
  record Unreadable(SignallingConnection connection, ServerMessage.Failure error)
      implements SessionInput {}

  /** The participant is to be taken to another room; the answer says whether it was. */
  record Move(RoomId target, CompletableFuture<MoveOutcome> answer) implements SessionInput {
    @Override
    public void reject() {
      answer.complete(new MoveOutcome.Unknown());
    }
  }

  /** It has been taken there, or not. */
  record MoveEnded() implements SessionInput {}

  /** What the room says. */
  record FromRoom(RoomEvent event) implements SessionInput {}

  /** What the client wanted to know of its path; null when it is not in its room. */
  record FromPath(@Nullable String requestId, @Nullable DownlinkInfo downlink, Exchange exchange)
      implements SessionInput {
    @Override
    public void reject() {
      exchange.end(ErrorCode.SESSION_UNKNOWN.wireName());
    }
  }

  /** A client comes back on another socket. */
  record Attach(
      SignallingConnection connection, long lastSeq, @Nullable String requestId, Exchange exchange)
      implements SessionInput {
    @Override
    public void reject() {
      ServerMessage.Failure unknown = unknown(requestId);
      exchange.end(unknown);
      connection.closeWith(unknown, CloseCodes.POLICY_VIOLATION);
    }
  }

  /** A socket is gone. */
  record Detached(SignallingConnection connection) implements SessionInput {}

  /** Something did not come in time. */
  record Expired(SignallingSession.Awaited awaited) implements SessionInput {}

  /**
   * The session must end.
   *
   * @param connection only when this is its socket; null for in any case
   */
  record End(@Nullable SignallingConnection connection, SessionEnd why) implements SessionInput {}
}
