package dev.sluice.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the REST API, one method for each of its operations, as an application's back end
 * would write it from {@code /openapi.json}.
 */
public final class ApiClient implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ROOMS = "/api/v1/rooms";
  private static final String BANS = "/api/v1/bans";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI server;
  private final String token;

  /** A client with an administrator's token; empty for none. */
  public ApiClient(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /** An answer. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public JsonNode json() {
      return JSON.readTree(body);
    }

    /** The code of a problem. */
    public String code() {
      return json().get("code").stringValue();
    }

    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    public String tag() {
      return Objects.requireNonNull(header("ETag"), "no ETag");
    }
  }

  /** How a request differs from a plain one. */
  public record Condition(String header, String value) {
    static final Condition NONE = new Condition("", "");

    public static Condition ifMatch(String tag) {
      return new Condition("If-Match", tag);
    }

    public static Condition once(String key) {
      return new Condition("Idempotency-Key", key);
    }
  }

  public Answer createRoom(Map<String, ?> room) {
    return send("POST", ROOMS, room, Condition.NONE);
  }

  public Answer createRoom(Map<String, ?> room, Condition condition) {
    return send("POST", ROOMS, room, condition);
  }

  public Answer listRooms(String query) {
    return send("GET", ROOMS + query, null, Condition.NONE);
  }

  public Answer showRoom(String room) {
    return send("GET", room(room), null, Condition.NONE);
  }

  public Answer updateRoom(String room, Map<String, ?> changes, Condition condition) {
    return send("PATCH", room(room), changes, condition);
  }

  public Answer closeRoom(String room) {
    return send("DELETE", room(room), null, Condition.NONE);
  }

  public Answer listParticipants(String room, String query) {
    return send("GET", room(room) + "/participants" + query, null, Condition.NONE);
  }

  public Answer showParticipant(String room, String participant) {
    return send("GET", participant(room, participant), null, Condition.NONE);
  }

  public Answer updateParticipant(
      String room, String participant, Map<String, ?> changes, Condition condition) {
    return send("PATCH", participant(room, participant), changes, condition);
  }

  public Answer removeParticipant(String room, String participant, int banSeconds) {
    String ban = banSeconds == 0 ? "" : "?banSeconds=" + banSeconds;
    return send("DELETE", participant(room, participant) + ban, null, Condition.NONE);
  }

  public Answer admit(String room, String participant) {
    return send("POST", participant(room, participant) + "/admit", null, Condition.NONE);
  }

  public Answer move(String room, String participant, String target) {
    return send(
        "POST", participant(room, participant) + "/move", Map.of("room", target), Condition.NONE);
  }

  public Answer mute(String room, String participant, String track) {
    return send(
        "POST",
        participant(room, participant) + "/tracks/" + encode(track) + "/mute",
        null,
        Condition.NONE);
  }

  public Answer askToUnmute(String room, String participant, String track) {
    return send(
        "POST",
        participant(room, participant) + "/tracks/" + encode(track) + "/ask-to-unmute",
        null,
        Condition.NONE);
  }

  public Answer setSubscription(
      String room, String participant, String track, Map<String, ?> subscription) {
    return send(
        "PUT",
        participant(room, participant) + "/subscriptions/" + encode(track),
        subscription,
        Condition.NONE);
  }

  public Answer sendData(String room, Map<String, ?> message, Condition condition) {
    return send("POST", room(room) + "/data", message, condition);
  }

  public Answer ban(Map<String, ?> ban) {
    return send("POST", BANS, ban, Condition.NONE);
  }

  public Answer listBans() {
    return send("GET", BANS, null, Condition.NONE);
  }

  public Answer liftBan(String id) {
    return send("DELETE", BANS + "/" + encode(id), null, Condition.NONE);
  }

  public Answer listAudit(long after) {
    return send("GET", "/api/v1/audit?after=" + after, null, Condition.NONE);
  }

  public Answer version() {
    return send("GET", "/api/v1/version", null, Condition.NONE);
  }

  @Override
  public void close() {
    http.close();
  }

  private static String room(String room) {
    return ROOMS + "/" + encode(room);
  }

  private static String participant(String room, String participant) {
    return room(room) + "/participants/" + encode(participant);
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Answer send(
      String method, String path, @Nullable Map<String, ?> body, Condition condition) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!condition.header().isEmpty()) {
      request.header(condition.header(), condition.value());
    }
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      Map<String, String> headers = new HashMap<>();
      response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
      return new Answer(response.statusCode(), headers, response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
