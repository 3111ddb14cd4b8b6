package dev.sluice.api.session;

import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.media.RoomId;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what a client says while its participant is on the way to another room: neither the
 * room that it leaves nor the one that it comes to would know what to do with it. Owned by the
 * session's mailbox.
 */
final class MoveFlow {
  private final int capacity;
  private final ArrayDeque<SessionInput.FromClient> held = new ArrayDeque<>();
  private boolean moving;

  /**
   * @param capacity how much may be held
   */
  MoveFlow(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Begins a move. Only one at a time: another one is told that there is nobody here now.
   *
   * @param ended called on any thread when it is over, before the answer is known
   */
  void begin(
      Participation participation,
      RoomId target,
      CompletableFuture<MoveOutcome> answer,
      Runnable ended) {
    if (moving) {
      answer.complete(new MoveOutcome.Unknown());
      return;
    }
    moving = true;
    participation
        .move(target)
        .whenComplete(
            (outcome, failure) -> {
              ended.run();
              if (failure == null) {
                answer.complete(outcome);
              } else {
                answer.completeExceptionally(failure);
              }
            });
  }

  /** Whether this is said later; false also when too much is held already. */
  boolean holds(SessionInput.FromClient said) {
    return moving && held.size() < capacity && held.add(said);
  }

  boolean moving() {
    return moving;
  }

  /** The move is over; {@link #next} gives what was held, in its order. */
  void end() {
    moving = false;
  }

  SessionInput.@Nullable FromClient next() {
    return held.poll();
  }
}
