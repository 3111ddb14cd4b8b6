package dev.sluice.api.rest;

import dev.sluice.api.session.TraceAttributes;
import io.opentelemetry.api.trace.Span;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems (RFC 9457): a type that names the code, and the code itself as a member. */
final class Problems {
  private static final String TYPE_PREFIX = "urn:sluice:problem:";
  private static final int SERVER_ERROR = 500;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Problems() {}

  static ProblemDetail problem(HttpStatusCode status, String code, String detail) {
    noteOutcome(code);
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setType(URI.create(TYPE_PREFIX + code));
    problem.setProperty("code", code);
    return problem;
  }

  static ResponseEntity<Object> response(ProblemDetail problem, HttpHeaders headers) {
    return ResponseEntity.status(problem.getStatus())
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }

  /** Answers with a problem where no controller does. */
  static void write(HttpServletResponse response, HttpStatus status, String code, String detail)
      throws IOException {
    noteOutcome(code);
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", TYPE_PREFIX + code);
    problem.put("title", status.getReasonPhrase());
    problem.put("status", status.value());
    problem.put("detail", detail);
    problem.put("code", code);
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(JSON.writeValueAsBytes(problem));
  }

  /** For the trace of the request, if there is one. */
  private static void noteOutcome(String code) {
    Span.current().setAttribute(TraceAttributes.OUTCOME, code);
  }

  /** The code of a status that the framework has chosen. */
  static String code(HttpStatusCode status) {
    return switch (status.value()) {
      case 400 -> "invalid-request";
      case 404 -> "not-found";
      case 411 -> "length-required";
      case 405 -> "method-not-allowed";
      case 406 -> "not-acceptable";
      case 413 -> "message-too-large";
      case 415 -> "unsupported-media-type";
      case 503 -> "unavailable";
      default -> status.value() < SERVER_ERROR ? "invalid-request" : "internal";
    };
  }
}
