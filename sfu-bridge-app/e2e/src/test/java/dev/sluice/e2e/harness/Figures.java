package dev.sluice.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures that one test measured: one line on standard output, one in results.md. */
public final class Figures {
  private final String test;
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Figures of the named test. */
  public Figures(String test) {
    this.test = test;
  }

  /** Adds a figure; names carry their unit. */
  public Figures add(String name, Object value) {
    values.put(
        name,
        value instanceof Double d ? String.format(Locale.ROOT, "%.3f", d) : String.valueOf(value));
    return this;
  }

  /** Prints and stores what was added. Call it before asserting, so that a failure has figures. */
  public void publish() {
    String line =
        values.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(", "));
    System.out.println("E2E " + test + ": " + line);
    Path results = TestSettings.artifact("results.md");
    try {
      Files.writeString(
          results,
          "- **" + test + "**: " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
