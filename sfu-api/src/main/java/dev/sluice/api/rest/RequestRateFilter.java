package dev.sluice.api.rest;

import dev.sluice.api.session.Limit;
import dev.sluice.api.session.SessionEnvironment;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** Bounds how often one client address may ask for anything that costs more than a file. */
final class RequestRateFilter extends OncePerRequestFilter {
  private final RequestBudgets budgets;
  private final SessionEnvironment environment;

  RequestRateFilter(Supplier<HttpLimits> limits, SessionEnvironment environment) {
    budgets = new RequestBudgets(limits);
    this.environment = environment;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (budgets.tryTake(request.getRemoteAddr(), environment.nanoTime().getAsLong())) {
      chain.doFilter(request, response);
      return;
    }
    environment.hits().count(Limit.REQUEST_RATE);
    response.setHeader(HttpHeaders.RETRY_AFTER, "1");
    Problems.write(
        response,
        HttpStatus.TOO_MANY_REQUESTS,
        "rate-limited",
        "This address asks too often; wait a second.");
  }
}
