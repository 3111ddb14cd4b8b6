package dev.sluice.api.rest;

import dev.sluice.api.auth.TokenException;
import dev.sluice.api.session.ErrorCode;
import dev.sluice.api.session.JoinRefusedException;
import dev.sluice.core.sdp.SdpException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns every exception of a controller, ours and the framework's, into a problem. A fault of the
 * server says nothing of its cause; that is in the log.
 */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  /** Refusals that waiting does not end. */
  private static final Set<ErrorCode> FORBIDDEN =
      EnumSet.of(
          ErrorCode.NOT_PERMITTED,
          ErrorCode.ROOM_LOCKED,
          ErrorCode.IDENTITY_IN_USE,
          ErrorCode.ENCRYPTION_REQUIRED,
          ErrorCode.WAITING_ROOM);

  /** RFC 6750 §3.1: the token is good, but not for this. */
  private static final String INSUFFICIENT_SCOPE = "Bearer error=\"insufficient_scope\"";

  @ExceptionHandler
  ResponseEntity<Object> handle(RequestException e) {
    return respond(e.status(), e.code(), e, new HttpHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Object> handle(SdpException e) {
    return respond(HttpStatus.BAD_REQUEST, "invalid-sdp", e, new HttpHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Object> handle(JoinRefusedException e) {
    HttpHeaders headers = new HttpHeaders();
    if (e.code() == ErrorCode.NOT_PERMITTED) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, INSUFFICIENT_SCOPE);
    }
    if (FORBIDDEN.contains(e.code())) {
      return respond(HttpStatus.FORBIDDEN, e.code().wireName(), e, headers);
    }
    headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    return respond(HttpStatus.SERVICE_UNAVAILABLE, e.code().wireName(), e, headers);
  }

  /** RFC 6750 §3: a bare challenge when there was no token, with an error code when it was bad. */
  @ExceptionHandler
  ResponseEntity<Object> handle(TokenException e) {
    return switch (e.reason()) {
      case MISSING -> challenge(HttpStatus.UNAUTHORIZED, "invalid-token", "Bearer", e);
      case WRONG_ROOM, NOT_ADMINISTRATOR ->
          challenge(HttpStatus.FORBIDDEN, "not-permitted", INSUFFICIENT_SCOPE, e);
      case BANNED -> respond(HttpStatus.FORBIDDEN, "banned", e, new HttpHeaders());
      case MALFORMED,
          WRONG_ALGORITHM,
          UNKNOWN_KEY,
          BAD_SIGNATURE,
          EXPIRED,
          NOT_YET_VALID,
          WRONG_AUDIENCE,
          BAD_CLAIMS ->
          challenge(HttpStatus.UNAUTHORIZED, "invalid-token", "Bearer error=\"invalid_token\"", e);
    };
  }

  @ExceptionHandler
  ResponseEntity<Object> handle(Exception e) {
    LOG.error("A request failed", e);
    return Problems.response(
        Problems.problem(
            HttpStatus.INTERNAL_SERVER_ERROR, "internal", "A fault of the server; see its log."),
        new HttpHeaders());
  }

  /** The framework's own: 404, 405 with Allow, 406, 415 and the like. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String detail =
        body instanceof ProblemDetail problem && problem.getDetail() != null
            ? problem.getDetail()
            : HttpStatus.valueOf(status.value()).getReasonPhrase();
    return Problems.response(Problems.problem(status, Problems.code(status), detail), headers);
  }

  /** What {@link BodyAdvice} has refused; without its words the body is missing. */
  @Override
  protected ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return e.getCause() instanceof RequestException refused
        ? handle(refused)
        : handle(RequestException.invalid("The body is missing; it is a JSON object."));
  }

  /** A parameter of the query; those of the path are strings. */
  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    if (!(e instanceof MethodArgumentTypeMismatchException mismatch)) {
      return super.handleTypeMismatch(e, headers, status, request);
    }
    return handle(
        Fields.wrongParameter(
            mismatch.getName(),
            mismatch.getRequiredType() == Boolean.class
                ? "is true or false"
                : "is a whole number"));
  }

  private static ResponseEntity<Object> challenge(
      HttpStatus status, String code, String challenge, TokenException e) {
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge);
    return respond(status, code, e, headers);
  }

  private static ResponseEntity<Object> respond(
      HttpStatus status, String code, Exception e, HttpHeaders headers) {
    String detail = e.getMessage();
    return Problems.response(Problems.problem(status, code, detail == null ? "" : detail), headers);
  }
}
