package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.api.session.ErrorCode;
import dev.sluice.api.session.SignallingService;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.media.RoomId;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/** Takes participants from room to room. */
@RestController
final class MoveController {
  private final RoomDirectory directory;
  private final SignallingService signalling;
  private final Admission admission;

  MoveController(RoomDirectory directory, SignallingService signalling, Admission admission) {
    this.directory = directory;
    this.signalling = signalling;
    this.admission = admission;
  }

  /**
   * Where to.
   *
   * @param room the name of another room, which is made when there is none
   */
  record MoveRequest(@Nullable String room) {}

  /**
   * Takes a participant to another room: its peer connection goes on, its tracks have new ids
   * there. When the rules of the other room do not let it in, nothing has changed.
   */
  @PostMapping(
      path = ParticipantsController.PARTICIPANT + "/move",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ParticipantView> moveParticipant(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestBody MoveRequest body,
      HttpServletRequest request)
      throws RequestException, TokenException {
    RoomId from = SdpExchange.roomId(room);
    String name = body.room();
    if (name == null) {
      throw Fields.wrong("room", "is missing");
    }
    RoomId target = SdpExchange.roomId(name);
    AdministratorInterceptor.of(request).requireRoom(target);
    ParticipantInfo found = directory.participant(from, participant);
    if (target.equals(from)) {
      throw Fields.wrong("room", "names another room than the one that it is in");
    }
    if (admission.bans().keepOut(target, found.identity())) {
      throw new RequestException(
          HttpStatus.FORBIDDEN,
          ErrorCode.BANNED.wireName(),
          "The participant is kept out of that room for a time.");
    }
    return switch (directory.await(signalling.move(new PeerKey(from, found.id()), target))) {
      case MoveOutcome.Moved _ -> {
        ParticipantView view = ParticipantView.of(directory.participant(target, participant));
        String path =
            ParticipantsController.PARTICIPANT
                .replace("{room}", UriUtils.encodePathSegment(name, StandardCharsets.UTF_8))
                .replace("{participant}", participant);
        yield ResponseEntity.ok()
            .eTag(view.tag())
            .header(HttpHeaders.CONTENT_LOCATION, path)
            .body(view);
      }
      case MoveOutcome.Refused(RefusalCode code, String detail) ->
          throw new RequestException(status(code), ErrorCode.of(code).wireName(), detail);
      case MoveOutcome.Unknown _ -> throw RoomDirectory.participantUnknown();
    };
  }

  private static HttpStatus status(RefusalCode code) {
    return switch (code) {
      case ROOM_FULL, TOO_MANY_ROOMS, OVERLOADED, SHUTTING_DOWN -> HttpStatus.SERVICE_UNAVAILABLE;
      case ROOM_LOCKED, IDENTITY_IN_USE, TOO_MANY_PUBLISHERS, ENCRYPTION_REQUIRED ->
          HttpStatus.FORBIDDEN;
      case DUPLICATE_PARTICIPANT -> HttpStatus.CONFLICT;
    };
  }
}
