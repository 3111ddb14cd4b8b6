package dev.sluice.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the tables of docs/configuration.md: names and defaults are those of {@link
 * SluiceProperties}, what a change takes is that of {@link LiveSettings}, and the words are those
 * of {@code META-INF/spring-configuration-metadata.json}, which editors show too.
 */
final class ConfigurationReference {
  private static final String METADATA = "/META-INF/spring-configuration-metadata.json";
  private static final Pattern TABLE =
      Pattern.compile(
          "(?s)(<!-- settings of (sluice\\.[a-z-]+) -->\\n).*?(<!-- end of settings -->)");
  private static final String HEAD =
      "\n| key | type | default | a change needs | effect |\n|---|---|---|---|---|\n";

  private ConfigurationReference() {}

  /**
   * The words on a setting.
   *
   * @param values which values it may have
   * @param effect what it does
   */
  record Words(String values, String effect) {}

  /** By the name of the setting, in their order. */
  static Map<String, Words> words() {
    try (InputStream in =
        Objects.requireNonNull(ConfigurationReference.class.getResourceAsStream(METADATA))) {
      Map<String, Words> words = new LinkedHashMap<>();
      for (JsonNode property : JsonMapper.builder().build().readTree(in).get("properties")) {
        words.put(
            property.get("name").stringValue(),
            new Words(
                property.get("values").stringValue(), property.get("description").stringValue()));
      }
      return words;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page with its tables made anew. */
  static String generate(String page) {
    return TABLE
        .matcher(page)
        .replaceAll(
            table ->
                Matcher.quoteReplacement(table.group(1) + rows(table.group(2)) + table.group(3)));
  }

  /** The parts of the configuration that the page has tables for. */
  static List<String> tables(String page) {
    return TABLE.matcher(page).results().map((MatchResult table) -> table.group(2)).toList();
  }

  static boolean isOf(String part, String name) {
    return name.equals(part) || name.startsWith(part + ".") || name.startsWith(part + "[");
  }

  private static String rows(String part) {
    Map<String, Words> words = words();
    Map<String, String> defaults = defaults();
    StringBuilder rows = new StringBuilder(HEAD);
    for (String name : words.keySet()) {
      if (isOf(part, name)) {
        Words of = Objects.requireNonNull(words.get(name));
        rows.append(
            "| `%s` | %s | %s | %s | %s |%n"
                .formatted(
                    name,
                    of.values(),
                    Objects.requireNonNull(defaults.get(name), name),
                    LiveSettings.SAFE.contains(name) ? "a reload" : "a restart",
                    of.effect()));
      }
    }
    return rows.append('\n').toString();
  }

  /** What stands in the page for the default of each setting. */
  static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    collect("sluice", SluiceProperties.class, defaults);
    return defaults;
  }

  private static void collect(String prefix, Class<?> type, Map<String, String> defaults) {
    RecordComponent[] components = type.getRecordComponents();
    Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
    for (int i = 0; i < components.length; i++) {
      String name = prefix + "." + SettingNames.kebab(components[i].getName());
      List<Class<?>> arguments = arguments(components[i]);
      if (components[i].getType().isRecord()) {
        collect(name, components[i].getType(), defaults);
      } else if (!arguments.isEmpty() && arguments.getLast().isRecord()) {
        collect(name + (arguments.size() == 1 ? "[n]" : ".<name>"), arguments.getLast(), defaults);
      } else {
        defaults.put(name, written(parameters[i].getAnnotation(DefaultValue.class), components[i]));
      }
    }
  }

  private static List<Class<?>> arguments(RecordComponent component) {
    List<Class<?>> arguments = new ArrayList<>();
    if (component.getGenericType() instanceof ParameterizedType generic) {
      for (var argument : generic.getActualTypeArguments()) {
        arguments.add(argument instanceof Class<?> known ? known : Object.class);
      }
    }
    return arguments;
  }

  private static String written(@Nullable DefaultValue value, RecordComponent component) {
    if (value == null || value.value().length == 0) {
      return List.class.isAssignableFrom(component.getType()) ? "empty" : "none";
    }
    return "`" + String.join(",", value.value()) + "`";
  }
}
