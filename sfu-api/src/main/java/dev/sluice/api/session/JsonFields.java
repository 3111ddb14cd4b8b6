package dev.sluice.api.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the fields of one JSON object and says in a sentence which one is missing or wrong. Values
 * of the client are never repeated in the sentence.
 */
final class JsonFields {
  /** The largest whole number that a JSON reader may hold exactly (RFC 8259 §6). */
  static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

  private final JsonNode object;
  private final String path;
  private final @Nullable String requestId;

  JsonFields(JsonNode object, String path, @Nullable String requestId) {
    this.object = object;
    this.path = path;
    this.requestId = requestId;
  }

  /** A string that must be there. */
  String text(String field, int minChars, int maxChars) throws MessageException {
    String text = optionalText(field, maxChars);
    if (text == null) {
      throw fault(field, "is missing");
    }
    if (text.length() < minChars) {
      throw fault(field, "must not be empty");
    }
    return text;
  }

  /** A string that may be absent or null. */
  @Nullable String optionalText(String field, int maxChars) throws MessageException {
    JsonNode value = value(field);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw fault(field, "must be a string");
    }
    String text = value.stringValue();
    if (text.length() > maxChars) {
      throw fault(field, "must have at most " + maxChars + " characters");
    }
    return text;
  }

  /** A name that may be absent or null: it is shown to people and logged, so on one line. */
  @Nullable String optionalName(String field, int maxChars) throws MessageException {
    String name = optionalText(field, maxChars);
    if (name != null && name.chars().anyMatch(Character::isISOControl)) {
      throw fault(field, "must not have control characters");
    }
    return name;
  }

  /** A name that must be there. */
  String name(String field, int maxChars) throws MessageException {
    String name = optionalName(field, maxChars);
    if (name == null) {
      throw fault(field, "is missing");
    }
    if (name.isEmpty()) {
      throw fault(field, "must not be empty");
    }
    return name;
  }

  /** A whole number that must be there. */
  long number(String field, long min) throws MessageException {
    JsonNode value = required(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw fault(field, "must be a whole number");
    }
    long number = value.longValue();
    if (number < min || number > MAX_SAFE_INTEGER) {
      throw fault(field, "must be between " + min + " and " + MAX_SAFE_INTEGER);
    }
    return number;
  }

  /** A whole number that may be absent. */
  int number(String field, int min, int max, int absent) throws MessageException {
    if (value(field) == null) {
      return absent;
    }
    long number = number(field, min);
    if (number > max) {
      throw fault(field, "must be at most " + max);
    }
    return (int) number;
  }

  /** Whether the field is there, be it null. */
  boolean mentions(String field) {
    return object.has(field);
  }

  /** An object that may be absent. */
  @Nullable JsonFields object(String field) throws MessageException {
    JsonNode value = value(field);
    if (value != null && !value.isObject()) {
      throw fault(field, "must be an object");
    }
    return value == null ? null : new JsonFields(value, path + field + ".", requestId);
  }

  /** A list of strings that may be absent; none of them is empty. */
  List<String> texts(String field, int maxEntries, int maxChars) throws MessageException {
    JsonNode value = value(field);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > maxEntries) {
      throw fault(field, "must be a list of at most " + maxEntries + " strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode entry : value.values()) {
      String text = entry.isString() ? entry.stringValue() : "";
      if (text.isEmpty() || text.length() > maxChars) {
        throw fault(field, "must hold strings of 1 to " + maxChars + " characters");
      }
      texts.add(text);
    }
    return texts;
  }

  /** A number that must be there, fractions allowed. */
  double decimal(String field) throws MessageException {
    JsonNode value = required(field);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue(Double.NaN))) {
      throw fault(field, "must be a number");
    }
    return value.doubleValue();
  }

  /** True or false that must be there. */
  boolean flag(String field) throws MessageException {
    JsonNode value = required(field);
    if (!value.isBoolean()) {
      throw fault(field, "must be true or false");
    }
    return value.booleanValue();
  }

  /** True or false that may be absent. */
  boolean flag(String field, boolean absent) throws MessageException {
    return value(field) == null ? absent : flag(field);
  }

  /** The entries of an object that may be absent; each must be an object itself. */
  Set<Map.Entry<String, JsonNode>> objects(String field, int maxEntries) throws MessageException {
    JsonNode value = value(field);
    if (value == null) {
      return Set.of();
    }
    if (!value.isObject()) {
      throw fault(field, "must be an object");
    }
    if (value.size() > maxEntries) {
      throw fault(field, "must have at most " + maxEntries + " entries");
    }
    for (JsonNode entry : value.values()) {
      if (!entry.isObject()) {
        throw fault(field, "must hold objects");
      }
    }
    return value.properties();
  }

  /** An error that names a field of this object. */
  MessageException fault(String field, String what) {
    return new MessageException(
        ErrorCode.INVALID_MESSAGE,
        "The field \"%s%s\" %s.".formatted(path, field, what),
        requestId);
  }

  private JsonNode required(String field) throws MessageException {
    JsonNode value = value(field);
    if (value == null) {
      throw fault(field, "is missing");
    }
    return value;
  }

  private @Nullable JsonNode value(String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value;
  }
}
