package dev.sluice.api.rest;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a request's body may have, by the record that it is read into: these fields and no others,
 * each of its own type. Nothing is converted: a number is no string, and 5.0 is no whole number. A
 * field that is null is as if left out.
 */
final class BodyShape {
  private final Class<?> type;
  private final List<String> names = new ArrayList<>();

  /**
   * The shape of a record. Its components are records, lists of strings, or boxed: Integer, Long,
   * Boolean, String.
   */
  BodyShape(Class<?> type) {
    this.type = type;
    collect("", type);
  }

  private void collect(String path, Class<?> record) {
    for (RecordComponent component : record.getRecordComponents()) {
      names.add(path + component.getName());
      if (component.getType().isRecord()) {
        collect(path + component.getName() + ".", component.getType());
      }
    }
  }

  /** Refuses a body of another shape, with the field in the sentence. */
  void check(JsonNode body) throws RequestException {
    if (!body.isObject()) {
      throw RequestException.invalid("The body is a JSON object.");
    }
    check("", body, type);
  }

  private void check(String path, JsonNode object, Class<?> record) throws RequestException {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      RecordComponent component = component(record, field.getKey());
      if (component == null) {
        throw NearestName.unknown("field", path + field.getKey(), names);
      }
      if (!field.getValue().isNull()) {
        check(path + field.getKey(), field.getValue(), component);
      }
    }
  }

  private static @Nullable RecordComponent component(Class<?> record, String name) {
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getName().equals(name)) {
        return component;
      }
    }
    return null;
  }

  private void check(String field, JsonNode value, RecordComponent component)
      throws RequestException {
    Class<?> wanted = component.getType();
    if (wanted.isRecord()) {
      require(value.isObject(), field, "is an object");
      check(field + ".", value, wanted);
    } else if (wanted == List.class) {
      require(
          value.isArray() && value.valueStream().allMatch(JsonNode::isString),
          field,
          "is a list of strings");
    } else if (wanted == String.class) {
      require(value.isString(), field, "is a string");
    } else if (wanted == Boolean.class) {
      require(value.isBoolean(), field, "is true or false");
    } else {
      boolean small = wanted == Integer.class ? value.canConvertToInt() : value.canConvertToLong();
      require(value.isIntegralNumber(), field, "is a whole number");
      require(small, field, "is a smaller number");
    }
  }

  private static void require(boolean holds, String field, String what) throws RequestException {
    if (!holds) {
      throw Fields.wrong(field, what);
    }
  }
}
