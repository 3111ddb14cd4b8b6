package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.session.Limit;
import dev.sluice.core.media.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * docs/limits.md names settings, counters and tests that exist, and leaves out no counted limit.
 */
@Tag("S4")
class LimitsPageTest {
  private static final Path PAGE = Path.of("../docs/limits.md");
  private static final Path CONFIGURATION = Path.of("../docs/configuration.md");
  private static final List<String> MODULES =
      List.of("sfu-core", "sfu-transport", "sfu-api", "sfu-bridge-app", "sfu-bridge-app/e2e");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** One row: what, default, setting, refusal, counter, test. */
  private record Row(
      String limit, String value, String setting, String refusal, String counter, String test) {}

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (!line.startsWith("| ") || line.startsWith("| limit |")) {
        continue;
      }
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      assertThat(cells).as(line).hasSize(8);
      rows.add(
          new Row(
              cells.get(1), cells.get(2), cells.get(3), cells.get(4), cells.get(5), cells.get(6)));
    }
    return rows;
  }

  private static List<String> code(String cell) {
    return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
  }

  @Test
  void fillsEveryCell() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(20);
    for (Row row : rows()) {
      assertThat(List.of(row.value(), row.setting(), row.refusal(), row.counter(), row.test()))
          .as(row.limit())
          .doesNotContain("");
    }
  }

  @Test
  void namesSettingsThatExist() throws IOException {
    String configuration = Files.readString(CONFIGURATION);
    for (Row row : rows()) {
      String prefix = "";
      for (String key : code(row.setting())) {
        String whole = key.startsWith("sluice.") ? key : prefix + key;
        prefix = whole.substring(0, whole.lastIndexOf('.') + 1);
        // That page has every key of the server and no other: ConfigurationPageTest.
        assertThat(configuration).as(row.limit()).contains("| `" + whole + "` |");
      }
      assertThat(row.setting()).as(row.limit()).matches("fixed|the same|`sluice\\..*");
    }
  }

  @Test
  void namesCountersThatExistAndEveryCountedLimit() throws IOException {
    Set<Limit> unnamed = EnumSet.allOf(Limit.class);
    Set<String> limits = new HashSet<>();
    for (Limit limit : Limit.values()) {
      limits.add(limit.wireName());
    }
    Set<String> reasons = new HashSet<>();
    for (DropReason reason : DropReason.values()) {
      reasons.add(reason.name().toLowerCase(Locale.ROOT));
    }
    for (Row row : rows()) {
      for (String name : code(row.counter())) {
        if (row.counter().startsWith("limit ")) {
          assertThat(limits).as(row.limit()).contains(name);
          unnamed.removeIf(limit -> limit.wireName().equals(name));
        } else if (row.counter().startsWith("reason ")) {
          assertThat(reasons).as(row.limit()).contains(name);
        }
      }
    }
    assertThat(unnamed).as("limits that are counted and not on the page").isEmpty();
  }

  @Test
  void namesTestsThatExist() throws IOException {
    for (Row row : rows()) {
      assertThat(code(row.test())).as(row.limit()).isNotEmpty();
      for (String test : code(row.test())) {
        int dot = test.indexOf('.');
        Matcher method =
            Pattern.compile("void " + Pattern.quote(test.substring(dot + 1)) + "\\(")
                .matcher(source(test.substring(0, dot)));
        assertThat(method.find()).as("%s is a test", test).isTrue();
      }
    }
  }

  private static String source(String testClass) throws IOException {
    for (String module : MODULES) {
      Path tests = Path.of("..", module, "src/test/java");
      try (Stream<Path> files = Files.find(tests, 20, (path, _) -> isSource(path, testClass))) {
        Path found = files.findFirst().orElse(null);
        if (found != null) {
          return Files.readString(found);
        }
      }
    }
    throw new AssertionError("no test class " + testClass);
  }

  private static boolean isSource(Path path, String testClass) {
    return path.endsWith(testClass + ".java");
  }
}
