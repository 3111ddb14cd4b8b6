package dev.sluice.transport.pipeline;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.room.Passport;
import dev.sluice.core.room.Traveller;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes participants from room to room, with their peer connections. Four steps: what the other
 * room has to know is read; a place is kept there; the participant is let go; it is taken in. With
 * two rooms of one worker they are one task. Else each is a task of the worker whose room it is
 * about, and in between the participant belongs to nobody: what comes for it meanwhile waits in its
 * {@link PeerEndpoint}, which is the new worker's from the third step on.
 *
 * <p>Any thread. No worker waits for another one here: the steps are strung together on virtual
 * threads.
 */
final class RoomMoves {
  private static final Logger LOG = LoggerFactory.getLogger(RoomMoves.class);

  /** Each waits for the worker's ring by itself, so that it is a minute in all. */
  private static final int GIVE_UP_ATTEMPTS = 30;

  private static final long GIVE_UP_PAUSE_NANOS = 10_000_000;

  private final Function<RoomId, MediaWorker> owners;
  private final PeerTransports transports;
  private final Executor executor = task -> Thread.ofVirtual().name("room-move").start(task);

  /**
   * @param owners whose a room is, or would be
   */
  RoomMoves(Function<RoomId, MediaWorker> owners, PeerTransports transports) {
    this.owners = owners;
    this.transports = transports;
  }

  /** One who has left a room, and its transport if it has one. */
  private record Parting(Traveller traveller, @Nullable PeerEndpoint endpoint) {}

  /** Something a worker does for a move. */
  private interface Step<T> {
    T run(long nowNanos);
  }

  /** Moves one; see {@link dev.sluice.core.control.SfuControl#move}. */
  CompletionStage<MoveOutcome> move(PeerKey peer, RoomId target) {
    MediaWorker from = owners.apply(peer.room());
    MediaWorker to = owners.apply(target);
    return from == to
        ? ask(from, now -> moveWithin(from, peer, target, now))
        : moveAcross(from, to, peer, target);
  }

  private MoveOutcome moveWithin(MediaWorker worker, PeerKey peer, RoomId target, long nowNanos) {
    Passport passport = passport(worker, peer, target);
    if (passport == null) {
      return new MoveOutcome.Unknown();
    }
    RoomEvent.Refused refusal = expect(worker, target, passport, nowNanos);
    if (refusal != null) {
      return new MoveOutcome.Refused(refusal.code(), refusal.detail());
    }
    Parting parting = release(worker, worker, peer, target, nowNanos);
    if (parting == null) {
      forget(worker, peer, target, nowNanos);
      return new MoveOutcome.Unknown();
    }
    return arrive(worker, target, parting, nowNanos);
  }

