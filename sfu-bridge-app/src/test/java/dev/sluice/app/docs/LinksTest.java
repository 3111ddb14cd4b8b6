package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents' links to files of the checkout, and to headings in them, lead somewhere. */
class LinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

  private static List<Path> documents() throws IOException {
    try (Stream<Path> atTheRoot = Files.list(ROOT);
        Stream<Path> inDocs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(atTheRoot, inDocs)
          .filter(path -> path.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  private static String prose(Path document) throws IOException {
    return FENCED.matcher(Files.readString(document)).replaceAll("");
  }

  /** As GitHub names them: lower case, dashes for spaces, no punctuation. */
  private static Set<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(prose(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    return target.startsWith(ROOT)
        && Files.exists(target)
        && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
  }

  private static List<String> brokenLinks(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    for (MatchResult match : LINK.matcher(prose(document)).results().toList()) {
      String link = match.group(1);
      if (!link.matches("[a-z]+:.*") && !leadsSomewhere(document, link)) {
        broken.add(ROOT.relativize(document) + ": " + link);
      }
    }
    return broken;
  }

  @Test
  void leadToFilesAndHeadingsThatExist() throws IOException {
    List<Path> documents = documents();
    List<String> broken = new ArrayList<>();
    for (Path document : documents) {
      broken.addAll(brokenLinks(document));
    }

    assertThat(documents).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/sdk.md"));
    assertThat(broken).isEmpty();
  }

  @Test
  void theIndexOfDecisionsNamesEveryRecord() throws IOException {
    Path folder = ROOT.resolve("docs/adr");
    String index = Files.readString(folder.resolve("README.md"));
    try (Stream<Path> records = Files.list(folder)) {
      assertThat(records.map(path -> String.valueOf(path.getFileName())))
          .filteredOn(name -> name.matches("\\d{4}-.*"))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }
  }

  @Test
  void seesABrokenLink() throws IOException {
    Path document = ROOT.resolve("docs/sdk.md");

    assertThat(leadsSomewhere(document, "protocol.md#access-tokens")).isTrue();
    assertThat(leadsSomewhere(document, "protocol.md#no-such-heading")).isFalse();
    assertThat(leadsSomewhere(document, "no-such-file.md")).isFalse();
  }
}
