package dev.sluice.api.rest;

import dev.sluice.api.session.TraceAttributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * A span for each request to WHIP, WHEP and the API, below the caller's own when it names one (W3C
 * Trace Context). It has the route and never the path or its query, in which a session's secret
 * name may stand.
 */
final class TraceFilter extends OncePerRequestFilter {
  private static final TextMapGetter<HttpServletRequest> HEADERS = new Headers();

  private final Tracer tracer;

  TraceFilter(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Context caller =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
    Span span =
        tracer
            .spanBuilder(request.getMethod())
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .startSpan();
    try (Scope _ = span.makeCurrent()) {
      span.setAttribute(TraceAttributes.OUTCOME, TraceAttributes.OK);
      chain.doFilter(request, response);
    } finally {
      if (span.isRecording()) {
        describe(span, request, response.getStatus());
      }
      span.end();
    }
  }

  /** What is known only when the request has been served; OpenTelemetry's names for HTTP. */
  private static void describe(Span span, HttpServletRequest request, int status) {
    span.setAttribute("http.request.method", request.getMethod());
    span.setAttribute("http.response.status_code", status);
    if (status >= HttpStatus.INTERNAL_SERVER_ERROR.value()) {
      span.setStatus(StatusCode.ERROR);
    }
    if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)
        instanceof String route) {
      span.setAttribute("http.route", route);
      span.updateName(request.getMethod() + " " + route);
    }
    String room = AdministratorInterceptor.pathVariable(request, "room");
    if (room != null) {
      span.setAttribute(TraceAttributes.ROOM, room);
    }
    String participant = AdministratorInterceptor.pathVariable(request, "participant");
    if (participant != null) {
      span.setAttribute(TraceAttributes.PARTICIPANT, participant);
    }
  }

  private static final class Headers implements TextMapGetter<HttpServletRequest> {
    @Override
    public Iterable<String> keys(HttpServletRequest request) {
      return Collections.list(request.getHeaderNames());
    }

    @Override
    public @Nullable String get(@Nullable HttpServletRequest request, String name) {
      return request == null ? null : request.getHeader(name);
    }
  }
}
