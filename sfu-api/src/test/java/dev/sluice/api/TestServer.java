package dev.sluice.api;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.SigningKeys;
import dev.sluice.api.rest.CaptureLimits;
import dev.sluice.api.rest.HttpLimits;
import dev.sluice.api.rest.RestConfiguration;
import dev.sluice.api.session.HttpSessions;
import dev.sluice.api.session.IceServer;
import dev.sluice.api.session.LimitHits;
import dev.sluice.api.session.SessionEnvironment;
import dev.sluice.api.session.SessionRegistry;
import dev.sluice.api.session.SignallingLimits;
import dev.sluice.api.session.SignallingService;
import dev.sluice.api.webhook.Webhooks;
import dev.sluice.api.ws.SignallingSocketConfiguration;
import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.Standing;
import io.opentelemetry.api.trace.Tracer;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** The endpoints of this module on a random port, over a media side that only notes. */
public final class TestServer implements AutoCloseable {
  private static final SignallingLimits.Timeouts QUICK =
      new SignallingLimits.Timeouts(
          Duration.ofSeconds(30), Duration.ofSeconds(45), Duration.ofMillis(200));

  private final ConfigurableApplicationContext context;

  /** A server that wants tokens, with these settings beside. */
  public TestServer(String... settings) {
    context =
        new SpringApplicationBuilder(Wiring.class)
            .properties(
                "server.port=0",
                "server.address=127.0.0.1",
                "spring.main.banner-mode=off",
                "logging.level.root=warn",
                "spring.threads.virtual.enabled=true")
            .properties(settings)
            .run();
  }

  /** The media side. */
  public FakeSfu sfu() {
    return context.getBean(FakeSfu.class);
  }

  /** What it has traced. */
  public TracedSpans spans() {
    return context.getBean(TracedSpans.class);
  }

  /** A path of this server. */
  public URI uri(String scheme, String path) {
    return URI.create(
        scheme
            + "://127.0.0.1:"
            + context.getEnvironment().getProperty("local.server.port")
            + path);
  }

  /** A token of a key that the server knows. */
  public String token(String room, Grants grants) {
    return context
        .getBean(AccessTokens.class)
        .issue(
            "app",
            new AccessToken("ada", "Ada", room, grants),
            InstantSource.system().instant().plusSeconds(60));
  }

  /** A token that lets its bearer publish what this grants, and nothing else. */
  public String token(String room, PublishGrant publishing) {
    return context
        .getBean(AccessTokens.class)
        .issue(
            "app",
            new AccessToken(
                "ada",
                "Ada",
                room,
                new Grants(!publishing.isNone(), false, false),
                publishing,
                false),
            InstantSource.system().instant().plusSeconds(60));
  }

  /** A token of an administrator of a room, or of all. */
  public String adminToken(String room) {
    return context
        .getBean(AccessTokens.class)
        .issue(
            "app",
            new AccessToken("ops", "", room, Grants.ALL, true),
            InstantSource.system().instant().plusSeconds(60));
  }

  /** The same, who may also capture what is said and shown. */
  public String capturingToken(String room) {
    return context
        .getBean(AccessTokens.class)
        .issue(
            "app",
            new AccessToken("ops", "", room, Standing.of(Grants.ALL), true, true, ""),
            InstantSource.system().instant().plusSeconds(60));
  }

  /** A token of one who is called so. */
  public String tokenOf(String identity, String room) {
    return context
        .getBean(AccessTokens.class)
        .issue(
            "app",
            new AccessToken(
                identity, "", room, Standing.of(Grants.ALL), false, false, "jti-" + identity),
            InstantSource.system().instant().plusSeconds(60));
  }

  /** The service behind the socket. */
  public SignallingService signalling() {
    return context.getBean(SignallingService.class);
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({RestConfiguration.class, SignallingSocketConfiguration.class})
  static class Wiring {
    @Bean
    FakeSfu sfu() {
      return new FakeSfu();
    }

    @Bean
    AccessTokens tokens() {
      return new AccessTokens(
          SigningKeys.of(Map.of("app", "0123456789abcdef0123456789abcdef")),
          InstantSource.system());
    }

    @Bean
    Admission admission(AccessTokens tokens) {
      return new Admission(tokens, false);
    }

    @Bean
    SignallingLimits limits() {
      SignallingLimits defaults = SignallingLimits.DEFAULTS;
      return new SignallingLimits(
          defaults.traffic(), defaults.negotiation(), defaults.capacity(), QUICK);
    }

    @Bean
    SessionEnvironment sessionEnvironment(FakeSfu sfu, SignallingLimits limits) {
      return new SessionEnvironment(
          sfu,
          limits,
          List.of(
              new IceServer(List.of("stun:stun.example.org:3478"), null, null),
              new IceServer(List.of("turn:turn.example.org?transport=udp"), "u\"1", "secret")),
          Executors.newVirtualThreadPerTaskExecutor(),
          System::nanoTime,
          new SecureRandom(),
          new LimitHits());
    }

    @Bean
    TracedSpans tracedSpans() {
      return new TracedSpans();
    }

    @Bean
    Tracer tracer(TracedSpans spans) {
      return spans.tracer();
    }

    @Bean
    SessionRegistry registry(SessionEnvironment environment) {
      return new SessionRegistry(environment.limits().capacity().maxSessions(), environment.hits());
    }

    @Bean
    SignallingService signalling(
        SessionEnvironment environment,
        Admission admission,
        SessionRegistry registry,
        Tracer tracer) {
      return new SignallingService(environment, admission, registry, tracer);
    }

    @Bean
    HttpSessions httpSessions(
        SessionEnvironment environment, SessionRegistry registry, Tracer tracer) {
      return new HttpSessions(environment, registry, tracer);
    }

    @Bean
    Webhooks webhooks() {
      return Webhooks.off();
    }

    @Bean
    CaptureLimits captureLimits(Environment environment) {
      return new CaptureLimits(
          environment.getProperty("captures", Integer.class, 0),
          CaptureBuffer.MIN_BYTES,
          Duration.ofMinutes(5));
    }

    @Bean
    Supplier<HttpLimits> httpLimits() {
      return () -> new HttpLimits(10_000, 10_000);
    }

    @Bean
    RestConfiguration.HttpOrigins httpOrigins() {
      return new RestConfiguration.HttpOrigins(List.of("https://*.example.org"));
    }

    @Bean
    SignallingSocketConfiguration.SocketOrigins socketOrigins() {
      return new SignallingSocketConfiguration.SocketOrigins(List.of());
    }
  }
}
