package dev.sluice.e2e.browser;

import static dev.sluice.e2e.browser.RemoteControl.JSON;

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
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** One window of a {@link Browser}, with the probe in it. */
public final class Page implements AutoCloseable {
  private final Window window;

  private Page(Window window) {
    this.window = window;
  }

  /** What a browser does with one of its windows. */
  interface Window {
    /** Makes a script run in every document of the window before its own scripts. */
    void preload(String script);

    /** Goes to an address. */
    void navigate(URI address);

    /** Evaluates an expression, awaits it if it is a promise; answers its JSON value. */
    JsonNode evaluate(String expression);

    /** A picture of the window, PNG in base64. */
    String screenshot();

    /** Closes the window as a user would. */
    void close();
  }

  /** Opens an address in a new window. */
  static Page open(Window window, URI address) {
    Page page = new Page(window);
    window.preload(script("probe.js") + script("http-media.js"));
    window.navigate(address);
    Await.until(
        "the page " + address + " is loaded",
        Duration.ofSeconds(30),
        () ->
            page.evaluate("!!window.__probe && document.readyState === 'complete'")
                .asBoolean(false));
    return page;
  }

  private static String script(String name) {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Evaluates an expression in the page, awaits it if it is a promise; answers its JSON value. */
  public JsonNode evaluate(String expression) {
    return window.evaluate(expression);
  }

  /** As above, read into a type. */
  <T> T evaluate(String expression, Class<T> type) {
    return JSON.treeToValue(evaluate(expression), type);
  }

  /** What the browser's statistics say now. */
  public MediaStats stats() {
    return evaluate("window.__probe.stats()", MediaStats.class);
  }

  /** How the browser itself says that its media fares now. */
  public MediaQuality quality() {
    return evaluate("window.__probe.quality()", MediaQuality.class);
  }

  /**
   * By what each of the page's peer connections reaches the server: protocol and address, such as
   * {@code tcp 192.0.2.1}.
   */
  public List<String> protocols() {
    return List.of(evaluate("window.__probe.protocols()", String[].class));
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
    try {
      byte[] picture = Base64.getDecoder().decode(window.screenshot());
      return Files.write(TestSettings.artifact(fileName), picture);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the window as a user would: the page is told. */
  @Override
  public void close() {
    window.close();
  }
}
