package dev.sluice.api.rest;

/**
 * How far a name is from another one (Levenshtein): for sentences that say which name was meant, of
 * a field, a parameter or a setting. Stateless.
 */
public final class EditDistance {
  private EditDistance() {}

  /** Characters to change, insert or remove that make one of the other. */
  public static int between(String one, String other) {
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
