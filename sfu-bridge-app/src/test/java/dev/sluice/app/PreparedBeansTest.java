package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class PreparedBeansTest {
  /** As Spring Boot names what it reads from inside the jar. */
  private static final String OWN =
      "Config resource 'class path resource [application.properties]' via location 'classpath:/'";

  @ParameterizedTest
  @CsvSource({
    "management.server.port, management",
    "management.endpoints.web.exposure.include, management",
    "spring.threads.virtual.enabled, spring.threads",
  })
  void areGivenUpForASettingThatDecidesAboutBeans(String setting, String prefix) {
    StandardEnvironment environment = environment(new MapPropertySource("a", Map.of(setting, "1")));

    assertThat(PreparedBeans.decisive(environment)).hasToString("Optional[" + prefix + "]");
  }

  @Test
  void areGivenUpForAVariableOfTheEnvironment() {
    StandardEnvironment environment =
        environment(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment", Map.of("MANAGEMENT_SERVER_PORT", "9090")));

    assertThat(PreparedBeans.decisive(environment)).isPresent();
  }

  @Test
  void areKeptForTheServersOwnSettingsAndForThoseThatOnlyFillBeans() {
    StandardEnvironment environment =
        environment(
            new MapPropertySource(OWN, Map.of("management.endpoint.health.probes.enabled", "true")),
            new MapPropertySource(
                "command line",
                Map.of(
                    "server.port", "1",
                    "sluice.media.port", "2",
                    "spring.config.import", "configtree:/a/",
                    "logging.level.root", "warn")));

    assertThat(PreparedBeans.decisive(environment)).isEmpty();
  }

  private static StandardEnvironment environment(MapPropertySource... sources) {
    StandardEnvironment environment = new StandardEnvironment();
    // What the machine of the test has in its environment shall not decide.
    environment.getPropertySources().remove("systemProperties");
    environment.getPropertySources().remove("systemEnvironment");
    for (MapPropertySource source : sources) {
      environment.getPropertySources().addLast(source);
    }
    ConfigurationPropertySources.attach(environment);
    return environment;
  }
}
