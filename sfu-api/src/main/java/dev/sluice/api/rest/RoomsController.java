package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.core.control.SfuControl;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** What goes on, for those who hold a token for every room. */
@RestController
final class RoomsController {
  private static final long ANSWER_LIMIT_SECONDS = 5;

  private final SfuControl control;
  private final Admission admission;

  RoomsController(SfuControl control, Admission admission) {
    this.control = control;
    this.admission = admission;
  }

  /** The rooms and who is in them. */
  @GetMapping(path = "/api/v1/rooms", produces = MediaType.APPLICATION_JSON_VALUE)
  CompletableFuture<List<RoomView>> rooms(
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization)
      throws TokenException {
    admission.admitToOverview(BearerToken.of(authorization));
    return control
        .rooms()
        .thenApply(rooms -> rooms.stream().map(RoomView::of).toList())
        .toCompletableFuture()
        .orTimeout(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
