package dev.sluice.api.rest;

import dev.sluice.api.auth.TokenException;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.RoomId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/** Rooms, for administrators: lists, creates, shows, updates and closes them. */
@RestController
final class RoomsController {
  static final String ROOMS = "/api/v1/rooms";
  static final String ROOM = ROOMS + "/{room}";

  private final RoomDirectory directory;

  RoomsController(RoomDirectory directory) {
    this.directory = directory;
  }

  /** Rooms and who is in them, page by page, perhaps only those whose names begin so. */
  @GetMapping(path = ROOMS, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<List<RoomView>> listRooms(
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "") String prefix,
      @RequestParam(required = false) @Nullable Boolean empty)
      throws RequestException {
    Page page = Page.of(limit, after);
    List<RoomInfo> matching =
        directory.rooms().stream()
            .filter(room -> room.id().value().startsWith(prefix))
            .filter(room -> empty == null || empty == room.participants().isEmpty())
            .toList();
    List<RoomView> views =
        page.of(matching, room -> room.id().value()).stream()
            .map(room -> RoomView.of(room, directory.settings(room.id())))
            .toList();
    String filters =
        (prefix.isEmpty() ? "" : "&prefix=" + UriUtils.encode(prefix, StandardCharsets.UTF_8))
            + (empty == null ? "" : "&empty=" + empty);
    return page.answer(ROOMS, filters, views, views.isEmpty() ? "" : views.getLast().id());
  }

  /** Creates a room before anybody joins it, with settings of its own. */
  @ForItsOwnRoom
  @PostMapping(
      path = ROOMS,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RoomView> createRoom(@RequestBody RoomRequest body, HttpServletRequest request)
      throws TokenException, RequestException {
    String name = body.id();
    AuditInterceptor.about(request, name == null ? "" : name, "");
    RoomId id = SdpExchange.roomId(name == null ? "" : name);
    AdministratorInterceptor.of(request).requireRoom(id);
    // Those of the server: of a room of this name we only learn that it is there already.
    RoomSettings settings = body.settings(directory.serverSettings());
    switch (directory.create(id, settings)) {
      case CREATED -> {
        // Answered below.
      }
      case ROOM_EXISTS ->
          throw new RequestException(
              HttpStatus.CONFLICT,
              "room-exists",
              "There is a room \"%s\" already.".formatted(id.value()));
      case TOO_MANY_ROOMS ->
          throw new RequestException(
              HttpStatus.SERVICE_UNAVAILABLE,
              "too-many-rooms",
              "The server has as many rooms as it may have.");
      case SHUTTING_DOWN ->
          throw new RequestException(
              HttpStatus.SERVICE_UNAVAILABLE, "shutting-down", "The server is going down.");
    }
    RoomView view = RoomView.of(new RoomInfo(id, List.of()), settings);
    return ResponseEntity.created(
            URI.create(
                ROOMS + "/" + UriUtils.encodePathSegment(id.value(), StandardCharsets.UTF_8)))
        .eTag(view.tag())
        .body(view);
  }

  /** One room and who is in it. */
  @GetMapping(path = ROOM, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RoomView> showRoom(@PathVariable String room) throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    return answer(RoomView.of(directory.room(id), directory.settings(id)));
  }

  /** Sets a room up differently; whoever is in it stays, and is told. */
  @PatchMapping(
      path = ROOM,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RoomView> updateRoom(
      @PathVariable String room,
      @RequestBody RoomRequest body,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    if (body.id() != null && !body.id().equals(room)) {
      throw Fields.wrong("id", "is the room's name, which stays");
    }
    while (true) {
      RoomInfo info = directory.room(id);
      RoomSettings current = directory.settings(id);
      EntityTag.require(ifMatch, RoomView.of(info, current).tag());
      RoomSettings updated = body.over(current, directory.serverSettings());
      switch (directory.update(id, current, updated)) {
        case DONE -> {
          return answer(RoomView.of(info, updated));
        }
        case UNKNOWN -> throw RoomDirectory.roomUnknown();
        case CHANGED_MEANWHILE -> {
          // Somebody was faster: on what there is now, if it is what the client meant.
        }
      }
    }
  }

  /** Closes a room: everyone in it is told and leaves. */
  @DeleteMapping(path = ROOM)
  ResponseEntity<Void> closeRoom(@PathVariable String room) throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    directory.submit(new RoomCommand.CloseRoom(directory.room(id).id(), LeaveReason.ROOM_CLOSED));
    return ResponseEntity.noContent().build();
  }

  private static ResponseEntity<RoomView> answer(RoomView view) {
    return ResponseEntity.ok().eTag(view.tag()).body(view);
  }
}
