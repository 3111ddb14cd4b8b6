package dev.sluice.api.rest;

import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** How a participant's media fares, both ways, for administrators. */
@RestController
final class QualityController {
  static final String QUALITY = ParticipantsController.PARTICIPANT + "/quality";

  private final RoomDirectory directory;

  QualityController(RoomDirectory directory) {
    this.directory = directory;
  }

  /** What comes from the participant, what it is sent, and the path between. */
  @GetMapping(path = QUALITY, produces = MediaType.APPLICATION_JSON_VALUE)
  QualityView showQuality(@PathVariable String room, @PathVariable String participant)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    if (participant.isBlank()) {
      throw RoomDirectory.participantUnknown();
    }
    return QualityView.of(directory.quality(id, new ParticipantId(participant)));
  }
}
