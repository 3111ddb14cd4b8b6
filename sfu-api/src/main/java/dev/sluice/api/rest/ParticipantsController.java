package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.Ban;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.RoomId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/** Who is in a room and what they publish: lists, shows, updates and removes them. */
@RestController
final class ParticipantsController {
  static final String PARTICIPANTS = RoomsController.ROOM + "/participants";
  static final String PARTICIPANT = PARTICIPANTS + "/{participant}";

  private final RoomDirectory directory;
  private final Admission admission;

  ParticipantsController(RoomDirectory directory, Admission admission) {
    this.directory = directory;
    this.admission = admission;
  }

  /** The participants of a room and their tracks, page by page. */
  @GetMapping(path = PARTICIPANTS, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<List<ParticipantView>> listParticipants(
      @PathVariable String room,
      @RequestParam(defaultValue = "1000") int limit,
      @RequestParam(defaultValue = "") String after)
      throws RequestException {
    Page page = Page.of(limit, after);
    RoomId id = SdpExchange.roomId(room);
    List<ParticipantView> views =
        page.of(directory.room(id).participants(), participant -> participant.id().value()).stream()
            .map(ParticipantView::of)
            .toList();
    String path =
        PARTICIPANTS.replace("{room}", UriUtils.encodePathSegment(room, StandardCharsets.UTF_8));
    return page.answer(path, "", views, views.isEmpty() ? "" : views.getLast().id());
  }

  /** One participant and its tracks. */
  @GetMapping(path = PARTICIPANT, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ParticipantView> showParticipant(
      @PathVariable String room, @PathVariable String participant) throws RequestException {
    return answer(directory.participant(SdpExchange.roomId(room), participant));
  }

  /** Lets a participant stand differently: its permissions, caps, role, metadata and hand. */
  @PatchMapping(
      path = PARTICIPANT,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ParticipantView> updateParticipant(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestBody ParticipantRequest body,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    while (true) {
      ParticipantInfo found = directory.participant(id, participant);
      EntityTag.require(ifMatch, ParticipantView.of(found).tag());
      Standing updated = body.over(found.standing());
      switch (directory.update(id, found.id(), found.standing(), updated)) {
        case DONE -> {
          return answer(directory.participant(id, participant));
        }
        case UNKNOWN -> throw RoomDirectory.participantUnknown();
        case CHANGED_MEANWHILE -> {
          // Somebody was faster: on what there is now, if it is what the client meant.
        }
      }
    }
  }

  /**
   * Removes a participant, or one who waits: it is told, and the others see it leave. With a ban
   * all of its identity go, and stay out of the room for so long.
   */
  @DeleteMapping(path = PARTICIPANT)
  ResponseEntity<Void> removeParticipant(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestParam(defaultValue = "0") int banSeconds)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    ParticipantInfo found = directory.participantOrWaiting(id, participant);
    if (Fields.parameterBetween("banSeconds", banSeconds, 0, BansController.MAX_SECONDS) == 0) {
      directory.submit(new RoomCommand.Leave(id, found.id(), LeaveReason.REMOVED));
    } else {
      // First, so that nobody slips in between; who is on the way in is judged again when in.
      admission
          .bans()
          .add(Ban.Kind.IDENTITY, found.identity(), room, Duration.ofSeconds(banSeconds));
      directory.submit(new RoomCommand.RemoveIdentity(id, found.identity(), LeaveReason.BANNED));
    }
    return ResponseEntity.noContent().build();
  }

  private static ResponseEntity<ParticipantView> answer(ParticipantInfo info) {
    ParticipantView view = ParticipantView.of(info);
    return ResponseEntity.ok().eTag(view.tag()).body(view);
  }
}
