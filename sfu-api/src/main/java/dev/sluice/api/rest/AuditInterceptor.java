package dev.sluice.api.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Writes every call that changes something into the {@link AuditLog}, refused ones too. */
final class AuditInterceptor implements HandlerInterceptor {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final AuditLog log;

  AuditInterceptor(AuditLog log) {
    this.log = log;
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception e) {
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    // Who reads a capture reads what others have sent.
    boolean onlyReads =
        READING.contains(request.getMethod()) && !CapturesController.FILE.equals(pattern);
    if (pattern == null || onlyReads) {
      return;
    }
    String room = AdministratorInterceptor.pathVariable(request, "room");
    log.add(
        AdministratorInterceptor.nameOf(request),
        request.getMethod() + " " + pattern,
        room == null ? "" : room,
        target(request, response),
        response.getStatus());
  }

  private static String target(HttpServletRequest request, HttpServletResponse response) {
    String made = response.getHeader(HttpHeaders.LOCATION);
    if (made != null) {
      return made;
    }
    String moved = response.getHeader(HttpHeaders.CONTENT_LOCATION);
    if (moved != null) {
      return moved;
    }
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
            instanceof Map<?, ?> variables
        ? variables.entrySet().stream()
            .filter(variable -> !"room".equals(variable.getKey()))
            .map(variable -> String.valueOf(variable.getValue()))
            .collect(Collectors.joining(" "))
        : "";
  }
}
