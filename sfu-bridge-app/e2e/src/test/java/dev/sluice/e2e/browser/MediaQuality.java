package dev.sluice.e2e.browser;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * How the media of one participant in a call of two fares, as its browser says, or as the server
 * says: two sources of the same figures.
 *
 * @param roundTripMillis by connectivity checks as the browser says, the shortest since the videos
 *     were watched; by reports as the server says
 * @param lostDown packets of the video to the participant that did not come the first time
 * @param lostUp the same of all that it sends
 * @param jitterDownMillis of the video that it sees
 * @param jitterUpMillis of its own voice
 * @param width of the picture that it sees, 0 while there is none
 * @param framesPerSecond of that picture
 */
public record MediaQuality(
    double roundTripMillis,
    long lostDown,
    long lostUp,
    double jitterDownMillis,
    double jitterUpMillis,
    int width,
    double framesPerSecond) {
  /** What the server says, as REST gives it. */
  public static MediaQuality ofServer(JsonNode quality) {
    JsonNode video = first(quality.get("sent"), "video");
    return new MediaQuality(
        quality.get("roundTripMillis").doubleValue(),
        video.get("lost").longValue(),
        sum(quality.get("received"), "lost"),
        video.get("jitterMillis").doubleValue(),
        first(quality.get("received"), "audio").get("jitterMillis").doubleValue(),
        video.at("/picture/width").asInt(0),
        video.at("/picture/framesPerSecond").asDouble(0));
  }

  private static JsonNode first(JsonNode streams, String kind) {
    return StreamSupport.stream(streams.spliterator(), false)
        .filter(stream -> stream.get("kind").stringValue().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " in " + streams));
  }

  private static long sum(JsonNode streams, String figure) {
    return StreamSupport.stream(streams.spliterator(), false)
        .mapToLong(stream -> stream.get(figure).asLong(0))
        .sum();
  }

  /** The middle one of several looks at a figure. */
  public static double median(List<MediaQuality> looks, ToDoubleFunction<MediaQuality> figure) {
    return looks.stream()
        .map(figure::applyAsDouble)
        .sorted(Comparator.naturalOrder())
        .skip(looks.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
