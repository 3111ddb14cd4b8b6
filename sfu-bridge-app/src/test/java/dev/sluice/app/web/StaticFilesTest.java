package dev.sluice.app.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What can be said of the SDK and the call page without a browser: they are small, complete, closed
 * in themselves, and speak the documented protocol.
 */
@Tag("G4")
class StaticFilesTest {
  private static final Path STATIC = Path.of("src/main/resources/static");
  private static final Path DOCS = Path.of("../docs");
  private static final int SDK_BUDGET_BYTES = 40 * 1024;
  private static final int MAX_LINES = 400;

  /** Nobody writes it by hand, and its addresses are examples: see OpenApiDocumentTest. */
  private static final Path DESCRIPTION = STATIC.resolve("openapi.json");

  /** By path relative to the static directory. */
  private static final Map<String, String> FILES = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> paths = Files.walk(STATIC)) {
      for (Path path :
          paths.filter(Files::isRegularFile).filter(path -> !path.equals(DESCRIPTION)).toList()) {
        FILES.put(STATIC.relativize(path).toString().replace('\\', '/'), Files.readString(path));
      }
    }
  }

  /** Of a namespace and of a header extension: nothing is loaded from there. */
  private static final List<String> NAMES_THAT_LOOK_LIKE_ADDRESSES =
      List.of(
          "http://www.w3.org/2000/svg",
          "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension");

  @Test
  void keepsTheSdkBelowFortyKilobytes() throws IOException {
    int bytes = 0;
    for (String source : sources("sdk/")) {
      bytes += gzipped(source);
    }

    assertThat(bytes).isBetween(1, SDK_BUDGET_BYTES);
  }

  @Test
  void namesNoOtherHost() {
    FILES.forEach(
        (name, text) ->
            assertThat(matches("(?:https?|wss?)://[^\\s'\"`)<]+", text))
                .as(name)
                .isSubsetOf(NAMES_THAT_LOOK_LIKE_ADDRESSES));
  }

  @Test
  void runsUnderAContentSecurityPolicyWithoutInlineCode() {
    String page = file("index.html");

    assertThat(page)
        .contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'self';");
    assertThat(page).doesNotContain("unsafe-inline", "unsafe-eval");
    assertThat(matches("<script(?![^>]* src=)[^>]*>|<style|\\sstyle=|\\son\\w+=", page)).isEmpty();
    assertThat(sources("")).noneMatch(source -> source.contains("innerHTML"));
  }

  @Test
  void findsEveryFileThatItRefersTo() {
    FILES.forEach(
        (name, text) -> {
          Path directory = Path.of("/" + name).getParent();
          assertThat(groups("(?:from|import\\()\\s*'(\\.[^']+)'|(?:src|href)=\"([^\":]+)\"", text))
              .as(name)
              .allMatch(
                  reference ->
                      FILES.containsKey(
                          directory.resolve(reference).normalize().toString().substring(1)));
        });
  }

  @Test
  void findsEveryElementAndIconThatTheScriptsLookUp() {
    String scripts = String.join("\n", sources("call/"));
    String page = file("index.html");

    Set<String> wanted = groups("(?:byId|getElementById)\\('([^']+)'\\)", scripts);
    assertThat(wanted).hasSizeGreaterThan(20);
    assertThat(groups("\\sid=\"([^\"]+)\"", page)).containsAll(wanted);
    assertThat(groups("(?m)^  '?([a-z-]+)'?: 'M", file("call/icons.js")))
        .containsAll(groups("data-icon(?:-off)?=\"([^\"]+)\"", page));
  }

  @Test
  void handlesEveryMessageOfTheServer() throws IOException {
    String sdk = String.join("\n", sources("sdk/"));

    assertThat(messageTypes("## From server to client"))
        .contains("joined", "slotAssigned")
        .allSatisfy(type -> assertThat(sdk).containsPattern("(?:case|type ===) '" + type + "'"));
  }

  @Test
  void sendsEveryMessageOfTheClient() throws IOException {
    String sdk = String.join("\n", sources("sdk/"));

    assertThat(messageTypes("## From client to server"))
        .contains("join", "answerApplied")
        .allSatisfy(type -> assertThat(sdk).contains("type: '" + type + "'"));
  }

  @Test
  void declaresAndDocumentsExactlyTheEventsThatItEmits() throws IOException {
    Set<String> emitted = groups("emit\\('([a-z]+)'", String.join("\n", sources("sdk/")));
    Set<String> declared = groups("(?m)^  ([a-z]+): CustomEvent<", file("sdk/sluice.d.ts"));
    String manual = Files.readString(DOCS.resolve("sdk.md"));

    assertThat(emitted).isNotEmpty();
    assertThat(declared).isEqualTo(emitted);
    assertThat(emitted).allSatisfy(event -> assertThat(manual).contains("`" + event + "`"));
  }

  @Test
  void keepsEveryFileShort() {
    FILES.forEach(
        (name, text) -> assertThat(text.lines().count()).as(name).isLessThanOrEqualTo(MAX_LINES));
  }

  private static String file(String name) {
    String text = FILES.get(name);
    assertThat(text).as(name).isNotNull();
    return text == null ? "" : text;
  }

  private static List<String> sources(String directory) {
    return FILES.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(directory) && entry.getKey().endsWith(".js"))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static int gzipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.size();
  }

  /** The types of the examples in one section of the protocol's description. */
  private static Set<String> messageTypes(String heading) throws IOException {
    String protocol = Files.readString(DOCS.resolve("protocol.md"));
    int start = protocol.indexOf(heading);
    assertThat(start).as(heading).isNotNegative();
    int end = protocol.indexOf("\n## ", start);
    return groups("\\{\"type\": \"(\\w+)\"", protocol.substring(start, end));
  }

  private static List<String> matches(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(MatchResult::group).toList();
  }

  /** What the first group that took part in each match holds. */
  private static Set<String> groups(String regex, String text) {
    Set<String> found = new TreeSet<>();
    Pattern.compile(regex)
        .matcher(text)
        .results()
        .forEach(
            match -> {
              for (int group = 1; group <= match.groupCount(); group++) {
                if (match.group(group) != null) {
                  found.add(match.group(group));
                  return;
                }
              }
            });
    return found;
  }
}
