package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.TestSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A headless Chromium process with a profile of its own, whose camera and microphone are made up.
 * What its pages print goes to {@code target/e2e/NAME-console.log}.
 */
public final class Chromium implements AutoCloseable {
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
          "--use-fake-ui-for-media-stream",
          "--use-fake-device-for-media-stream=fps=15",
          "--autoplay-policy=no-user-gesture-required",
          // The server is reached by the loopback address, also where there is no other network.
          "--allow-loopback-in-peer-connection",
          "--window-size=1280,800",
          "--remote-debugging-port=0");

  private final String name;
  private final Process process;
  private final Path profile;
  private final DevTools devTools;

  private Chromium(String name, Process process, Path profile) {
    this.name = name;
    this.process = process;
    this.profile = profile;
    this.devTools = new DevTools(debuggingAddress(), this::logConsole);
  }

  /** Starts a browser; the test is skipped when none is installed. */
  public static Chromium launch(String name) {
    Optional<Path> program = find();
    TestSettings.require(
        program.isPresent(),
        "No Chromium was found on the PATH; install one or name it in SLUICE_CHROMIUM.");
    try {
      Path profile = Files.createTempDirectory("sluice-e2e-chromium");
      List<String> command = new ArrayList<>();
      command.add(program.orElseThrow().toString());
      command.addAll(FLAGS);
      command.add("--user-data-dir=" + profile);
      command.add("about:blank");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(TestSettings.artifact(name + "-chromium.log").toFile())
              .start();
      return new Chromium(name, process, profile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> find() {
    String named = System.getenv("SLUICE_CHROMIUM");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private URI debuggingAddress() {
    Path announced = profile.resolve("DevToolsActivePort");
    Await.until(
        "Chromium announces its debugging port",
        Duration.ofSeconds(30),
        () -> Files.isRegularFile(announced) && Files.readAllLines(announced).size() >= 2);
    try {
      List<String> lines = Files.readAllLines(announced);
      return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
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

  /** Opens an address in a window and a browser context of its own (nothing stored is shared). */
  public Page open(URI address) {
    String context =
        devTools
            .call(null, "Target.createBrowserContext", Map.of())
            .get("browserContextId")
            .asString();
    JsonNode created =
        devTools.call(
            null,
            "Target.createTarget",
            Map.of("url", "about:blank", "browserContextId", context, "newWindow", true));
    String target = created.get("targetId").asString();
    JsonNode attached =
        devTools.call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true));
    Page page = new Page(devTools, attached.get("sessionId").asString(), context);
    page.prepare();
    page.navigate(address);
    return page;
  }

  /**
   * SIGKILL to the browser and all of its processes, as a crash or a power failure would end it.
   */
  public void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    devTools.close();
    kill();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("The profile " + profile + " stays: " + e);
    }
  }
}
