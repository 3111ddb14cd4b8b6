package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.AccessTokens;
import dev.sluice.core.control.Grants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** docs/rest.md: its commands work as they stand there, and its tables are complete. */
@Tag("M1")
class RestPageTest {
  private static final Path PAGE = Path.of("../docs/rest.md");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|json)\\n(.*?)^```$");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  /** What a command printed. */
  private record Printed(String command, int status, String body) {}

  @Test
  void everyCommandDoesWhatThePageSays(@TempDir Path folder) throws Exception {
    assumeTrue(isThere("curl") && isThere("bash"), "curl and bash are needed");
    try (ConfigurableApplicationContext server =
        new SpringApplicationBuilder(ServerStartTest.Wiring.class)
            .run(
                "--sluice.mode=development",
                "--server.port=0",
                "--sluice.auth.keys.app=" + SECRET,
                "--sluice.capture.max-captures=2",
                "--sluice.webhooks.endpoints.app.url=https://app.example.org/sluice",
                "--sluice.webhooks.endpoints.app.secrets=whsec_" + "A".repeat(32),
                "--sluice.webhooks.directory=" + folder.resolve("webhooks"))) {
      List<Printed> printed = new ArrayList<>();
      int compared = 0;
      Set<String> shown = new TreeSet<>();
      Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
      while (blocks.find()) {
        if (blocks.group(1).equals("sh")) {
          for (String command : commands(blocks.group(2))) {
            printed.add(run(command, server, folder));
          }
        } else {
          assertThat(JSON.readTree(printed.getLast().body()))
              .as(printed.getLast().command())
              .isEqualTo(JSON.readTree(blocks.group(2)));
          shown.add(printed.getLast().body());
          compared++;
        }
      }
      assertThat(printed).hasSizeGreaterThanOrEqualTo(5);
      assertThat(printed).extracting(Printed::status).contains(200, 201, 204);
      assertThat(printed)
          .as("what is refused is shown as refused")
          .filteredOn(one -> one.status() < 400 || !shown.contains(one.body()))
          .allSatisfy(
              one -> assertThat(one.status()).as(one.command() + one.body()).isBetween(200, 204));
      assertThat(compared).isPositive();
      assertThat(server.getBean(SilentSfu.class).rooms().toCompletableFuture().join())
          .as("the last command closes the room")
          .isEmpty();
    }
  }

  /** The commands of a block; a backslash at the end of a line goes on on the next. */
  private static List<String> commands(String block) {
    return block.replace("\\\n", " ").lines().filter(line -> line.startsWith("curl ")).toList();
  }

  private static boolean isThere(String program) throws Exception {
    try {
      Process process =
          new ProcessBuilder(program, "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Printed run(String command, ConfigurableApplicationContext server, Path folder)
      throws Exception {
    Path body = folder.resolve("body");
    Files.deleteIfExists(body);
    String port = server.getEnvironment().getProperty("local.server.port");
    String adapted =
        command
            .replaceFirst(
                "^curl ", "curl -sS --max-time 20 --noproxy '*' -o " + body + " -w '%{http_code}' ")
            .replaceFirst(" -i ", " ")
            .replace("http://localhost:8080", "http://127.0.0.1:" + port);
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", adapted).redirectErrorStream(true);
    shell.environment().put("TOKEN", token(server));
    Process process = shell.start();
    String status = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(command).isTrue();
    assertThat(process.exitValue()).as(command + ": " + status).isZero();
    return new Printed(
        command,
        Integer.parseInt(status.strip()),
        // Not readString: a capture is no text.
        Files.exists(body) ? new String(Files.readAllBytes(body), StandardCharsets.UTF_8) : "");
  }

  private static String token(ConfigurableApplicationContext server) {
    return server
        .getBean(AccessTokens.class)
        .issue(
            "app",
            new AccessToken("ops", "", AccessToken.ANY_ROOM, Grants.ALL, true),
            InstantSource.system().instant().plusSeconds(60));
  }

  @Test
  void namesTheRequestsAndTheProblemsOfTheApi() throws IOException {
    String page = Files.readString(PAGE);
    Set<String> requests = new TreeSet<>();
    Set<String> codes = new TreeSet<>();
    for (ApiOperation operation : ApiOperation.ALL) {
      if (operation.path().startsWith("/api/v1")) {
        requests.add(operation.method() + " " + operation.path().replace("/api/v1", ""));
        operation.problems().forEach(problem -> codes.add(problem.code()));
      }
    }
    assertThat(found("(?m)^\\| `([A-Z]+ /[^`]+)` \\|", page)).isEqualTo(requests);
    String problems = page.substring(page.indexOf("## Problems"));
    assertThat(found("`([a-z]+(?:-[a-z]+)+)`", problems.replaceAll("application/\\S+", "")))
        .containsAll(codes.stream().filter(code -> code.contains("-")).toList());
    assertThat(problems).contains("`unavailable`");
  }

  private static Set<String> found(String pattern, String page) {
    Set<String> found = new TreeSet<>();
    Pattern.compile(pattern).matcher(page).results().forEach(match -> found.add(match.group(1)));
    return found;
  }
}
