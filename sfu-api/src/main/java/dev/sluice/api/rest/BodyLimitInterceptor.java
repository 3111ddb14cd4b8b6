package dev.sluice.api.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses bodies that are too large to be a request of the API, before they are read. */
final class BodyLimitInterceptor implements HandlerInterceptor {
  static final int MAX_BYTES = 64 * 1024;

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws RequestException {
    if (request.getContentLengthLong() > MAX_BYTES) {
      throw new RequestException(
          HttpStatus.CONTENT_TOO_LARGE,
          "message-too-large",
          "A request may have at most " + MAX_BYTES + " bytes.");
    }
    if (request.getContentLengthLong() < 0
        && request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
      throw new RequestException(
          HttpStatus.LENGTH_REQUIRED,
          "length-required",
          "A request with a body must say how long it is (Content-Length).");
    }
    return true;
  }
}
