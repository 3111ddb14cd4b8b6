package dev.sluice.e2e.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in {@code docs/kubernetes.md} render to what the page says. */
@Tag("K5")
class ChartExamplesTest {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "^## (\\w+)\n(?:(?!^## ).)*?```yaml values\n(.*?)```\n\n```yaml rendered\n(.*?)```",
          Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path work;

  /** One example of the page: values, and lines of what they render to. */
  record Example(String mode, String values, List<String> rendered) {
    @Override
    public String toString() {
      return mode;
    }
  }

  static List<Example> examples() throws IOException {
    Path page = TestSettings.checkout().resolve("docs").resolve("kubernetes.md");
    List<Example> examples = new ArrayList<>();
    for (MatchResult match : EXAMPLE.matcher(Files.readString(page)).results().toList()) {
      examples.add(new Example(match.group(1), match.group(2), match.group(3).lines().toList()));
    }
    return examples;
  }

  @Test
  void everyModeHasAnExample() throws IOException {
    assertThat(examples())
        .extracting(Example::mode)
        .containsExactly("hostNetwork", "hostPort", "nodePort", "loadBalancer");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void rendersAsThePageSays(Example example) {
    String rendered = new Chart(work).render(example.values());
    assertThat(example.rendered()).isNotEmpty();
    // In this order, other lines between them.
    assertThat(rendered.lines().toList()).containsSubsequence(example.rendered());
    assertThat(Manifest.readAll(rendered)).isNotEmpty();
  }
}
