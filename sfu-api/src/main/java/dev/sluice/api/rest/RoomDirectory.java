package dev.sluice.api.rest;

import dev.sluice.api.session.TraceAttributes;
import dev.sluice.api.webhook.Webhooks;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpStatus;

/**
 * Asks the media side about rooms, waits for what it says (requests run on virtual threads), and
 * turns what is not there into a problem.
 */
final class RoomDirectory {
  private static final long ANSWER_LIMIT_SECONDS = 5;

  private final SfuControl control;
  private final Webhooks webhooks;
  private final Tracer tracer;

  RoomDirectory(SfuControl control, Webhooks webhooks, Tracer tracer) {
    this.control = control;
    this.webhooks = webhooks;
    this.tracer = tracer;
  }

  List<RoomInfo> rooms() throws RequestException {
    return await(control.rooms());
  }

  /** A room that must be there. */
  RoomInfo room(RoomId id) throws RequestException {
    return await(control.room(id)).orElseThrow(RoomDirectory::roomUnknown);
  }

  /** Someone who must be in the room; hidden ones are not. */
  ParticipantInfo participant(RoomId room, String id) throws RequestException {
    return find(room(room).participants(), id);
  }

  /** Someone who must be in the room, or wait to be. */
  ParticipantInfo participantOrWaiting(RoomId room, String id) throws RequestException {
    RoomInfo info = room(room);
    return info.waiting().stream().anyMatch(each -> each.id().value().equals(id))
        ? find(info.waiting(), id)
        : find(info.participants(), id);
  }

  /** Someone who must wait. */
  ParticipantInfo waiting(RoomId room, String id) throws RequestException {
    return find(room(room).waiting(), id);
  }

  /** How the path to someone is used who must be there, hidden or not. */
  DownlinkInfo downlink(RoomId room, ParticipantId id) throws RequestException {
    room(room);
    return await(control.downlink(room, id)).orElseThrow(RoomDirectory::participantUnknown);
  }

  /** How the media of someone fares who must be there, hidden or not. */
  QualityInfo quality(RoomId room, ParticipantId id) throws RequestException {
    room(room);
    return await(control.quality(room, id)).orElseThrow(RoomDirectory::participantUnknown);
  }

  /** Captures the packets of someone from now on; false when there is none of this id. */
  boolean capture(RoomId room, ParticipantId id, CaptureBuffer into) throws RequestException {
    return await(control.capture(room, id, into));
  }

  /** Fails when the participant does not publish this track. */
  TrackId track(ParticipantInfo publisher, String id) throws RequestException {
    return publisher.tracks().stream()
        .map(track -> track.id())
        .filter(track -> track.value().equals(id))
        .findFirst()
        .orElseThrow(RoomDirectory::trackUnknown);
  }

  /** Fails when nobody in the room publishes this track. */
  TrackId track(RoomId room, String id) throws RequestException {
    return room(room).participants().stream()
        .flatMap(participant -> participant.tracks().stream())
        .map(track -> track.id())
        .filter(track -> track.value().equals(id))
        .findFirst()
        .orElseThrow(RoomDirectory::trackUnknown);
  }

  RoomSettings settings(RoomId room) {
    return control.settings(room);
  }

  RoomSettings serverSettings() {
    return control.defaultSettings();
  }

  /** What is answered for is known to webhooks, even if the server is killed right after. */
  RoomCreation create(RoomId room, RoomSettings settings) throws RequestException {
    RoomCreation created = await(control.createRoom(room, settings));
    webhooks.awaitWritten();
    return created;
  }

  UpdateResult update(RoomId room, RoomSettings expected, RoomSettings updated)
      throws RequestException {
    return await(control.updateRoom(room, expected, updated));
  }

  UpdateResult update(RoomId room, ParticipantId participant, Standing expected, Standing updated)
      throws RequestException {
    return await(control.updateParticipant(new PeerKey(room, participant), expected, updated));
  }

  /** Hands a command over; it is carried out after those before it. */
  void submit(RoomCommand command) {
    control.submit(command);
  }

  static RequestException roomUnknown() {
    return new RequestException(HttpStatus.NOT_FOUND, "room-unknown", "There is no such room.");
  }

  static RequestException participantUnknown() {
    return new RequestException(
        HttpStatus.NOT_FOUND, "participant-unknown", "There is no such participant in the room.");
  }

  static RequestException trackUnknown() {
    return new RequestException(HttpStatus.NOT_FOUND, "track-unknown", "There is no such track.");
  }

  private static ParticipantInfo find(List<ParticipantInfo> participants, String id)
      throws RequestException {
    return participants.stream()
        .filter(participant -> participant.id().value().equals(id))
        .findFirst()
        .orElseThrow(RoomDirectory::participantUnknown);
  }

  /** Waits for what a room says, which is a span of the request's trace. */
  <T> T await(CompletionStage<T> answer) throws RequestException {
    Span waiting = tracer.spanBuilder(TraceAttributes.WAIT_FOR_ROOM).startSpan();
    try {
      return answer.toCompletableFuture().get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new RequestException(
          HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "The media side does not answer.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestException(
          HttpStatus.SERVICE_UNAVAILABLE, "shutting-down", "The server is going down.");
    } catch (ExecutionException e) {
      throw new IllegalStateException("the media side failed to look up its rooms", e);
    } finally {
      waiting.end();
    }
  }
}
