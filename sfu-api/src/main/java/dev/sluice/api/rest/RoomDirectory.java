package dev.sluice.api.rest;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
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

  RoomDirectory(SfuControl control) {
    this.control = control;
  }

  List<RoomInfo> rooms() throws RequestException {
    return await(control.rooms());
  }

  /** A room that must be there. */
  RoomInfo room(RoomId id) throws RequestException {
    return await(control.room(id))
        .orElseThrow(
            () ->
                new RequestException(
                    HttpStatus.NOT_FOUND, "room-unknown", "There is no such room."));
  }

  /** Someone who must be there; hidden ones are not. */
  ParticipantInfo participant(RoomId room, ParticipantId id) throws RequestException {
    return room(room).participants().stream()
        .filter(participant -> participant.id().equals(id))
        .findFirst()
        .orElseThrow(RoomDirectory::participantUnknown);
  }

  /** How the path to someone is used who must be there, hidden or not. */
  DownlinkInfo downlink(RoomId room, ParticipantId id) throws RequestException {
    room(room);
    return await(control.downlink(room, id)).orElseThrow(RoomDirectory::participantUnknown);
  }

  static RequestException participantUnknown() {
    return new RequestException(
        HttpStatus.NOT_FOUND, "participant-unknown", "There is no such participant in the room.");
  }

  RoomSettings settings(RoomId room) {
    return control.settings(room);
  }

  RoomSettings serverSettings() {
    return control.defaultSettings();
  }

  RoomCreation create(RoomId room, RoomSettings settings) throws RequestException {
    return await(control.createRoom(room, settings));
  }

  private static <T> T await(CompletionStage<T> answer) throws RequestException {
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
    }
  }
}
