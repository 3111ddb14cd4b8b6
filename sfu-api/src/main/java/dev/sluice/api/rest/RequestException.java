package dev.sluice.api.rest;

import org.springframework.http.HttpStatus;

/** A request that cannot be served, with the problem that says so. */
final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final String code;

  RequestException(HttpStatus status, String code, String sentence) {
    super(sentence);
    this.status = status;
    this.code = code;
  }

  /** One whose body or query is wrong. */
  static RequestException invalid(String sentence) {
    return new RequestException(HttpStatus.BAD_REQUEST, "invalid-request", sentence);
  }

  HttpStatus status() {
    return status;
  }

  String code() {
    return code;
  }
}
