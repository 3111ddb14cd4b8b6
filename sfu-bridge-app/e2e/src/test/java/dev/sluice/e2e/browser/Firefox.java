package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Machine;
import dev.sluice.e2e.harness.TestSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A headless Firefox, driven by raw WebDriver BiDi. It never sends media to loopback, so its
 * machine is to be one with another address.
 */
public final class Firefox implements Browser {
  private static final List<String> NAMES = List.of("firefox-esr", "firefox");
  private static final Pattern LISTENING =
      Pattern.compile("WebDriver BiDi listening on ws://[^:]+:(\\d+)");

  /** Values as they stand in a profile's user.js. */
  private static final Map<String, String> PREFERENCES =
      Map.ofEntries(
          Map.entry("remote.active-protocols", "1"), // BiDi alone
          Map.entry("media.navigator.streams.fake", "true"),
          Map.entry("media.navigator.permission.disabled", "true"),
          Map.entry("media.autoplay.default", "0"), // allowed
          Map.entry("media.autoplay.blocking_policy", "0"),
          Map.entry("media.gmp-manager.updateEnabled", "false"),
          Map.entry("dom.min_background_timeout_value", "10"),
          Map.entry("dom.timeout.enable_budget_timer_throttling", "false"),
          Map.entry("app.update.enabled", "false"),
          Map.entry("app.normandy.enabled", "false"),
          Map.entry("browser.safebrowsing.malware.enabled", "false"),
          Map.entry("browser.safebrowsing.phishing.enabled", "false"),
          Map.entry("browser.shell.checkDefaultBrowser", "false"),
          Map.entry("datareporting.policy.dataSubmissionEnabled", "false"),
          Map.entry("toolkit.telemetry.enabled", "false"),
          Map.entry("network.captive-portal-service.enabled", "false"),
          Map.entry("network.connectivity-service.enabled", "false"));

  private final BrowserProcess process;
  private final RemoteControl control;

  private Firefox(Machine machine, BrowserProcess process) {
    this.process = process;
    this.control = new RemoteControl(machine, debuggingPort(), "/session", event -> {});
    control.call(null, "session.new", Map.of("capabilities", Map.of()));
  }

  /** Starts a browser; the test is skipped when none is installed. */
  public static Firefox launch(String name, Machine machine) {
    String named = System.getenv("SLUICE_FIREFOX");
    Optional<Path> program =
        named == null ? BrowserProcess.find(NAMES) : Optional.of(Path.of(named));
    TestSettings.require(
        program.isPresent(),
        "No Firefox was found on the PATH; install one or name it in SLUICE_FIREFOX.");
    Path profile = BrowserProcess.newProfile();
    writePreferences(profile);
    BrowserProcess process =
        BrowserProcess.start(
            machine,
            List.of(
                program.orElseThrow().toString(),
                "--headless",
                "--no-remote",
                "--profile",
                profile.toString(),
                "--remote-debugging-port",
                "0",
                "about:blank"),
            Map.of("HOME", profile.toString(), "MOZ_CRASHREPORTER_DISABLE", "1"),
            profile,
            name + "-firefox.log");
    try {
      return new Firefox(machine, process);
    } catch (RuntimeException | AssertionError e) {
      process.end();
      throw e;
    }
  }

  private static void writePreferences(Path profile) {
    String lines =
        PREFERENCES.entrySet().stream()
            .map(entry -> "user_pref(\"" + entry.getKey() + "\", " + entry.getValue() + ");\n")
            .collect(Collectors.joining());
    try {
      Files.writeString(profile.resolve("user.js"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int debuggingPort() {
    Await.until(
        "Firefox announces its debugging port",
        Duration.ofSeconds(60),
        () -> LISTENING.matcher(process.output()).find(),
        process::output);
    Matcher matcher = LISTENING.matcher(process.output());
    if (!matcher.find()) {
      throw new IllegalStateException("found a moment ago");
    }
    return Integer.parseInt(matcher.group(1));
  }

  @Override
  public Page open(URI address) {
    return Page.open(new FirefoxWindow(control), address);
  }

  @Override
  public BrowserProcess process() {
    return process;
  }

  @Override
  public void close() {
    control.close();
    process.end();
  }
}
