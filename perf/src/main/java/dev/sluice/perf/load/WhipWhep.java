package dev.sluice.perf.load;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiFunction;

/**
 * WHIP (RFC 9725) and WHEP: publishers go to one URL, players to the other; {@code {room}} in a URL
 * is replaced by the room. A participant that does both is none that WHIP and WHEP have.
 *
 * @param token by room and name, the bearer token; empty for none
 */
record WhipWhep(HttpClient http, String whip, String whep, BiFunction<String, String, String> token)
    implements Signalling {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Override
  public Session open(String room, String name, Offer offer, String sdp) throws IOException {
    boolean publishes = offer.audio() || !offer.video().isEmpty();
    boolean plays = offer.audioSlots() + offer.videoSlots() > 0;
    if (publishes && plays) {
      throw new IllegalArgumentException("WHIP and WHEP go one way");
    }
    String where = publishes ? whip : whep;
    URI uri = URI.create(where.replace("{room}", URLEncoder.encode(room, StandardCharsets.UTF_8)));
    String bearer = token.apply(room, name);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/sdp")
            .POST(HttpRequest.BodyPublishers.ofString(sdp));
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    HttpResponse<String> response = send(request.build());
    if (response.statusCode() == HttpURLConnection.HTTP_UNAVAILABLE) {
      throw new ServerBusyException(uri + " answers 503: " + response.body());
    }
    if (response.statusCode() != HttpURLConnection.HTTP_CREATED) {
      throw new IOException(uri + " answers " + response.statusCode() + ": " + response.body());
    }
    Answer answer = Answer.parse(response.body());
    String location = response.headers().firstValue("Location").orElse("");
    return new Resource(answer, location.isEmpty() ? uri : uri.resolve(location), bearer);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private final class Resource implements Session {
    private final Answer answer;
    private final URI location;
    private final String bearer;

    Resource(Answer answer, URI location, String bearer) {
      this.answer = answer;
      this.location = location;
      this.bearer = bearer;
    }

    @Override
    public Answer answer() {
      return answer;
    }

    @Override
    public void close() {
      HttpRequest.Builder request = HttpRequest.newBuilder(location).timeout(TIMEOUT).DELETE();
      if (!bearer.isEmpty()) {
        request.header("Authorization", "Bearer " + bearer);
      }
      try {
        HttpResponse<String> ignored = send(request.build());
      } catch (IOException gone) {
        // The server forgets it by itself.
      }
    }
  }
}
