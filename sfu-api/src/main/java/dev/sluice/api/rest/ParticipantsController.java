package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Who is in a room and what they publish, for administrators: lists, shows and removes them. */
@RestController
final class ParticipantsController {
  static final String PARTICIPANTS = RoomsController.ROOM + "/participants";
  static final String PARTICIPANT = PARTICIPANTS + "/{participant}";

  private final SfuControl control;
  private final RoomDirectory directory;
  private final Admission admission;

  ParticipantsController(SfuControl control, RoomDirectory directory, Admission admission) {
    this.control = control;
    this.directory = directory;
    this.admission = admission;
  }

  /** The participants of a room and their tracks. */
  @GetMapping(path = PARTICIPANTS, produces = MediaType.APPLICATION_JSON_VALUE)
  List<ParticipantView> listParticipants(
      @PathVariable String room,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    RoomId id = admit(room, authorization);
    return directory.room(id).participants().stream().map(ParticipantView::of).toList();
  }

  /** One participant and its tracks. */
  @GetMapping(path = PARTICIPANT, produces = MediaType.APPLICATION_JSON_VALUE)
  ParticipantView showParticipant(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    return ParticipantView.of(find(admit(room, authorization), participant));
  }

  /** Removes a participant: it is told, and the others see it leave. */
  @DeleteMapping(path = PARTICIPANT)
  ResponseEntity<Void> removeParticipant(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    RoomId id = admit(room, authorization);
    ParticipantInfo found = find(id, participant);
    control.submit(new RoomCommand.Leave(id, found.id(), LeaveReason.REMOVED));
    return ResponseEntity.noContent().build();
  }

  private RoomId admit(String room, @Nullable String authorization)
      throws TokenException, RequestException {
    RoomId id = SdpExchange.roomId(room);
    admission.admitAdministrator(id, BearerToken.of(authorization));
    return id;
  }

  private ParticipantInfo find(RoomId room, String participant) throws RequestException {
    if (participant.isBlank()) {
      throw RoomDirectory.participantUnknown();
    }
    return directory.participant(room, new ParticipantId(participant));
  }
}
