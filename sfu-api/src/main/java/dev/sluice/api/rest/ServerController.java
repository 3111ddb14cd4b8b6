package dev.sluice.api.rest;

import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The server itself: its version, and what administrators have done. */
@RestController
final class ServerController {
  static final String VERSION = "/api/v1/version";
  static final String AUDIT = "/api/v1/audit";

  private static final int PROTOCOL = 1;
  private static final int API = 1;

  private final AuditLog audit;

  ServerController(AuditLog audit) {
    this.audit = audit;
  }

  /**
   * Versions.
   *
   * @param api of the REST API
   * @param protocol of the signalling protocol
   */
  record VersionView(int api, int protocol) {}

  /** An entry of the audit log; see {@link AuditLog.Entry}. */
  record AuditView(
      long seq, String time, String actor, String action, String room, String target, int status) {
    private static AuditView of(AuditLog.Entry entry) {
      return new AuditView(
          entry.seq(),
          entry.time().truncatedTo(ChronoUnit.MILLIS).toString(),
          entry.actor(),
          entry.action(),
          entry.room(),
          entry.target(),
          entry.status());
    }
  }

  /** What the server speaks. */
  @ForItsOwnRoom
  @GetMapping(path = VERSION, produces = MediaType.APPLICATION_JSON_VALUE)
  VersionView version() {
    return new VersionView(API, PROTOCOL);
  }

  /** What administrators have done, the oldest first. */
  @GetMapping(path = AUDIT, produces = MediaType.APPLICATION_JSON_VALUE)
  List<AuditView> listAudit(
      @RequestParam(defaultValue = "0") long after, @RequestParam(defaultValue = "100") int limit)
      throws RequestException {
    return audit.after(after, Fields.parameterBetween("limit", limit, 1, Page.MAX_LIMIT)).stream()
        .map(AuditView::of)
        .toList();
  }
}
