package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Await;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The product's call page in one window, as a user (and the page's documented hooks) see it. */
public final class CallPage implements AutoCloseable {
  private static final Duration SCRIPT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(40);

  private final Page page;

  private CallPage(Page page) {
    this.page = page;
  }

  /**
   * One of the others as the page shows them.
   *
   * @param name the name for display
   * @param lumaVariance how much there is to see in the video: near zero for none or a plain one
   */
  public record Tile(String name, double lumaVariance) {}

  /** Opens the page and joins at once with camera and microphone; waits until the call is up. */
  public static CallPage join(Browser browser, URI site, String room, String name) {
    CallPage call = open(browser, site, room, name, "&join=1");
    call.awaitConnected();
    return call;
  }

  /** The same with end-to-end encryption by a passphrase. */
  public static CallPage join(
      Browser browser, URI site, String room, String name, String passphrase) {
    CallPage call = open(browser, site, room, name, "&join=1#key=" + encode(passphrase));
    call.awaitConnected();
    return call;
  }

  /** Opens the page and stays before the join, with room and name filled in. */
  public static CallPage prepare(Browser browser, URI site, String room, String name) {
    CallPage call = open(browser, site, room, name, "");
    Await.until(
        "the page shows the camera before the join",
        JOIN_TIMEOUT,
        () ->
            call.page
                .evaluate(
                    "!document.querySelector('#join').disabled"
                        + " && document.querySelector('#preview-video').videoWidth > 0")
                .asBoolean());
    return call;
  }

  private static CallPage open(
      Browser browser, URI site, String room, String name, String options) {
    String query = "/?room=" + encode(room) + "&name=" + encode(name) + options;
    CallPage call = new CallPage(browser.open(site.resolve(query)));
    try {
      call.awaitScript();
    } catch (AssertionError notLoaded) {
      // What a user would do; the report says so.
      System.out.println("E2E the call page is loaded again. " + notLoaded.getMessage());
      call.page.evaluate("location.reload()");
      call.awaitScript();
    }
    return call;
  }

  /** The script replaces what the document says before it. */
  private void awaitScript() {
    Await.until(
        "the page's script runs",
        SCRIPT_TIMEOUT,
        () ->
            page.evaluate(
                    "document.querySelector('#preview-note')?.textContent.startsWith('Looking')"
                        + " === false")
                .asBoolean(),
        this::loading);
  }

  private String loading() {
    return page.evaluate(
            "JSON.stringify([document.readyState,"
                + " performance.getEntriesByType('resource').map((each) =>"
                + " [each.name, each.responseStatus, Math.round(each.responseEnd)])])")
        .asString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void awaitConnected() {
    Await.until(
        "the page has joined",
        JOIN_TIMEOUT,
        () -> state().equals("connected"),
        () ->
            "State: "
                + state()
                + ", signals: "
                + page.evaluate("window.__probe.signals")
                + ", page: "
                + page.evaluate("document.body.innerText"));
  }

  /** Clicks the join button; answers the milliseconds until the first picture of another one. */
  public double joinAndAwaitFirstFrameMillis() {
    return page.evaluate(
            "(() => { const first = window.__probe.firstRemoteFrame();"
                + " document.querySelector('#join').click();"
                + " return Promise.race([first, new Promise((_, reject) =>"
                + " setTimeout(() => reject(new Error('no picture within 20 s')), 20000))]); })()")
        .asDouble();
  }

  /** The state that the SDK reports. */
  public String state() {
    return page.evaluate("window.sluiceRoom?.state ?? 'none'").asString();
  }

  /** The tiles of the others. */
  public List<Tile> others() {
    Tile[] tiles =
        page.evaluate(
            "[...document.querySelectorAll('[data-kind=camera][data-participant]')]"
                + ".map((tile) => ({ tile, other: window.sluiceRoom?.participants.get("
                + "tile.dataset.participant) }))"
                + ".filter(({ other }) => other)"
                + ".map(({ tile, other }) => ({ name: other.name, lumaVariance:"
                + " window.__probe.lumaVariance(tile.querySelector('video.tile-video')) }))",
            Tile[].class);
    return List.of(tiles);
  }

  /** The names of the others, in order. */
  public List<String> othersNames() {
    return others().stream().map(Tile::name).sorted().toList();
  }

  /** Waits until so many of the others' videos decode. */
  public void awaitVideos(int count) {
    Await.until(
        count + " videos of others decode",
        Duration.ofSeconds(30),
        () -> page.stats().videosWithFrames(10) >= count,
        () -> page.stats().toString());
  }

  /** How many signalling messages of a type have arrived. */
  public long signals(String type) {
    return Stream.of(page.evaluate("window.__probe.signals", String[].class))
        .filter(type::equals)
        .count();
  }

  /** The signalling messages of a type that have arrived, the first thousand of all types. */
  public List<JsonNode> messages(String type) {
    return Stream.of(page.evaluate("window.__probe.messages", JsonNode[].class))
        .filter(message -> message.get("type").asString().equals(type))
        .toList();
  }

  /** The window. */
  public Page page() {
    return page;
  }

  @Override
  public void close() {
    page.close();
  }
}
