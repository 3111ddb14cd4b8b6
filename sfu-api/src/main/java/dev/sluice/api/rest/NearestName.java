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
  static @Nullable String of(String wrong, List<String> names) {
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

  /** A name as an answer repeats it, which is not longer than a name would be. */
  static String shown(String name) {
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
    int edits = edits(one, other);
    return edits > 1 && one.length() >= MIN_PART_CHARS && other.contains(one) ? 1 : edits;
  }

  /** Characters to change, insert or remove that make one of the other (Levenshtein). */
  private static int edits(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
