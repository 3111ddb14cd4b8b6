package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.RoomId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/** Rooms, for administrators: lists, creates, shows and closes them. */
@RestController
final class RoomsController {
  static final String ROOMS = "/api/v1/rooms";
  static final String ROOM = ROOMS + "/{room}";

  private final SfuControl control;
  private final RoomDirectory directory;
  private final Admission admission;

  RoomsController(SfuControl control, RoomDirectory directory, Admission admission) {
    this.control = control;
    this.directory = directory;
    this.admission = admission;
  }

  /** All rooms and who is in them. */
  @GetMapping(path = ROOMS, produces = MediaType.APPLICATION_JSON_VALUE)
  List<RoomView> listRooms(
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    admission.admitToOverview(BearerToken.of(authorization));
    List<RoomView> views = new ArrayList<>();
    for (RoomInfo room : directory.rooms()) {
      views.add(RoomView.of(room, directory.settings(room.id())));
    }
    return views;
  }

  /** Creates a room before anybody joins it, with settings of its own. */
  @PostMapping(
      path = ROOMS,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RoomView> createRoom(
      @RequestBody RoomRequest request,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    String name = request.id();
    RoomId id = SdpExchange.roomId(name == null ? "" : name);
    admission.admitAdministrator(id, BearerToken.of(authorization));
    // Those of the server: of a room of this name we only learn that it is there already.
    RoomSettings settings = request.settings(directory.serverSettings());
    switch (directory.create(id, settings)) {
      case CREATED -> {
        // Answered below.
      }
      case ROOM_EXISTS ->
          throw new RequestException(
              HttpStatus.CONFLICT, "room-exists", "There is a room of this name already.");
      case TOO_MANY_ROOMS ->
          throw new RequestException(
              HttpStatus.SERVICE_UNAVAILABLE,
              "too-many-rooms",
              "The server has as many rooms as it may have.");
      case SHUTTING_DOWN ->
          throw new RequestException(
              HttpStatus.SERVICE_UNAVAILABLE, "shutting-down", "The server is going down.");
    }
    return ResponseEntity.created(
            URI.create(
                ROOMS + "/" + UriUtils.encodePathSegment(id.value(), StandardCharsets.UTF_8)))
        .body(RoomView.of(new RoomInfo(id, List.of()), settings));
  }

  /** One room and who is in it. */
  @GetMapping(path = ROOM, produces = MediaType.APPLICATION_JSON_VALUE)
  RoomView showRoom(
      @PathVariable String room,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    RoomId id = SdpExchange.roomId(room);
    admission.admitAdministrator(id, BearerToken.of(authorization));
    return RoomView.of(directory.room(id), directory.settings(id));
  }

  /** Closes a room: everyone in it is told and leaves. */
  @DeleteMapping(path = ROOM)
  ResponseEntity<Void> closeRoom(
      @PathVariable String room,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException, RequestException {
    RoomId id = SdpExchange.roomId(room);
    admission.admitAdministrator(id, BearerToken.of(authorization));
    control.submit(new RoomCommand.CloseRoom(directory.room(id).id(), LeaveReason.ROOM_CLOSED));
    return ResponseEntity.noContent().build();
  }
}