  private CompletionStage<MoveOutcome> moveAcross(
      MediaWorker from, MediaWorker to, PeerKey peer, RoomId target) {
    CompletableFuture<MoveOutcome> outcome = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            outcome.complete(carryOut(from, to, peer, target));
          } catch (RuntimeException failure) {
            outcome.completeExceptionally(failure);
          }
        });
    return outcome;
  }

  /** On a thread that may wait. */
  private MoveOutcome carryOut(MediaWorker from, MediaWorker to, PeerKey peer, RoomId target) {
    Passport passport = ask(from, now -> passport(from, peer, target)).join();
    if (passport == null) {
      return new MoveOutcome.Unknown();
    }
    RoomEvent.Refused refusal =
        ask(
                to,
                now ->
                    to.overloaded() ? WorkerEvents.OVERLOADED : expect(to, target, passport, now))
            .join();
    if (refusal != null) {
      return new MoveOutcome.Refused(refusal.code(), refusal.detail());
    }
    Parting parting;
    try {
      parting = ask(from, now -> release(from, to, peer, target, now)).join();
    } catch (RuntimeException busy) {
      giveUpPlace(to, peer, target);
      throw busy;
    }
    if (parting == null) {
      giveUpPlace(to, peer, target);
      return new MoveOutcome.Unknown();
    }
    try {
      return ask(to, now -> arrive(to, target, parting, now)).join();
    } catch (RuntimeException gone) {
      LOG.error("{} is lost between {} and {}", peer.participant(), peer.room(), target, gone);
      giveUpPlace(to, peer, target);
      end(parting, LeaveReason.INTERNAL_ERROR);
      throw gone;
    }
  }

  /**
   * A place that is kept for nobody would be missing for as long as the room is there, so a worker
   * that is too busy to hear of it is told again and again; a thread of its own waits for that.
   */
  private void giveUpPlace(MediaWorker to, PeerKey peer, RoomId target) {
    executor.execute(
        () -> {
          for (int attempt = 0; attempt < GIVE_UP_ATTEMPTS; attempt++) {
            try {
              to.submit(now -> forget(to, peer, target, now));
              return;
            } catch (RejectedExecutionException busy) {
              LockSupport.parkNanos(GIVE_UP_PAUSE_NANOS);
            }
          }
          LOG.error("A place in {} stays kept for {}", target, peer.participant());
        });
  }

  private static @Nullable Passport passport(MediaWorker worker, PeerKey peer, RoomId target) {
    HostedRoom hosted = worker.rooms().find(peer.room());
    return hosted == null ? null : hosted.room.passport(peer.participant(), target);
  }

  private static RoomEvent.@Nullable Refused expect(
      MediaWorker worker, RoomId target, Passport passport, long nowNanos) {
    HostedRoom hosted = worker.rooms().host(target, nowNanos);
    if (hosted == null) {
      return worker.rooms().whyNoRoom();
    }
    worker.rooms().touch(hosted);
    return hosted.room.expect(passport);
  }

  private static void forget(MediaWorker worker, PeerKey peer, RoomId target, long nowNanos) {
    HostedRoom hosted = worker.rooms().find(target);
    if (hosted != null) {
      worker.rooms().touch(hosted);
      hosted.room.forgetArrival(peer.participant(), nowNanos);
    }
  }

  private static @Nullable Parting release(
      MediaWorker from, MediaWorker to, PeerKey peer, RoomId target, long nowNanos) {
    HostedRoom hosted = from.rooms().find(peer.room());
    if (hosted == null) {
      return null;
    }
    from.rooms().touch(hosted);
    Traveller traveller;
    try {
      traveller = hosted.room.release(peer.participant(), nowNanos);
    } catch (RuntimeException | Error failure) {
      from.rooms().closeBroken(hosted, failure, nowNanos);
      return null;
    }
    if (traveller == null) {
      return null;
    }
    hosted.members.remove(peer.participant());
    from.rooms().deliver(hosted);
    PeerEndpoint endpoint = from.endpoints().remove(peer);
    if (endpoint != null) {
      endpoint.setOut(new PeerKey(target, peer.participant()), to);
    }
    return new Parting(traveller, endpoint);
  }

  private MoveOutcome arrive(MediaWorker to, RoomId target, Parting parting, long nowNanos) {
    HostedRoom hosted = to.rooms().find(target);
    PeerEndpoint endpoint = parting.endpoint();
    if (endpoint != null) {
      // Before anybody is told of the move, so that it is found.
      to.endpoints().put(endpoint.key(), endpoint);
    }
    if (hosted == null || !tryArrive(to, hosted, parting.traveller(), nowNanos)) {
      // The room was closed just now: as if that had come a moment after the move.
      end(parting, LeaveReason.ROOM_CLOSED);
    } else if (endpoint != null) {
      endpoint.arrive(hosted, nowNanos);
    }
    return new MoveOutcome.Moved();
  }

  private static boolean tryArrive(
      MediaWorker to, HostedRoom hosted, Traveller traveller, long nowNanos) {
    to.rooms().touch(hosted);
    try {
      boolean arrived = hosted.room.arrive(traveller, nowNanos);
      to.rooms().deliver(hosted);
      return arrived;
    } catch (RuntimeException | Error failure) {
      to.rooms().closeBroken(hosted, failure, nowNanos);
      return false;
    }
  }

  /** One who is in no room any more. */
  private void end(Parting parting, LeaveReason reason) {
    PeerEndpoint endpoint = parting.endpoint();
    if (endpoint != null) {
      endpoint.owner().endpoints().remove(endpoint.key(), endpoint);
      transports.end(endpoint);
    }
    RoomEventListener listener = parting.traveller().listener();
    listener.onEvent(new RoomEvent.Removed(reason));
  }

  private static <T extends @Nullable Object> CompletableFuture<T> ask(
      MediaWorker worker, Step<T> step) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      worker.submit(
          now -> {
            try {
              answer.complete(step.run(now));
            } catch (RuntimeException | Error failure) {
              answer.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException busy) {
      answer.completeExceptionally(busy);
    }
    return answer;
  }
}
