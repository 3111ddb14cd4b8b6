package dev.sluice.api.rest;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the fields of a request, and says in a sentence which one is wrong. */
final class Fields {
  private Fields() {}

  static int between(String field, int value, int min, int max) throws RequestException {
    if (value < min || value > max) {
      throw wrong(field, "is between " + min + " and " + max);
    }
    return value;
  }

  /** The same of a parameter of the query. */
  static int parameterBetween(String name, int value, int min, int max) throws RequestException {
    if (value < min || value > max) {
      throw wrongParameter(name, "is between " + min + " and " + max);
    }
    return value;
  }

  static RequestException wrongParameter(String name, String what) {
    return RequestException.invalid("The parameter \"%s\" %s.".formatted(name, what));
  }

  static String atMost(String field, String text, int maxChars) throws RequestException {
    if (text.length() > maxChars) {
      throw wrong(field, "has at most " + maxChars + " characters");
    }
    return text;
  }

  /** The constant of this name, as the protocol writes it. */
  static <E extends Enum<E>> E constant(String field, String name, E[] constants)
      throws RequestException {
    for (E constant : constants) {
      if (wireName(constant).equals(name)) {
        return constant;
      }
    }
    throw wrong(
        field,
        "is one of "
            + Stream.of(constants).map(Fields::wireName).collect(Collectors.joining(", ")));
  }

  /** {@code SCREEN_AUDIO} is "screen-audio". */
  static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static RequestException wrong(String field, String what) {
    return RequestException.invalid("The field \"%s\" %s.".formatted(field, what));
  }

  /** A bit rate; 0 is no limit. What is left out stays. */
  static long bitrate(String field, @Nullable Integer bps, long otherwise) throws RequestException {
    return bps == null ? otherwise : between(field, bps, 0, Integer.MAX_VALUE);
  }
}
