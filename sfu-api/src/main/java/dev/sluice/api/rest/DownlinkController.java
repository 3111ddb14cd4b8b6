package dev.sluice.api.rest;

import dev.sluice.api.session.DownlinkView;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** How the path to a participant is used, and why, for administrators. */
@RestController
final class DownlinkController {
  static final String DOWNLINK = ParticipantsController.PARTICIPANT + "/downlink";

  private final RoomDirectory directory;

  DownlinkController(RoomDirectory directory) {
    this.directory = directory;
  }

  /**
   * What is known of the path, what each video slot gets, and the last changes with their cause.
   */
  @GetMapping(path = DOWNLINK, produces = MediaType.APPLICATION_JSON_VALUE)
  DownlinkView showDownlink(@PathVariable String room, @PathVariable String participant)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    if (participant.isBlank()) {
      throw RoomDirectory.participantUnknown();
    }
    return DownlinkView.of(
        directory.downlink(id, new ParticipantId(participant)), Integer.MAX_VALUE);
  }
}
