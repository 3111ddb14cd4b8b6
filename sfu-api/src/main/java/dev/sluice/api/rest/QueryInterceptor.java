package dev.sluice.api.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses a query parameter that the call does not have: under a wrong name a ban would be a mere
 * removal, and a filter would let everything through.
 */
final class QueryInterceptor implements HandlerInterceptor {
  private final ParameterNameDiscoverer discoverer = new DefaultParameterNameDiscoverer();

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws RequestException {
    String query = request.getQueryString();
    if (query == null || query.isEmpty() || !(handler instanceof HandlerMethod method)) {
      return true;
    }
    List<String> names = names(method);
    for (String parameter : query.split("&", -1)) {
      // Names of parameters have no character that would be escaped.
      String name = parameter.split("=", 2)[0];
      if (!name.isEmpty() && !names.contains(name)) {
        throw NearestName.unknown("parameter", name, names);
      }
    }
    return true;
  }

  private List<String> names(HandlerMethod method) {
    List<String> names = new ArrayList<>();
    for (MethodParameter parameter : method.getMethodParameters()) {
      if (parameter.hasParameterAnnotation(RequestParam.class)) {
        parameter.initParameterNameDiscovery(discoverer);
        names.add(String.valueOf(parameter.getParameterName()));
      }
    }
    return names;
  }
}
