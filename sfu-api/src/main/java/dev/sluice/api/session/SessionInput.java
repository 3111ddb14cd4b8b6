package dev.sluice.api.session;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.RoomId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a session's mailbox takes. */
sealed interface SessionInput {
  /** A client's message that could be read. */
  record FromClient(SignallingConnection connection, ClientMessage message)
      implements SessionInput {}

  /** One that could not. */
  record Unreadable(SignallingConnection connection, ServerMessage.Failure error)
      implements SessionInput {}

  /** The participant is to be taken to another room; the answer says whether it was. */
  record Move(RoomId target, CompletableFuture<MoveOutcome> answer) implements SessionInput {}

  /** It has been taken there, or not. */
  record MoveEnded() implements SessionInput {}

  /** What the room says. */
  record FromRoom(RoomEvent event) implements SessionInput {}

  /** What the client wanted to know of its path. */
  record FromPath(@Nullable String requestId, DownlinkInfo downlink) implements SessionInput {}

  /** A client comes back on another socket. */
  record Attach(SignallingConnection connection, long lastSeq, @Nullable String requestId)
      implements SessionInput {}

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
