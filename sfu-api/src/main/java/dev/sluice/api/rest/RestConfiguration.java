package dev.sluice.api.rest;

import dev.sluice.api.auth.Admission;
import dev.sluice.api.session.SessionEnvironment;
import io.opentelemetry.api.trace.Tracer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Brings the HTTP endpoints into an application that has the beans of {@code session}. */
@Configuration(proxyBeanMethods = false)
@Import({
  WhipWhepController.class,
  RoomsController.class,
  ParticipantsController.class,
  DownlinkController.class,
  QualityController.class,
  CapturesController.class,
  ModerationController.class,
  MoveController.class,
  BansController.class,
  ServerController.class,
  WatchController.class,
  WebhooksController.class,
  RoomDirectory.class,
  SdpExchange.class,
  BodyAdvice.class,
  ProblemAdvice.class,
  ProblemErrorController.class
})
public class RestConfiguration {
  private static final long PREFLIGHT_SECONDS = 3600;

  /** What asks too often shall cost nothing else, a repetition is traced too. */
  private static final int IDEMPOTENCY_ORDER = Ordered.LOWEST_PRECEDENCE;

  private static final int TRACE_ORDER = IDEMPOTENCY_ORDER - 1;
  private static final int RATE_ORDER = TRACE_ORDER - 1;

  /**
   * Which pages may use the HTTP endpoints from another origin. Tokens travel in a header that a
   * page must set itself, never in a cookie, so every origin may be allowed.
   *
   * @param patterns like {@code https://*.example.org}, {@code *} for all; empty for none
   */
  public record HttpOrigins(List<String> patterns) {
    public HttpOrigins {
      patterns = List.copyOf(patterns);
    }
  }

  @Bean
  Captures captures(CaptureLimits limits, SessionEnvironment environment) {
    return new Captures(
        limits,
        InstantSource.system(),
        environment.nanoTime(),
        (delay, task) ->
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                .execute(task));
  }

  @Bean
  WatchedRooms watchedRooms() {
    return new WatchedRooms(InstantSource.system());
  }

  @Bean
  AuditLog auditLog() {
    return new AuditLog(InstantSource.system());
  }

  @Bean
  FilterRegistrationBean<RequestRateFilter> requestRateFilter(
      Supplier<HttpLimits> limits, SessionEnvironment environment) {
    FilterRegistrationBean<RequestRateFilter> registration =
        new FilterRegistrationBean<>(new RequestRateFilter(limits, environment));
    registration.addUrlPatterns("/api/*", "/whip/*", "/whep/*", "/signal");
    registration.setOrder(RATE_ORDER);
    return registration;
  }

  @Bean
  FilterRegistrationBean<TraceFilter> traceFilter(Tracer tracer) {
    FilterRegistrationBean<TraceFilter> registration =
        new FilterRegistrationBean<>(new TraceFilter(tracer));
    registration.addUrlPatterns("/api/*", "/whip/*", "/whep/*");
    registration.setOrder(TRACE_ORDER);
    return registration;
  }

  @Bean
  FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(
      Admission admission, SessionEnvironment environment) {
    FilterRegistrationBean<IdempotencyFilter> registration =
        new FilterRegistrationBean<>(new IdempotencyFilter(admission, environment.nanoTime()));
    registration.addUrlPatterns("/api/*");
    registration.setOrder(IDEMPOTENCY_ORDER);
    return registration;
  }

  /**
   * CORS (Fetch standard) and the {@code Accept-Post} that RFC 9725 wants in an OPTIONS response.
   */
  @Bean
  WebMvcConfigurer sluiceWebMvcConfigurer(
      HttpOrigins origins, Admission admission, AuditLog audit) {
    return new WebMvcConfigurer() {
      @Override
      public void addCorsMappings(CorsRegistry registry) {
        if (origins.patterns().isEmpty()) {
          return;
        }
        for (String path : List.of("/whip/**", "/whep/**", "/api/**")) {
          registry
              .addMapping(path)
              .allowedOriginPatterns(origins.patterns().toArray(String[]::new))
              .allowedMethods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
              .allowedHeaders("*")
              .exposedHeaders(
                  HttpHeaders.LOCATION,
                  HttpHeaders.LINK,
                  HttpHeaders.ETAG,
                  HttpHeaders.WWW_AUTHENTICATE,
                  HttpHeaders.RETRY_AFTER,
                  AcceptPostInterceptor.ACCEPT_POST)
              .maxAge(PREFLIGHT_SECONDS);
        }
      }

      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry
            .addInterceptor(new AcceptPostInterceptor())
            .addPathPatterns(WhipWhepController.WHIP, WhipWhepController.WHEP);
        // The audit first, for it shall see what the others refuse.
        registry.addInterceptor(new AuditInterceptor(audit)).addPathPatterns("/api/**");
        registry.addInterceptor(new BodyLimitInterceptor()).addPathPatterns("/api/**");
        registry.addInterceptor(new AdministratorInterceptor(admission)).addPathPatterns("/api/**");
        registry.addInterceptor(new QueryInterceptor()).addPathPatterns("/api/**");
      }
    };
  }
}
