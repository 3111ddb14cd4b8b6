package dev.sluice.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The system properties that shape a run of the end-to-end tests, and the folder they write to. */
public final class TestSettings {
  private TestSettings() {}

  /** The long forms of the tests: {@code -Dsluice.e2e.long=true}. */
  public static boolean longForm() {
    return Boolean.getBoolean("sluice.e2e.long");
  }

  /** Picks the measuring time of a test by form. */
  public static Duration duration(Duration shortForm, Duration longForm) {
    return longForm() ? longForm : shortForm;
  }

  /** The jar under test. */
  public static Path serverJar() {
    Path jar = Path.of(System.getProperty("sluice.jar", "../target/sluice.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          "The server's jar is not at " + jar.toAbsolutePath() + "; run `mvn verify` at the root.");
    }
    return jar.toAbsolutePath();
  }

  /** The root of the checkout. */
  public static Path checkout() {
    return Path.of(System.getProperty("sluice.checkout", "../..")).toAbsolutePath().normalize();
  }

  /** A file in {@code target/e2e}, where logs, screenshots and captures stay after the run. */
  public static Path artifact(String fileName) {
    try {
      return Files.createDirectories(Path.of("target", "e2e")).toAbsolutePath().resolve(fileName);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Skips the test when something it needs is absent, or fails it under {@code
   * -Dsluice.e2e.required=true}.
   */
  public static void require(boolean present, String sentence) {
    if (!present && Boolean.getBoolean("sluice.e2e.required")) {
      Assertions.fail(sentence + " (sluice.e2e.required=true)");
    }
    Assumptions.assumeTrue(present, sentence);
  }
}
