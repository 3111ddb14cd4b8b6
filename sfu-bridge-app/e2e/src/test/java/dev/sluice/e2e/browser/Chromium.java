package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Machine;
import dev.sluice.e2e.harness.TestSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A headless Chromium, driven by the raw DevTools protocol. What its pages print goes to {@code
 * target/e2e/NAME-console.log}.
 */
public final class Chromium implements Browser {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final List<String> FLAGS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-background-timer-throttling",
          "--disable-backgrounding-occluded-windows",
          "--disable-renderer-backgrounding",
          "--use-fake-device-for-media-stream=fps=15",
          "--autoplay-policy=no-user-gesture-required",
          // The server is reached by the loopback address, also where there is no other network.
          "--allow-loopback-in-peer-connection",
          "--window-size=1280,800",
          "--remote-debugging-port=0");

  /** Grants every page the camera, unasked. */
  private static final String GRANT_CAMERA = "--use-fake-ui-for-media-stream";

  private final String name;
  private final BrowserProcess process;
  private final RemoteControl control;

  private Chromium(String name, Machine machine, BrowserProcess process) {
    this.name = name;
    this.process = process;
    List<String> announced = debuggingPortAndPath();
    this.control =
        new RemoteControl(
            machine, Integer.parseInt(announced.get(0)), announced.get(1), this::logConsole);
  }

  /** Starts a browser on this machine; the test is skipped when none is installed. */
  public static Chromium launch(String name) {
    return launch(name, Machine.THIS);
  }

  /** Starts a browser; the test is skipped when none is installed. */
  public static Chromium launch(String name, Machine machine) {
    return launch(name, machine, List.of(GRANT_CAMERA));
  }

  /**
   * Starts a browser on this machine whose pages may not use the camera. They show other peers
   * names of multicast DNS instead of their addresses (draft-ietf-mmusic-mdns-ice-candidates).
   */
  public static Chromium launchWithoutCamera(String name) {
    return launch(name, Machine.THIS, List.of());
  }

  private static Chromium launch(String name, Machine machine, List<String> flags) {
    String named = System.getenv("SLUICE_CHROMIUM");
    Optional<Path> program =
        named == null ? BrowserProcess.find(NAMES) : Optional.of(Path.of(named));
    TestSettings.require(
        program.isPresent(),
        "No Chromium was found on the PATH; install one or name it in SLUICE_CHROMIUM.");
    Path profile = BrowserProcess.newProfile();
    List<String> command = new ArrayList<>();
    command.add(program.orElseThrow().toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.add("--user-data-dir=" + profile);
    command.add("about:blank");
    BrowserProcess process =
        BrowserProcess.start(machine, command, Map.of(), profile, name + "-chromium.log");
    try {
      return new Chromium(name, machine, process);
    } catch (RuntimeException | AssertionError e) {
      process.end();
      throw e;
    }
  }

  private List<String> debuggingPortAndPath() {
    Path announced = process.profile().resolve("DevToolsActivePort");
    Await.until(
        "Chromium announces its debugging port",
        Duration.ofSeconds(30),
        () -> Files.isRegularFile(announced) && Files.readAllLines(announced).size() >= 2);
    try {
      return Files.readAllLines(announced);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void logConsole(JsonNode event) {
    String method = event.path("method").asString("");
    if (!method.equals("Runtime.consoleAPICalled") && !method.equals("Runtime.exceptionThrown")) {
      return;
    }
    try {
      Files.writeString(
          TestSettings.artifact(name + "-console.log"),
          event.get("params") + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Page open(URI address) {
    return Page.open(new ChromiumWindow(control), address);
  }

  @Override
  public BrowserProcess process() {
    return process;
  }

  /**
   * SIGKILL to the browser and all of its processes, as a crash or a power failure would end it.
   */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    control.close();
    process.end();
  }
}
