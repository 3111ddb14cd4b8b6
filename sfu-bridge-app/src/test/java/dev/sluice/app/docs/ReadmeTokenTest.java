package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's function makes tokens that the server takes, for participants and administrators. */
@Tag("S5")
class ReadmeTokenTest {
  private static final Pattern PYTHON = Pattern.compile("(?ms)^```python\\n(.*?)^```$");
  private static final String SECRET = "the secret of sluice.auth.keys.app";

  @Test
  void makesATokenOfEachKind(@TempDir Path folder) throws Exception {
    Matcher blocks = PYTHON.matcher(Files.readString(Path.of("../README.md")));
    assertThat(blocks.find()).isTrue();
    Path script = Files.writeString(folder.resolve("token.py"), blocks.group(1));
    AccessTokens tokens =
        new AccessTokens(SigningKeys.of(Map.of("app", SECRET)), InstantSource.system());
    List<AccessToken> made = new ArrayList<>();
    for (String line : run(script).lines().toList()) {
      made.add(tokens.verify(line));
    }
    assertThat(made)
        .extracting(
            AccessToken::identity,
            AccessToken::room,
            token -> token.grants().publish(),
            AccessToken::admin)
        .containsExactly(
            tuple("ada", "my-room", true, false),
            tuple("eve", "my-room", false, false),
            tuple("ops", "*", true, true));
  }

  private static String run(Path script) throws Exception {
    Process python;
    try {
      python = new ProcessBuilder("python3", script.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "python3 is needed");
      throw e;
    }
    String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String complaint = new String(python.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(python.exitValue()).as(complaint).isZero();
    return printed;
  }
}
