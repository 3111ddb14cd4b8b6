package dev.sluice.app;

import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.rest.CaptureLimits;
import dev.sluice.api.rest.HttpLimits;
import dev.sluice.api.rest.RestConfiguration;
import dev.sluice.api.session.HttpSessions;
import dev.sluice.api.session.Limit;
import dev.sluice.api.session.LimitHits;
import dev.sluice.api.session.SessionEnvironment;
import dev.sluice.api.session.SessionRegistry;
import dev.sluice.api.session.SignallingLimits;
import dev.sluice.api.session.SignallingService;
import dev.sluice.api.ws.SignallingSocketConfiguration;
import dev.sluice.core.control.SfuControl;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.api.trace.Tracer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;

/** Wires the signalling side onto whatever {@link SfuControl} there is. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SluiceProperties.class)
@Import({
  AccessConfiguration.class,
  ConfigurationController.class,
  ConsoleConfiguration.class,
  DevelopmentHttps.class,
  LoggingConfiguration.class,
  RestConfiguration.class,
  RoomMetricsConfiguration.class,
  SignallingSocketConfiguration.class,
  TracingConfiguration.class,
  WebhookConfiguration.class
})
class SluiceConfiguration {
  @Bean
  LiveSettings liveSettings(
      SluiceProperties properties,
      ConfigurableEnvironment environment,
      LoggingSystem logging,
      AccessTokens tokens,
      ObjectProvider<LiveSettings.RoomSettingsTarget> rooms) {
    return new LiveSettings(
        new SettingsReader(environment),
        new LiveSettings.Reading(properties, SettingsReader.logLevels(environment)),
        logging::setLogLevel,
        tokens,
        settings -> rooms.ifAvailable(target -> target.set(settings)));
  }

  /** Those of the start, for what is built with them. */
  @Bean
  SignallingLimits signallingLimits(SluiceProperties properties) {
    return properties.signalling().toLimits();
  }

  @Bean(destroyMethod = "shutdownNow")
  ExecutorService signallingExecutor() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("signalling-", 0).factory());
  }

  @Bean
  SessionEnvironment sessionEnvironment(
      SfuControl control,
      LiveSettings settings,
      SluiceProperties properties,
      ExecutorService signallingExecutor) {
    return new SessionEnvironment(
        control,
        settings::signallingLimits,
        properties.iceServers().stream().map(SluiceProperties.Ice::toIceServer).toList(),
        signallingExecutor,
        System::nanoTime,
        new SecureRandom(),
        new LimitHits());
  }

  @Bean
  SessionRegistry sessionRegistry(SessionEnvironment environment) {
    return new SessionRegistry(environment.limits().capacity().maxSessions(), environment.hits());
  }

  @Bean
  SignallingService signallingService(
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
  SignallingSocketConfiguration.SocketOrigins socketOrigins(SluiceProperties properties) {
    List<String> configured = properties.signalling().allowedOrigins();
    boolean everyone = configured.isEmpty() && properties.isDevelopment();
    return new SignallingSocketConfiguration.SocketOrigins(everyone ? List.of("*") : configured);
  }

  @Bean
  RestConfiguration.HttpOrigins httpOrigins(SluiceProperties properties) {
    return new RestConfiguration.HttpOrigins(properties.http().allowedOrigins());
  }

  @Bean
  Supplier<HttpLimits> httpLimits(LiveSettings settings) {
    return settings::httpLimits;
  }

  @Bean
  CaptureLimits captureLimits(SluiceProperties properties) {
    return properties.capture().toLimits();
  }

  @Bean
  SignallingLifecycle signallingLifecycle(
      SignallingService service, SessionEnvironment environment) {
    return new SignallingLifecycle(service, environment.nanoTime());
  }

  @Bean
  MeterBinder signallingMeters(
      SignallingService service, SessionRegistry sessions, SessionEnvironment environment) {
    return meters -> {
      for (Limit limit : Limit.values()) {
        FunctionCounter.builder("sluice.limit.hits", environment.hits(), hits -> hits.of(limit))
            .tag("limit", limit.wireName())
            .description("What a limit has refused")
            .register(meters);
      }
      Gauge.builder("sluice.signalling.connections", service, SignallingService::connections)
          .description("Open signalling WebSockets")
          .register(meters);
      Gauge.builder("sluice.signalling.sessions", sessions, SessionRegistry::signallingSessions)
          .description("Participants that signal over a WebSocket, resumable ones included")
          .register(meters);
      Gauge.builder("sluice.http.sessions", sessions, SessionRegistry::httpSessions)
          .description("WHIP publications and WHEP playbacks")
          .register(meters);
    };
  }
}
