package dev.sluice.api.rest;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.Administrator;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.Ban;
import dev.sluice.api.auth.TokenException;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.media.RoomId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Who is kept out: identities, and single tokens. */
@RestController
final class BansController {
  static final String BANS = "/api/v1/bans";
  static final String BAN = BANS + "/{ban}";

  /** Thirty days. */
  static final int MAX_SECONDS = 2_592_000;

  private static final int MAX_SUBJECT_CHARS = 128;

  private final RoomDirectory directory;
  private final Admission admission;

  BansController(RoomDirectory directory, Admission admission) {
    this.directory = directory;
    this.admission = admission;
  }

  /**
   * Whom to keep out; one of the first two.
   *
   * @param identity everyone who bears a token of it; whoever is in a room goes
   * @param tokenId whoever comes with the token of this {@code jti} from now on
   * @param room where; left out for every room
   * @param seconds for how long
   */
  record BanRequest(
      @Nullable String identity,
      @Nullable String tokenId,
      @Nullable String room,
      @Nullable Integer seconds) {}

  /**
   * A ban.
   *
   * @param id names it
   * @param identity who is kept out, or null
   * @param tokenId which token is, or null
   * @param room where; {@code *} for every room
   * @param until when it ends (RFC 3339)
   */
  record BanView(
      String id, @Nullable String identity, @Nullable String tokenId, String room, String until) {
    private static BanView of(Ban ban) {
      boolean ofIdentity = ban.kind() == Ban.Kind.IDENTITY;
      return new BanView(
          Long.toString(ban.id()),
          ofIdentity ? ban.subject() : null,
          ofIdentity ? null : ban.subject(),
          ban.room(),
          ban.until().truncatedTo(ChronoUnit.SECONDS).toString());
    }
  }

  /** The bans in force. */
  @ForItsOwnRoom
  @GetMapping(path = BANS, produces = MediaType.APPLICATION_JSON_VALUE)
  List<BanView> listBans(HttpServletRequest request) {
    return admission.bans().all(AdministratorInterceptor.of(request)).stream()
        .map(BanView::of)
        .toList();
  }

  /** Keeps somebody out, and takes everyone of that identity out. */
  @ForItsOwnRoom
  @PostMapping(
      path = BANS,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<BanView> ban(@RequestBody BanRequest body, HttpServletRequest request)
      throws TokenException, RequestException {
    Administrator administrator = AdministratorInterceptor.of(request);
    String room = body.room();
    String identity = body.identity();
    String tokenId = body.tokenId();
    String subject = identity == null ? tokenId : identity;
    AuditInterceptor.about(
        request, room == null ? AccessToken.ANY_ROOM : room, subject == null ? "" : subject);
    if (room == null) {
      administrator.requireEveryRoom();
    } else {
      administrator.requireRoom(SdpExchange.roomId(room));
    }
    if (subject == null || subject.isEmpty() || (identity != null && tokenId != null)) {
      throw Fields.wrong("identity", "or the field \"tokenId\" says who is kept out");
    }
    Fields.atMost(identity == null ? "tokenId" : "identity", subject, MAX_SUBJECT_CHARS);
    Integer seconds = body.seconds();
    if (seconds == null) {
      throw Fields.wrong("seconds", "is missing");
    }
    Ban ban =
        admission
            .bans()
            .add(
                identity == null ? Ban.Kind.TOKEN : Ban.Kind.IDENTITY,
                subject,
                room == null ? AccessToken.ANY_ROOM : room,
                Duration.ofSeconds(Fields.between("seconds", seconds, 1, MAX_SECONDS)));
    if (identity != null) {
      remove(identity, room);
    }
    BanView view = BanView.of(ban);
    return ResponseEntity.created(URI.create(BANS + "/" + view.id())).body(view);
  }

  /** Lets somebody in again. */
  @ForItsOwnRoom
  @DeleteMapping(path = BAN)
  ResponseEntity<Void> liftBan(@PathVariable String ban, HttpServletRequest request)
      throws RequestException {
    if (!ban.matches("[0-9]{1,18}")
        || !admission.bans().lift(Long.parseLong(ban), AdministratorInterceptor.of(request))) {
      throw new RequestException(HttpStatus.NOT_FOUND, "ban-unknown", "There is no such ban.");
    }
    return ResponseEntity.noContent().build();
  }

  private void remove(String identity, @Nullable String room) throws RequestException {
    if (room != null) {
      directory.submit(
          new RoomCommand.RemoveIdentity(new RoomId(room), identity, LeaveReason.BANNED));
      return;
    }
    for (RoomInfo each : directory.rooms()) {
      directory.submit(new RoomCommand.RemoveIdentity(each.id(), identity, LeaveReason.BANNED));
    }
  }
}
