package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** How the path to a participant is used, and why, for administrators. */
@RestController
final class DownlinkController {
  static final String DOWNLINK = ParticipantsController.PARTICIPANT + "/downlink";

  private final RoomDirectory directory;
  private final Admission admission;

  DownlinkController(RoomDirectory directory, Admission admission) {
    this.directory = directory;
    this.admission = admission;
  }

  /**
   * What is known of the path, what each video slot gets, and the last changes with their cause.
   */
  @GetMapping(path = DOWNLINK, produces = MediaType.APPLICATION_JSON_VALUE)
  DownlinkView showDownlink(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    RoomId id = SdpExchange.roomId(room);
    admission.admitAdministrator(id, BearerToken.of(authorization));
    if (participant.isBlank()) {
      throw RoomDirectory.participantUnknown();
    }
    return DownlinkView.of(directory.downlink(id, new ParticipantId(participant)));
  }
}
