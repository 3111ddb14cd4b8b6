package dev.sluice.app;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Shows as a sentence that a setting of Sluice's does not exist, or has a value of a wrong kind.
 * Never shows the value of what may be a secret.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {
  private static final String OURS = "sluice";
  private static final String PAGE = "docs/configuration.md has all settings.";

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
    String name = cause.getName().toString();
    if (!name.equals(OURS) && !name.startsWith(OURS + ".")) {
      return null;
    }
    if (findCause(rootFailure, ConfigurationException.class) != null) {
      return null; // It has its own sentence.
    }
    UnboundConfigurationPropertiesException unknown =
        findCause(rootFailure, UnboundConfigurationPropertiesException.class);
    return unknown == null ? wrongKind(name, cause) : unknown(unknown);
  }

  private static FailureAnalysis unknown(UnboundConfigurationPropertiesException unknown) {
    String names =
        unknown.getUnboundProperties().stream()
            .map(SettingFailureAnalyzer::sentence)
            .collect(Collectors.joining(" "));
    return new FailureAnalysis(names, "Correct it or take it away; " + PAGE, unknown);
  }

  private static String sentence(ConfigurationProperty property) {
    String name = property.getName().toString();
    String origin = property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
    return "There is no setting %s%s.%s"
        .formatted(
            name,
            origin,
            SettingNames.meantBy(name).map(meant -> " Is it " + meant + "?").orElse(""));
  }

  private static FailureAnalysis wrongKind(String name, BindException cause) {
    ConfigurationProperty property = cause.getProperty();
    String value =
        property == null || isSecret(name) ? "a value" : "\"" + property.getValue() + "\"";
    return new FailureAnalysis(
        "%s has %s, which is no %s.".formatted(name, value, kind(cause)),
        "Change it, or leave it out for its default; " + PAGE,
        cause);
  }

  private static boolean isSecret(String name) {
    return name.contains("key") || name.contains("secret") || name.contains("credential");
  }

  private static String kind(BindException cause) {
    Class<?> type = cause.getTarget().getType().resolve(Object.class);
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long" -> "whole number";
      case "boolean" -> "true or false";
      case "Duration" -> "duration, such as 30s";
      case "DataSize" -> "size, such as 256KB";
      case "URI" -> "URL";
      default -> "value that it can have";
    };
  }
}
