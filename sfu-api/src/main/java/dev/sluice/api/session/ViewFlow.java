package dev.sluice.api.session;

import dev.sluice.core.control.RoomEvent;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a client wants to see before the room does, and words the room's refusal. Owned by
 * the session's mailbox.
 */
final class ViewFlow {
  /** Enough for a window that is being resized; a view makes work for the room. */
  private static final int VIEWS_PER_SECOND = 20;

  private static final int VIEW_BURST = 40;

  private final LimitHits hits;
  private final TokenBucket budget;

  ViewFlow(LimitHits hits, long nowNanos) {
    this.hits = hits;
    this.budget = new TokenBucket(VIEWS_PER_SECOND, VIEW_BURST, nowNanos);
  }

  /** Why a view is not handed to the room, or null when it is. */
  ServerMessage.@Nullable Failure check(
      ClientMessage.SetView message, boolean maySubscribe, long nowNanos) {
    if (!maySubscribe) {
      return error(ErrorCode.NOT_PERMITTED, "You may not subscribe.", message.id());
    }
    if (!budget.tryTake(nowNanos)) {
      hits.count(Limit.VIEW_RATE);
      return error(
          ErrorCode.RATE_LIMITED, "You change your view too often; try again.", message.id());
    }
    return null;
  }

  /** What the client is told of a view that the room has refused. */
  static ServerMessage.Failure refused(RoomEvent.ViewRefused refused) {
    ErrorCode code =
        switch (refused.fault()) {
          case UNKNOWN_SLOT -> ErrorCode.UNKNOWN_SLOT;
          case UNKNOWN_TRACK -> ErrorCode.UNKNOWN_TRACK;
          case WRONG_KIND -> ErrorCode.WRONG_KIND;
        };
    String what =
        switch (refused.fault()) {
          case UNKNOWN_SLOT -> "is no receive m-line of yours";
          case UNKNOWN_TRACK -> "is to show a track that there is not, or not for you";
          case WRONG_KIND -> "is to show a track of the other kind";
        };
    String sentence = "The slot \"%s\" %s; the view before stays.".formatted(refused.mid(), what);
    return error(code, sentence, refused.request().isEmpty() ? null : refused.request());
  }

  private static ServerMessage.Failure error(
      ErrorCode code, String sentence, @Nullable String requestId) {
    return new ServerMessage.Failure(code, sentence, requestId, false);
  }
}
