package dev.sluice.app;

import java.util.List;
import java.util.Optional;
import org.apache.commons.logging.Log;
import org.springframework.aot.AotDetector;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Does without the image's prepared bean definitions when a setting asks for other beans. Spring
 * decides with them at build time which beans there are; a management port of its own, for example,
 * would be ignored without a word, and {@code /actuator} stay where everyone reaches it. The start
 * then takes longer, as it does without an image.
 */
final class PreparedBeans implements EnvironmentPostProcessor {
  /** What Spring Boot's conditions ask for; Sluice's own settings decide about no bean. */
  private static final List<ConfigurationPropertyName> DECISIVE =
      List.of(
          ConfigurationPropertyName.of("management"),
          ConfigurationPropertyName.of("spring.autoconfigure"),
          ConfigurationPropertyName.of("spring.jmx"),
          ConfigurationPropertyName.of("spring.mvc"),
          ConfigurationPropertyName.of("spring.servlet"),
          ConfigurationPropertyName.of("spring.threads"),
          ConfigurationPropertyName.of("spring.web"));

  private static final String OWN_SETTINGS = "class path resource [application.properties]";

  private final Log log;

  PreparedBeans(DeferredLogFactory logs) {
    log = logs.getLog(PreparedBeans.class);
  }

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (!AotDetector.useGeneratedArtifacts()) {
      return;
    }
    decisive(environment)
        .ifPresent(
            setting -> {
              log.info("A slower start, because a setting below " + setting + " may ask for it");
              SpringProperties.setFlag(AotDetector.AOT_ENABLED, false);
            });
  }

  /** The first of those prefixes below which somebody has set something. */
  static Optional<ConfigurationPropertyName> decisive(ConfigurableEnvironment environment) {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      boolean own =
          source.getUnderlyingSource() instanceof PropertySource<?> underlying
              && underlying.getName().contains(OWN_SETTINGS);
      if (own) {
        continue;
      }
      for (ConfigurationPropertyName prefix : DECISIVE) {
        if (source.containsDescendantOf(prefix) == ConfigurationPropertyState.PRESENT) {
          return Optional.of(prefix);
        }
      }
    }
    return Optional.empty();
  }
}
