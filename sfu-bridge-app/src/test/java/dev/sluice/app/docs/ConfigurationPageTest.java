package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceProperties;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * docs/configuration.md has every setting of {@link SluiceProperties}, no other, and its default.
 */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(sluice\\.[^`]+)` \\|(.*)\\|$");

  /** Key to the value of its {@code @DefaultValue}, empty when there is none. */
  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    collect("sluice", SluiceProperties.class, settings);
    return settings;
  }

  private static void collect(String prefix, Class<?> type, Map<String, String> settings) {
    RecordComponent[] components = type.getRecordComponents();
    Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      String key = prefix + "." + kebab(component.getName());
      if (component.getType().isRecord()) {
        collect(key, component.getType(), settings);
      } else if (component.getGenericType() instanceof ParameterizedType list
          && list.getActualTypeArguments()[0] instanceof Class<?> element
          && element.isRecord()) {
        collect(key + "[n]", element, settings);
      } else if (component.getGenericType() instanceof ParameterizedType map
          && map.getActualTypeArguments().length == 2
          && map.getActualTypeArguments()[1] instanceof Class<?> element
          && element.isRecord()) {
        collect(key + ".<name>", element, settings);
      } else {
        DefaultValue value = parameters[i].getAnnotation(DefaultValue.class);
        settings.put(key, value == null ? "" : String.join(",", value.value()));
      }
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static Map<String, List<String>> rows() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    Matcher matcher = ROW.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      String key = matcher.group(1);
      List<String> cells =
          Arrays.stream(matcher.group(2).split("\\|", -1)).map(String::strip).toList();
      assertThat(rows.put(key, cells)).as("a second row for " + key).isNull();
    }
    return rows;
  }

  @Test
  void namesEverySettingAndNoOther() throws IOException {
    assertThat(rows().keySet()).isEqualTo(settings().keySet()).hasSizeGreaterThan(20);
  }

  @Test
  void givesTheDefaultOfEachSetting() throws IOException {
    Map<String, List<String>> rows = rows();

    settings()
        .forEach(
            (key, value) -> {
              if (value.isEmpty()) {
                assertThat(rows.get(key)).as(key).element(1).asString().isIn("none", "empty");
              } else {
                assertThat(rows.get(key)).as(key).element(1).isEqualTo("`" + value + "`");
              }
            });
  }
}
