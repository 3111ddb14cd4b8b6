package dev.sluice.api.rest;

import dev.sluice.api.auth.Administrator;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Lets only administrators call the API: of the room that the path names, or of all rooms. One
 * place for every call, so that none can forget it.
 */
final class AdministratorInterceptor implements HandlerInterceptor {
  private static final String ATTRIBUTE = AdministratorInterceptor.class.getName();

  private final Admission admission;

  AdministratorInterceptor(Admission admission) {
    this.admission = admission;
  }

  /** Who asks. */
  static Administrator of(HttpServletRequest request) {
    return (Administrator) Objects.requireNonNull(request.getAttribute(ATTRIBUTE));
  }

  /** Who asks, as the audit log names it; a hyphen for one that was not let in. */
  static String nameOf(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Administrator administrator
        ? administrator.identity()
        : "-";
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws TokenException, RequestException {
    if (!(handler instanceof HandlerMethod method)) {
      return true;
    }
    Administrator administrator =
        admission.administrator(BearerToken.of(request.getHeader(HttpHeaders.AUTHORIZATION)));
    String room = pathVariable(request, "room");
    if (room != null) {
      administrator.requireRoom(SdpExchange.roomId(room));
    } else if (!method.hasMethodAnnotation(ForItsOwnRoom.class)) {
      administrator.requireEveryRoom();
    }
    request.setAttribute(ATTRIBUTE, administrator);
    return true;
  }

  static @Nullable String pathVariable(HttpServletRequest request, String name) {
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                instanceof Map<?, ?> variables
            && variables.get(name) instanceof String value
        ? value
        : null;
  }
}
