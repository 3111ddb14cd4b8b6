package dev.sluice.e2e.packaging;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import dev.sluice.e2e.harness.TestSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The chart in {@code helm/sluice}, linted and rendered by Helm itself (as a library). */
final class Chart {
  private static final Path FOLDER = TestSettings.checkout().resolve("helm").resolve("sluice");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path work;

  /**
   * @param work an empty folder for values files and copies of the chart
   */
  Chart(Path work) {
    this.work = work;
  }

  /** What {@code helm template prod} prints with these values, in YAML, laid over the defaults. */
  String render(String values) {
    try {
      Path file = Files.writeString(Files.createTempFile(work, "values", ".yaml"), values);
      return new Helm(FOLDER)
          .template()
          .withName("prod")
          .withNamespace("calls")
          .withKubeVersion("1.34.0")
          .withValuesFile(file)
          .call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects that these values render to. */
  List<Manifest> manifests(String values) {
    return Manifest.readAll(render(values));
  }

  /**
   * {@code helm lint --strict}; it takes no values, so they become the defaults of a copy of the
   * chart.
   */
  LintResult lint(String values) {
    try {
      Path copy = Files.createTempDirectory(work, "lint").resolve("sluice");
      copyTo(copy);
      Path defaults = copy.resolve("values.yaml");
      Map<String, Object> merged = overlay(read(Files.readString(defaults)), read(values));
      Files.writeString(defaults, YAML.writeValueAsString(merged));
      return new Helm(copy).lint().strict().call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(FOLDER.relativize(file).toString()));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> read(String yaml) {
    Object read = YAML.readValue(yaml, Object.class);
    return read instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> overlay(Map<String, Object> below, Map<String, Object> above) {
    Map<String, Object> merged = new LinkedHashMap<>(below);
    above.forEach(
        (key, value) ->
            merged.merge(
                key,
                value,
                (old, fresh) ->
                    old instanceof Map<?, ?> oldMap && fresh instanceof Map<?, ?> freshMap
                        ? overlay((Map<String, Object>) oldMap, (Map<String, Object>) freshMap)
                        : fresh));
    return merged;
  }
}
