package dev.sluice.app;

import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.logging.LogLevel;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Reads the configuration as the start of the server does. The command line and the environment are
 * those of the start; files are read anew.
 */
final class SettingsReader implements Supplier<LiveSettings.Reading> {
  private static final String FILE = "Config resource ";
  private static final String ATTACHED = "configurationProperties";

  private final ConfigurableEnvironment started;

  /**
   * @param started the environment that the server runs with
   */
  SettingsReader(ConfigurableEnvironment started) {
    this.started = started;
  }

  @Override
  public LiveSettings.Reading get() {
    FreshEnvironment fresh = new FreshEnvironment();
    MutablePropertySources sources = fresh.getPropertySources();
    for (PropertySource<?> source : started.getPropertySources()) {
      if (!source.getName().startsWith(FILE) && !source.getName().equals(ATTACHED)) {
        sources.addLast(source);
      }
    }
    ConfigDataEnvironmentPostProcessor.applyTo(fresh);
    return read(fresh);
  }

  /** What an environment says. */
  static LiveSettings.Reading read(ConfigurableEnvironment environment) {
    return new LiveSettings.Reading(settings(Binder.get(environment)), logLevels(environment));
  }

  private static SluiceProperties settings(Binder binder) {
    try {
      return binder.bindOrCreate(
          "sluice",
          Bindable.of(SluiceProperties.class),
          new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
    } catch (BindException wrong) {
      throw sentence(wrong);
    }
  }

  /** How much each logger says; the one that all others are below is called {@code root}. */
  static Map<String, LogLevel> logLevels(ConfigurableEnvironment environment) {
    return Binder.get(environment)
        .bind("logging.level", Bindable.mapOf(String.class, LogLevel.class))
        .orElseGet(Map::of);
  }

  /** What the start of the server would have said. */
  private static ConfigurationException sentence(BindException wrong) {
    for (Throwable cause = wrong; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException known) {
        return known;
      }
    }
    FailureAnalysis analysis = new SettingFailureAnalyzer().analyze(wrong);
    return new ConfigurationException(
        analysis == null ? "A setting of Sluice's cannot be read." : analysis.getDescription(),
        analysis == null || analysis.getAction() == null
            ? "docs/configuration.md has all settings."
            : analysis.getAction());
  }

  /** Without the sources that an environment brings along. */
  private static final class FreshEnvironment extends StandardEnvironment {
    @Override
    protected void customizePropertySources(MutablePropertySources propertySources) {
      // Those of the running server take their place.
    }
  }
}
