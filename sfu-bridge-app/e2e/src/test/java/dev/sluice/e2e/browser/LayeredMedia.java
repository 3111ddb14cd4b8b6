package dev.sluice.e2e.browser;

import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page whose participants publish a picture of 960×540 in layers, or that watches one as large as
 * it wants, by the product's SDK but without its call page.
 */
public final class LayeredMedia implements AutoCloseable {
  private static final Duration SHOW_TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Page page;

  private LayeredMedia(Page page) {
    this.page = page;
  }

  /** Width and height of a picture. */
  public record Size(int width, int height) {
    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /**
   * What a browser says of the video in a slot.
   *
   * @param millis from the wish to the first picture as wished, or -1 if none came in time (or
   *     nothing was wished)
   */
  public record Seen(
      double millis,
      String codec,
      int width,
      int height,
      double framesPerSecond,
      long decoded,
      long dropped,
      long received,
      long keyframes,
      long keyframesAsked,
      long freezes,
      double playoutMillis,
      String decoder) {}

  /** Opens a page of the server in a browser. */
  public static LayeredMedia open(Browser browser, ServerProcess server) {
    // Any document of the server's origin does; this one runs nothing.
    Page page = browser.open(server.uri("/sdk/sluice.js"));
    page.evaluate("(() => {\n" + script() + "\nreturn true; })()");
    return new LayeredMedia(page);
  }

