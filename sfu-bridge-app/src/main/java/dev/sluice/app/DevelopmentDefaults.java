package dev.sluice.app;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * In development mode HTTP listens on loopback unless told otherwise: a server that asks for no
 * token must not be found by the network.
 */
final class DevelopmentDefaults implements EnvironmentPostProcessor {
  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if ("development".equalsIgnoreCase(environment.getProperty("sluice.mode", "").strip())) {
      environment
          .getPropertySources()
          .addLast(
              new MapPropertySource(
                  "sluiceDevelopmentDefaults", Map.of("server.address", "127.0.0.1")));
    }
  }
}
