package dev.sluice.api.rest;

import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Which rooms' metrics are told in full. */
@RestController
final class WatchController {
  private static final String WATCHED = "/api/v1/watched-rooms";
  private static final String WATCH = "/api/v1/rooms/{room}/watch";

  private final RoomDirectory directory;
  private final WatchedRooms watched;

  WatchController(RoomDirectory directory, WatchedRooms watched) {
    this.directory = directory;
    this.watched = watched;
  }

  /**
   * For how long.
   *
   * @param seconds from now on
   */
  record WatchRequest(@Nullable Integer seconds) {}

  /**
   * A room that is watched.
   *
   * @param until when that ends (RFC 3339)
   */
  record WatchView(String room, String until) {}

  /** All of them. */
  @GetMapping(path = WATCHED, produces = MediaType.APPLICATION_JSON_VALUE)
  List<WatchView> listWatched() {
    return watched.now().entrySet().stream()
        .map(each -> new WatchView(each.getKey(), text(each.getValue())))
        .toList();
  }

  /** Watches a room, or for longer. */
  @PutMapping(path = WATCH, consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> watch(@PathVariable String room, @RequestBody WatchRequest body)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    directory.room(id);
    Integer seconds = body.seconds();
    if (seconds == null) {
      throw Fields.wrong("seconds", "is missing");
    }
    Fields.between("seconds", seconds, 1, WatchedRooms.MAX_SECONDS);
    if (!watched.watch(id, Duration.ofSeconds(seconds))) {
      throw new RequestException(
          HttpStatus.CONFLICT,
          "too-many-watched",
          WatchedRooms.MAX_ROOMS + " rooms are watched already; watch one of them no longer.");
    }
    return ResponseEntity.noContent().build();
  }

  /** Watches a room no longer. */
  @DeleteMapping(path = WATCH)
  ResponseEntity<Void> unwatch(@PathVariable String room) throws RequestException {
    watched.forget(SdpExchange.roomId(room));
    return ResponseEntity.noContent().build();
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