  private static String script() {
    try (InputStream in =
        Objects.requireNonNull(Page.class.getResourceAsStream("layers.js"), "layers.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A participant joins, with a tone as its voice or without, and publishes no picture yet. */
  public void enter(String room, String name, boolean voice) {
    call("enter", room, name, Map.of("voice", voice));
  }

  /** As the first, with a voice and a picture that costs all that the encoder may spend. */
  public void enterBusy(String room, String name) {
    call("enter", room, name, Map.of("voice", true, "busy", true));
  }

  /** As above, encrypted end to end, with a voice in this codec. */
  public void enter(String room, String name, String audioCodec, String passphrase) {
    call("enter", room, name, Map.of("voice", audioCodec, "passphrase", passphrase));
  }

  /**
   * A participant publishes its picture.
   *
   * @param scalabilityMode layers of each of its streams, or empty for those that the browser takes
   */
  public void publish(String name, String codec, boolean simulcast, String scalabilityMode) {
    Map<String, Object> options = new HashMap<>(Map.of("codec", codec, "simulcast", simulcast));
    if (!scalabilityMode.isEmpty()) {
      options.put("scalabilityMode", scalabilityMode);
    }
    call("publish", name, options);
  }

  /** A participant withdraws its picture. */
  public void unpublish(String name) {
    call("unpublish", name);
  }

  /** What the browser says that it sends of a participant's picture, a line for each stream. */
  public List<String> sent(String name) {
    return call("sent", name).values().stream().map(JsonNode::toString).toList();
  }

  /** What a participant's browser holds its path to carry, in bit/s; 0 if it does not say. */
  public long outgoingBps(String name) {
    return call("outgoingBps", name).longValue();
  }

  /** The rate that the browser aims at for a layer of a participant's picture, in bit/s. */
  public long targetBps(String name, String rid) {
    return call("targetBps", name, rid).longValue();
  }

  /** How many pictures of a participant's layer its browser has sent. */
  public long framesSent(String name, String rid) {
    return call("framesSent", name, rid).longValue();
  }

  /**
   * Waits until a participant's layer is no longer sent, and has not been for two seconds; answers
   * after how many milliseconds that began, or -1 if it did not in time.
   */
  public double stopped(String name, String rid, Duration limit) {
    return call("stopped", name, rid, limit.toMillis()).doubleValue();
  }

  /** Joins as a viewer with so many slots. */
  public void watch(String room, String name, int audioSlots, int videoSlots) {
    call("watch", room, name, Map.of("audio", audioSlots, "video", videoSlots));
  }

  /** Joins as a viewer that has the key. */
  public void watch(String room, String name, int audioSlots, int videoSlots, String passphrase) {
    call("watch", room, name, Map.of("audio", audioSlots, "video", videoSlots), passphrase);
  }

  /** Wants a picture in a size; waits until it is there, in this codec. */
  public Seen show(String name, Size size, String codec) {
    return show(name, size, codec, SHOW_TIMEOUT);
  }

  /** The same, waiting for so long at most. */
  public Seen show(String name, Size size, String codec, Duration limit) {
    Map<String, Object> wanted =
        Map.of("width", size.width(), "height", size.height(), "codec", "video/" + codec);
    return JSON.treeToValue(call("show", name, limits(size), wanted, limit.toMillis()), Seen.class);
  }

  /**
   * How many milliseconds it takes until the server says that a publisher's picture has the height
   * that the browser decodes, or -1.
   */
  public double agreeOnHeight(String name) {
    return call("agree", name).doubleValue();
  }

  /**
   * Wants at most so many pictures of a publisher's ten a second; answers how many come at the end.
   */
  public double slow(String name, int framesPerSecond) {
    return call("slow", name, framesPerSecond).doubleValue();
  }

  /** Wants all pictures again, whatever their size; waits for so many a second. */
  public double fast(String name, int framesPerSecond) {
    return call("fast", name, framesPerSecond).doubleValue();
  }

  /** What a browser says of a voice that it receives. */
  public record Heard(long packets, long bytes, double energy, double concealed) {
    /** How large a packet of it is. */
    public double bytesPerPacket() {
      return (double) bytes / packets;
    }
  }

  /** What has been heard of a participant so far. */
  public Heard heard(String name) {
    return JSON.treeToValue(call("heard", name), Heard.class);
  }

  /** Waits until the picture and the voice of a participant are there, and shows them in a size. */
  public void switchTo(String name, Size size) {
    Await.until(
        name + " is there to be watched",
        Duration.ofSeconds(20),
        () -> call("hasBoth", name).booleanValue());
    call("switchTo", name, limits(size));
  }

  /** A participant, in a size. */
  public record Shot(String name, Size size) {}

  /**
   * Goes through shots again and again, one a second; answers when each began, in milliseconds of
   * the wall clock.
   */
  public List<Double> switchEachSecond(List<Shot> shots, int times) {
    List<Object> list =
        shots.stream().<Object>map(shot -> List.of(shot.name(), limits(shot.size()))).toList();
    return numbers(call("switchEachSecond", list, times));
  }

  /** Begins to note when the pictures of each video are presented. */
  public void notePictures() {
    call("notePictures");
  }

  /** When those of the first video were, in milliseconds of the wall clock. */
  public List<Double> presented() {
    return presented(0);
  }

  /** As above, of the video in one of the slots, counted from 0. */
  public List<Double> presented(int video) {
    return numbers(call("presented", video));
  }

  /** What the viewer was told of its tracks so far: available, or the reason why not. */
  public List<String> availability() {
    return call("availability").values().stream().map(JsonNode::asString).toList();
  }

  /** What the browser says of the first video. */
  public Seen firstVideo() {
    return JSON.treeToValue(call("firstVideo"), Seen.class);
  }

  /**
   * By how many milliseconds the picture is played ahead of the sound of the same moment, by the
   * browser's own estimate.
   */
  public double picturesAheadMillis() {
    return call("picturesAhead").doubleValue();
  }

  private static Map<String, Integer> limits(Size size) {
    return Map.of("maxWidth", size.width(), "maxHeight", size.height());
  }

  private static List<Double> numbers(JsonNode array) {
    return array.values().stream().map(JsonNode::doubleValue).toList();
  }

  private JsonNode call(String function, Object... arguments) {
    String list = JSON.writeValueAsString(arguments);
    return page.evaluate("window.__layers." + function + "(..." + list + ")");
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
