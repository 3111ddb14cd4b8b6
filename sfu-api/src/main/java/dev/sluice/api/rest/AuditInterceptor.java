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

  /** What a call is about where its path does not say it. */
  private record Subject(String room, String target) {
    private static final String ATTRIBUTE = AuditInterceptor.class.getName();
  }

  AuditInterceptor(AuditLog log) {
    this.log = log;
  }

  /**
   * Says what a call is about that is in its body. To be called before anything is refused.
   *
   * @param room the room's name
   * @param target whom or what in it, or empty
   */
  static void about(HttpServletRequest request, String room, String target) {
    request.setAttribute(Subject.ATTRIBUTE, new Subject(room, target));
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
    Subject subject =
        request.getAttribute(Subject.ATTRIBUTE) instanceof Subject named
            ? named
            : new Subject("", "");
    log.add(
        AdministratorInterceptor.nameOf(request),
        request.getMethod() + " " + pattern,
        room == null ? subject.room() : room,
        (subject.target() + " " + target(request, response)).strip(),
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
