package dev.sluice.app;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The values of all settings by their names, to compare one configuration with another. */
final class SettingValues {
  private SettingValues() {}

  /** The names of the settings that have different values. */
  static Set<String> different(SluiceProperties one, SluiceProperties other) {
    Map<String, @Nullable Object> values = of(one);
    Map<String, @Nullable Object> others = of(other);
    Set<String> different = new TreeSet<>();
    values.forEach(
        (name, value) -> {
          if (!Objects.equals(value, others.get(name))) {
            different.add(name);
          }
        });
    return different;
  }

  /** Lists and maps count as one setting each. */
  private static Map<String, @Nullable Object> of(SluiceProperties settings) {
    Map<String, @Nullable Object> values = new TreeMap<>();
    collect("sluice", settings, values);
    return values;
  }

  private static void collect(String prefix, Record part, Map<String, @Nullable Object> values) {
    for (RecordComponent component : part.getClass().getRecordComponents()) {
      String name = prefix + "." + SettingNames.kebab(component.getName());
      Object value = valueOf(component, part);
      if (value instanceof Record nested) {
        collect(name, nested, values);
      } else {
        values.put(name, value);
      }
    }
  }

  private static @Nullable Object valueOf(RecordComponent component, Record part) {
    try {
      return component.getAccessor().invoke(part);
    } catch (ReflectiveOperationException unreadable) {
      throw new IllegalStateException("settings are public records", unreadable);
    }
  }
}
