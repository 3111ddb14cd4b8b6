package dev.sluice.app;

import java.net.URI;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Has the configuration read again. Below {@code /api}, so that only an administrator of every room
 * may, and the audit log has it.
 */
@RestController
final class ConfigurationController {
  static final String RELOAD = "/api/v1/configuration/reload";
  private static final String INVALID = "invalid-configuration";

  private final LiveSettings settings;

  ConfigurationController(LiveSettings settings) {
    this.settings = settings;
  }

  /**
   * What has come of it, by the names of settings: never their values.
   *
   * @param changed what is in force now
   * @param needRestart what will be after a restart
   */
  record ReloadView(List<String> changed, List<String> needRestart) {}

  /** Reads the files again and puts into force what is safe to change. */
  @PostMapping(path = RELOAD, produces = MediaType.APPLICATION_JSON_VALUE)
  ReloadView reloadConfiguration() {
    LiveSettings.Outcome outcome = settings.reload();
    return new ReloadView(outcome.changed(), outcome.needRestart());
  }

  /** The server would not start with it, so it goes on with what it has. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> invalid(ConfigurationException wrong) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.UNPROCESSABLE_CONTENT, wrong.getMessage() + " " + wrong.action());
    problem.setType(URI.create("urn:sluice:problem:" + INVALID));
    problem.setProperty("code", INVALID);
    return ResponseEntity.status(problem.getStatus())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
