package dev.sluice.api.rest;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Captures of one participant's packets, decrypted: off unless the configuration says how many
 * there may be. Payloads, which are what is said and shown, need a grant of their own.
 */
@RestController
final class CapturesController {
  static final String CAPTURES = "/api/v1/rooms/{room}/captures";
  static final String CAPTURE = CAPTURES + "/{capture}";

  /** What is in the file; reading it is audited as well. */
  static final String FILE = CAPTURE + "/pcapng";

  private static final String PCAPNG = "application/x-pcapng";

  private final RoomDirectory directory;
  private final Captures captures;

  CapturesController(RoomDirectory directory, Captures captures) {
    this.directory = directory;
    this.captures = captures;
  }

  /**
   * What to capture.
   *
   * @param seconds for how long
   * @param payload whether whole packets, or, unless it is true, RTP headers and RTCP alone
   */
  record CaptureRequest(@Nullable Integer seconds, @Nullable Boolean payload) {}

  /**
   * A capture.
   *
   * @param state {@code running}, or why it is over
   * @param until when it ends, or would have ended, by itself (RFC 3339)
   */
  record CaptureView(
      String id,
      String participant,
      boolean payload,
      String state,
      long packets,
      long bytes,
      String started,
      String until) {}

  /** Begins a capture. */
  @PostMapping(
      path = ParticipantsController.PARTICIPANT + "/captures",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<CaptureView> begin(
      @PathVariable String room,
      @PathVariable String participant,
      @RequestBody CaptureRequest body,
      HttpServletRequest request)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    boolean payload = Boolean.TRUE.equals(body.payload());
    if (captures.limits().maxCaptures() == 0) {
      throw new RequestException(
          HttpStatus.FORBIDDEN,
          "captures-off",
          "Captures are off; sluice.capture.max-captures turns them on.");
    }
    if (payload) {
      requirePayloadGrant(request);
    }
    Duration time = time(body.seconds());
    directory.room(id);
    if (participant.isBlank()) {
      throw RoomDirectory.participantUnknown();
    }
    Captures.Capture capture = captures.begin(id, participant, payload, time);
    if (capture == null) {
      throw new RequestException(
          HttpStatus.CONFLICT,
          "too-many-captures",
          captures.limits().maxCaptures() + " captures are held already; remove one of them.");
    }
    if (!directory.capture(id, new ParticipantId(participant), capture.buffer())) {
      captures.remove(capture);
      throw RoomDirectory.participantUnknown();
    }
    return ResponseEntity.created(location(room, capture)).body(view(capture));
  }

  private static void requirePayloadGrant(HttpServletRequest request) throws RequestException {
    if (!AdministratorInterceptor.of(request).capturesPayload()) {
      throw new RequestException(
          HttpStatus.FORBIDDEN,
          "not-permitted",
          "The access token does not grant captures of payloads (capturePayload).");
    }
  }

  private Duration time(@Nullable Integer seconds) throws RequestException {
    int longest = (int) captures.limits().maxDuration().toSeconds();
    if (seconds == null) {
      throw Fields.wrong("seconds", "is missing");
    }
    return Duration.ofSeconds(Fields.between("seconds", seconds, 1, longest));
  }

  private static URI location(String room, Captures.Capture capture) {
    return UriComponentsBuilder.fromPath(CAPTURE).build(room, capture.id());
  }

  /** The captures of a room. */
  @GetMapping(path = CAPTURES, produces = MediaType.APPLICATION_JSON_VALUE)
  List<CaptureView> listCaptures(@PathVariable String room) throws RequestException {
    return captures.of(SdpExchange.roomId(room)).stream().map(this::view).toList();
  }

  /** One of them. */
  @GetMapping(path = CAPTURE, produces = MediaType.APPLICATION_JSON_VALUE)
  CaptureView showCapture(@PathVariable String room, @PathVariable String capture)
      throws RequestException {
    return view(find(room, capture));
  }

  /** Its file, as it is by now; with payloads only for one who may capture them. */
  @GetMapping(path = FILE, produces = PCAPNG)
  ResponseEntity<byte[]> download(
      @PathVariable String room, @PathVariable String capture, HttpServletRequest request)
      throws RequestException {
    Captures.Capture found = find(room, capture);
    if (found.buffer().withPayload()) {
      requirePayloadGrant(request);
    }
    return ResponseEntity.ok()
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"capture-%d.pcapng\"".formatted(found.id()))
        .body(found.buffer().toFile());
  }

  /** Ends a capture, which can still be read. */
  @PostMapping(path = CAPTURE + "/stop", produces = MediaType.APPLICATION_JSON_VALUE)
  CaptureView stop(@PathVariable String room, @PathVariable String capture)
      throws RequestException {
    Captures.Capture found = find(room, capture);
    found.buffer().end(CaptureBuffer.End.STOPPED);
    return view(found);
  }

  /** Ends a capture and throws it away. */
  @DeleteMapping(path = CAPTURE)
  ResponseEntity<Void> remove(@PathVariable String room, @PathVariable String capture)
      throws RequestException {
    captures.remove(find(room, capture));
    return ResponseEntity.noContent().build();
  }

  private Captures.Capture find(String room, String capture) throws RequestException {
    return captures
        .find(SdpExchange.roomId(room), capture)
        .orElseThrow(
            () ->
                new RequestException(
                    HttpStatus.NOT_FOUND, "capture-unknown", "There is no such capture."));
  }

  private CaptureView view(Captures.Capture capture) {
    captures.isOver(capture);
    CaptureBuffer buffer = capture.buffer();
    CaptureBuffer.End end = buffer.end();
    return new CaptureView(
        Long.toString(capture.id()),
        capture.participant(),
        buffer.withPayload(),
        end == null ? "running" : Fields.wireName(end),
        buffer.packets(),
        buffer.size(),
        text(capture.started()),
        text(capture.until()));
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
