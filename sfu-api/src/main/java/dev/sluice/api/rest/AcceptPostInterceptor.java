package dev.sluice.api.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Says in each OPTIONS response, preflights included, which type may be posted (RFC 9725 §4.1,
 * Accept-Post of the Linked Data Platform).
 */
final class AcceptPostInterceptor implements HandlerInterceptor {
  static final String ACCEPT_POST = "Accept-Post";

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (HttpMethod.OPTIONS.matches(request.getMethod())) {
      response.setHeader(ACCEPT_POST, SdpExchange.APPLICATION_SDP_VALUE);
    }
    return true;
  }
}
