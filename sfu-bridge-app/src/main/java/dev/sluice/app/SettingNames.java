package dev.sluice.app;

import dev.sluice.api.rest.EditDistance;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The names of Sluice's settings, read from {@link SluiceProperties}, and which of them is meant by
 * a wrong one. What stands for anything is written {@code <name>} in them, and a number {@code
 * [n]}.
 */
final class SettingNames {
  /** A name that differs by more is another name. */
  private static final int MAX_EDITS = 4;

  private SettingNames() {}

  /** All of them. */
  static List<String> all() {
    List<String> names = new ArrayList<>();
    collect("sluice", SluiceProperties.class, names);
    return names;
  }

  private static void collect(String prefix, Class<?> type, List<String> names) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + "." + kebab(component.getName());
      List<Class<?>> arguments = arguments(component.getGenericType());
      if (component.getType().isRecord()) {
        collect(name, component.getType(), names);
      } else if (!arguments.isEmpty() && arguments.getLast().isRecord()) {
        collect(name + (arguments.size() == 1 ? "[n]" : ".<name>"), arguments.getLast(), names);
      } else if (arguments.size() == 2) {
        names.add(name + ".<name>");
      } else {
        names.add(name);
      }
    }
  }

  private static List<Class<?>> arguments(Type type) {
    List<Class<?>> arguments = new ArrayList<>();
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        arguments.add(argument instanceof Class<?> known ? known : Object.class);
      }
    }
    return arguments;
  }

  /** A component's name as it stands in a setting. */
  static String kebab(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  /** The setting that is most like this name, if one is. */
  static Optional<String> meantBy(String wrong) {
    return all().stream()
        .min(Comparator.comparingInt(name -> EditDistance.between(wrong, name)))
        .filter(name -> EditDistance.between(wrong, name) <= MAX_EDITS);
  }
}
