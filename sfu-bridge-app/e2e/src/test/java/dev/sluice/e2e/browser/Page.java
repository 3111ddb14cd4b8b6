package dev.sluice.e2e.browser;

import static dev.sluice.e2e.browser.DevTools.JSON;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.TestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** One window of a {@link Chromium}. */
public final class Page implements AutoCloseable {
  private final DevTools devTools;
  private final String session;
  private final String context;

  Page(DevTools devTools, String session, String context) {
    this.devTools = devTools;
    this.session = session;
    this.context = context;
  }

  /** Installs the probe, which so runs before any script of a page. */
  void prepare() {
    call("Page.enable", Map.of());
    call("Runtime.enable", Map.of());
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", probe()));
  }

  private static String probe() {
    try (InputStream in =
        Objects.requireNonNull(Page.class.getResourceAsStream("probe.js"), "probe.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void navigate(URI address) {
    JsonNode result = call("Page.navigate", Map.of("url", address.toString()));
    if (result.has("errorText")) {
      throw new IllegalStateException(address + ": " + result.get("errorText").asString());
    }
    Await.until(
        "the page " + address + " is loaded",
        Duration.ofSeconds(30),
        () -> evaluate("!!window.__probe && document.readyState === 'complete'").asBoolean(false));
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return devTools.call(session, method, parameters);
  }

  /** Evaluates an expression in the page, awaits it if it is a promise; answers its JSON value. */
  public JsonNode evaluate(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of(
                "expression",
                expression,
                "awaitPromise",
                true,
                "returnByValue",
                true,
                "userGesture",
                true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** As above, read into a type. */
  <T> T evaluate(String expression, Class<T> type) {
    return JSON.treeToValue(evaluate(expression), type);
  }

  /** What the browser's statistics say now. */
  public MediaStats stats() {
    return evaluate("window.__probe.stats()", MediaStats.class);
  }

  /** Begins to note how long each decoded video stands still. */
  public void watchVideos() {
    evaluate("window.__probe.watch()");
  }

  /** How long the videos stood still since {@link #watchVideos}. */
  public Stillness stillness() {
    return evaluate("window.__probe.stillness()", Stillness.class);
  }

  /**
   * The worst of all videos of a page while it was watched.
   *
   * @param videos how many videos decoded anything
   * @param longestStillMillis the longest time in which no frame was decoded
   * @param longestFreezeMillis the longest freeze of the picture by the browser's own rule
   */
  public record Stillness(int videos, double longestStillMillis, double longestFreezeMillis) {}

  /** Starts a call within this page alone, the control of a measurement. */
  public void startLoopbackCall() {
    evaluate("window.__probe.loopbackCall().then(() => true)");
  }

  /** Takes a picture of the window into {@code target/e2e}. */
  public Path screenshot(String fileName) {
    String data = call("Page.captureScreenshot", Map.of("format", "png")).get("data").asString();
    try {
      return Files.write(TestSettings.artifact(fileName), Base64.getDecoder().decode(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the window as a user would: the page is told. */
  @Override
  public void close() {
    devTools.call(null, "Target.disposeBrowserContext", Map.of("browserContextId", context));
  }
}
