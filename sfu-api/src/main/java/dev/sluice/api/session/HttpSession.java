package dev.sluice.api.session;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.RoomId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One WHIP publication or WHEP playback: a participant that signals once and then lives until it is
 * deleted or the room lets go of it. Its id is a secret: who knows it may end it.
 */
final class HttpSession {
  private static final int SESSION_ID_BYTES = 16;

  private final String id;
  private final HttpRole role;
  private final Participation participation;
  private final SessionRegistry registry;
  private volatile boolean established;
  private final CompletableFuture<RoomEvent> answer = new CompletableFuture<>();

  HttpSession(
      HttpRole role,
      Participation participation,
      SessionRegistry registry,
      SessionEnvironment environment) {
    this.id = environment.randomName("S-", SESSION_ID_BYTES);
    this.role = role;
    this.participation = participation;
    this.registry = registry;
  }

  String id() {
    return id;
  }

  HttpRole role() {
    return role;
  }

  Participation participation() {
    return participation;
  }

  /** Completes with {@code Joined} or {@code Refused}. */
  CompletableFuture<RoomEvent> answer() {
    return answer;
  }

  /** All that its client asked for is on its way to the room. */
  void establish() {
    established = true;
  }

  /** Has its participant taken to another room; not before it is wholly in the first one. */
  CompletionStage<MoveOutcome> move(RoomId target) {
    return established
        ? participation.move(target)
        : CompletableFuture.completedFuture(new MoveOutcome.Unknown());
  }

  /** Takes what the room says; on the media worker, so it only notes it. */
  void onEvent(RoomEvent event) {
    switch (event) {
      case RoomEvent.Joined _, RoomEvent.Refused _, RoomEvent.Waiting _ -> answer.complete(event);
      // Nobody can tell its client, so that it must not seem to publish.
      case RoomEvent.PublishRefused _ -> end(LeaveReason.REMOVED);
      case RoomEvent.Removed _ -> registry.remove(this);
      case RoomEvent.Moved moved -> {
        participation.handleMoved(moved.room());
        if (registry.http(id) == null) {
          // It left the room before this one, perhaps, in which it was no longer.
          participation.leave(LeaveReason.LEFT);
        }
      }
      case RoomEvent.ParticipantJoined _,
          RoomEvent.ParticipantLeft _,
          RoomEvent.Batch _,
          RoomEvent.TrackPublished _,
          RoomEvent.TrackUnpublished _,
          RoomEvent.ParticipantWaiting _,
          RoomEvent.WaitingEnded _,
          RoomEvent.RoomUpdated _,
          RoomEvent.ParticipantUpdated _,
          RoomEvent.UnmuteRequested _,
          RoomEvent.DataReceived _,
          RoomEvent.TrackMuted _,
          RoomEvent.TrackAvailability _,
          RoomEvent.LayersWanted _,
          RoomEvent.PublishLimitExceeded _,
          RoomEvent.SlotAssigned _,
          RoomEvent.SlotsWanted _,
          RoomEvent.ViewRefused _,
          RoomEvent.SpeakersChanged _,
          RoomEvent.MediaStateChanged _ -> {
        // HTTP has no channel to tell its client of these.
      }
    }
  }

  /** Leaves the room; whether it was still there. */
  boolean end(LeaveReason reason) {
    boolean wasThere = registry.remove(this);
    if (wasThere) {
      participation.leave(reason);
    }
    return wasThere;
  }

  void shutdown() {
    end(LeaveReason.SERVER_SHUTDOWN);
  }
}
