package dev.sluice.api.rest;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which name is meant by one that there is not: "locked" by {@code policy.locked}, {@code
 * maxparticipants} by {@code maxParticipants}, "lock" by "locked".
 */
final class NearestName {
  /** A part of a name as long as this can be taken for the name. */
  private static final int MIN_PART_CHARS = 3;

  /** Of so many characters one may be wrong. */
  private static final int CHARS_PER_EDIT = 3;

  /** Longer than any name that there is. */
  private static final int MAX_CHARS = 64;

  private NearestName() {}

  /**
   * The nearest of the names, or null when none is near.
   *
   * @param wrong what there is not, with dots between an object and its field
   * @param names what there is
   */
  private static @Nullable String of(String wrong, List<String> names) {
    if (wrong.length() > MAX_CHARS) {
      return null;
    }
    String parent = parent(wrong);
    return names.stream()
        .filter(name -> distance(wrong, name) <= Math.max(1, last(wrong).length() / CHARS_PER_EDIT))
        .min(
            Comparator.<String>comparingInt(name -> distance(wrong, name))
                .thenComparing(name -> !parent(name).equals(parent)))
        .orElse(null);
  }

  /**
   * Says that there is no such name, and which one is meant.
   *
   * @param kind what it names
   */
  static RequestException unknown(String kind, String wrong, List<String> names) {
    String meant = of(wrong, names);
    return RequestException.invalid(
        "There is no %s \"%s\"%s"
            .formatted(kind, shown(wrong), meant == null ? "." : "; is it " + meant + "?"));
  }

  /** A name as an answer repeats it, which is not longer than a name would be. */
  private static String shown(String name) {
    return name.length() > MAX_CHARS ? name.substring(0, MAX_CHARS) + "…" : name;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String parent(String path) {
    return path.substring(0, path.length() - last(path).length());
  }

  /** Edits between the last parts of two names; a part that is in the other is one away. */
  private static int distance(String wrong, String name) {
    String one = last(wrong).toLowerCase(Locale.ROOT);
    String other = last(name).toLowerCase(Locale.ROOT);
    int edits = EditDistance.between(one, other);
    return edits > 1 && one.length() >= MIN_PART_CHARS && other.contains(one) ? 1 : edits;
  }
}
