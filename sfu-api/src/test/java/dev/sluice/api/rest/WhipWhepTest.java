package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FakeSfu;
import dev.sluice.api.Offers;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackSource;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** WHIP and WHEP over real HTTP, as RFC 9725 and docs/protocol.md have them. */
@Tag("G2")
class WhipWhepTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final TestServer SERVER = new TestServer();

  private final FakeSfu sfu = SERVER.sfu();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void reset() {
    sfu.reset();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(SERVER.uri("http", path));
  }

  private static HttpRequest.Builder post(String path, String offer) {
    return request(path)
        .header("Content-Type", "application/sdp")
        .header("Authorization", "Bearer " + SERVER.token("*", Grants.ALL))
        .POST(BodyPublishers.ofString(offer));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static @Nullable String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  private static String location(HttpResponse<?> response) {
    return response.headers().firstValue("Location").orElseThrow();
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("type").stringValue()).isEqualTo("urn:sluice:problem:" + code);
    assertThat(problem.get("code").stringValue()).isEqualTo(code);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("detail").stringValue()).isNotBlank();
    assertThat(response.body()).doesNotContain("Exception", "dev.sluice");
  }

  @Test
  void publishesAndEndsWithDelete() throws Exception {
    HttpResponse<String> created = send(post("/whip/stand%20up", Offers.PUBLISH));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(header(created, "Content-Type")).isEqualTo("application/sdp");
    assertThat(header(created, "ETag")).isEqualTo("\"1\"");
    assertThat(created.body()).startsWith("v=0").contains("a=candidate:", "a=recvonly");
    assertThat(location(created)).matches("/whip/stand%20up/S-[0-9a-f]{32}");
    assertThat(created.headers().allValues("Link"))
        .containsExactly(
            "<stun:stun.example.org:3478>; rel=\"ice-server\"",
            "<turn:turn.example.org?transport=udp>; rel=\"ice-server\"; username=\"u\\\"1\";"
                + " credential=\"secret\"; credential-type=\"password\"");
    RoomCommand.Join join = sfu.last(RoomCommand.Join.class);
    assertThat(join.room()).isEqualTo(new RoomId("stand up"));
    assertThat(join.identity()).isEqualTo("ada");
    assertThat(join.grants()).isEqualTo(new Grants(true, false, false));
    assertThat(sfu.commands())
        .extracting(Object::getClass)
        .containsExactly(
            RoomCommand.Join.class,
            RoomCommand.ApplyNegotiation.class,
            RoomCommand.ConfirmAnswer.class);

    HttpResponse<String> deleted = send(request(location(created)).DELETE());
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(sfu.last(RoomCommand.Leave.class).reason()).isEqualTo(LeaveReason.LEFT);
    assertProblem(send(request(location(created)).DELETE()), 404, "session-unknown");
  }

  @Test
  @Tag("G3")
  @Tag("M5")
  void playsHiddenAndNarrowed() throws Exception {
    HttpResponse<String> created =
        send(post("/whep/standup?track=t4&participant=ada", Offers.PLAY));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.body()).contains("a=sendonly", "a=ssrc:");
    assertThat(sfu.last(RoomCommand.Join.class).grants()).isEqualTo(new Grants(false, true, true));
    assertThat(sfu.last(RoomCommand.SetView.class).view()).isEqualTo(SubscriberView.CLASSIC);
    assertThat(sfu.last(RoomCommand.NarrowSubscription.class))
        .extracting(
            RoomCommand.NarrowSubscription::track, RoomCommand.NarrowSubscription::publisher)
        .containsExactly("t4", "ada");
    assertThat(sfu.last(RoomCommand.ApplyNegotiation.class).session().sections())
        .hasSize(2)
        .allSatisfy(section -> assertThat(section.slot()).isNotNull());
    assertThat(send(request(location(created).replace("/whep/", "/whip/")).DELETE()).statusCode())
        .as("a player's URL is no publisher's")
        .isEqualTo(404);
    assertThat(
            send(request(location(created).replace("/standup/", "/retro/")).DELETE()).statusCode())
        .isEqualTo(404);
    assertThat(send(request(location(created)).DELETE()).statusCode()).isEqualTo(200);
  }

  @Test
  void forgetsASessionThatTheRoomRemoved() throws Exception {
    HttpResponse<String> created = send(post("/whip/standup", Offers.PUBLISH));
    sfu.tell(
        sfu.last(RoomCommand.Join.class).participant(),
        new RoomEvent.Removed(LeaveReason.MEDIA_LOST));
    assertProblem(send(request(location(created)).DELETE()), 404, "session-unknown");
  }

  static Stream<Arguments> refusals() {
    String nothing = SERVER.token("standup", new Grants(false, false, false));
    return Stream.of(
        Arguments.of("not SDP", post("/whip/standup", "hello"), 400, "invalid-sdp"),
        Arguments.of("an empty body", post("/whip/standup", ""), 400, "invalid-sdp"),
        Arguments.of("nothing to publish", post("/whip/standup", Offers.PLAY), 400, "invalid-sdp"),
        Arguments.of(
            "nothing to play",
            post("/whep/standup", Offers.PUBLISH.replace("a=sendrecv", "a=sendonly")),
            400,
            "invalid-sdp"),
        Arguments.of(
            "a long room", post("/whip/" + "r".repeat(129), Offers.PUBLISH), 400, "invalid-room"),
        Arguments.of(
            "a room that forges a log line",
            post("/whip/a%0AERROR", Offers.PUBLISH),
            400,
            "invalid-room"),
        Arguments.of(
            "no token",
            request("/whip/standup")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(Offers.PUBLISH)),
            401,
            "invalid-token"),
        Arguments.of(
            "another scheme",
            post("/whip/standup", Offers.PUBLISH).setHeader("Authorization", "Basic YTpi"),
            401,
            "invalid-token"),
        Arguments.of(
            "a bad token",
            post("/whip/standup", Offers.PUBLISH).setHeader("Authorization", "Bearer junk"),
            401,
            "invalid-token"),
        Arguments.of(
            "another room's token",
            post("/whip/retro", Offers.PUBLISH).setHeader("Authorization", "Bearer " + nothing),
            403,
            "not-permitted"),
        Arguments.of(
            "no grant to publish",
            post("/whip/standup", Offers.PUBLISH).setHeader("Authorization", "Bearer " + nothing),
            403,
            "not-permitted"),
        Arguments.of(
            "no grant to play",
            post("/whep/standup", Offers.PLAY).setHeader("Authorization", "Bearer " + nothing),
            403,
            "not-permitted"),
        Arguments.of(
            "a session that never was",
            request("/whip/standup/S-0000").DELETE(),
            404,
            "session-unknown"),
        Arguments.of("an unknown path", request("/nowhere"), 404, "not-found"),
        Arguments.of("GET on the endpoint", request("/whip/standup"), 405, "method-not-allowed"),
        Arguments.of("GET on a session", request("/whip/a/S-1"), 405, "method-not-allowed"),
        Arguments.of(
            "PUT",
            request("/whep/standup").PUT(BodyPublishers.ofString("x")),
            405,
            "method-not-allowed"),
        Arguments.of(
            "PATCH",
            request("/whip/standup/S-1")
                .header("Content-Type", "application/trickle-ice-sdpfrag")
                .method("PATCH", BodyPublishers.ofString("a=end-of-candidates")),
            405,
            "method-not-allowed"),
        Arguments.of(
            "an answer that nobody here writes",
            post("/whip/standup", Offers.PUBLISH).header("Accept", "application/json"),
            406,
            "not-acceptable"),
        Arguments.of(
            "too large", post("/whip/standup", "v=0".repeat(22_000)), 413, "message-too-large"),
        Arguments.of(
            "too large without a length",
            post("/whip/standup", "")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("v=0".repeat(22_000)))),
            413,
            "message-too-large"),
        Arguments.of(
            "another type",
            post("/whip/standup", "{}").setHeader("Content-Type", "application/json"),
            415,
            "unsupported-media-type"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(String name, HttpRequest.Builder request, int status, String code) throws Exception {
    HttpResponse<String> response = send(request);
    assertProblem(response, status, code);
    assertThat(sfu.commands(RoomCommand.Join.class)).as("nobody was seen in the room").isEmpty();
  }

  @Test
  @Tag("S5")
  void publishesOnlyWhatTheTokenGrantsAndAsWhatItGrants() throws Exception {
    PublishGrant microphone = new PublishGrant(Set.of(), Set.of(TrackSource.MICROPHONE));
    HttpResponse<String> refused =
        send(
            post("/whip/standup", Offers.PUBLISH)
                .setHeader("Authorization", "Bearer " + SERVER.token("standup", microphone)));
    assertProblem(refused, 403, "not-permitted");
    assertThat(header(refused, "WWW-Authenticate"))
        .isEqualTo("Bearer error=\"insufficient_scope\"");
    assertThat(sfu.commands(RoomCommand.Join.class)).isEmpty();

    PublishGrant screen = new PublishGrant(Set.of(MediaKind.AUDIO), Set.of(TrackSource.SCREEN));
    HttpResponse<String> created =
        send(
            post("/whip/standup", Offers.PUBLISH)
                .setHeader("Authorization", "Bearer " + SERVER.token("standup", screen)));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(sfu.last(RoomCommand.ApplyNegotiation.class).intents())
        .containsOnly(
            Map.entry("0", new PublishIntent(TrackSource.UNKNOWN, "", false)),
            Map.entry("1", new PublishIntent(TrackSource.SCREEN, "", false)));
    assertProblem(
        send(
            post("/whep/standup", Offers.PLAY)
                .setHeader("Authorization", "Bearer " + SERVER.token("standup", screen))),
        403,
        "not-permitted");
  }

  @Test
  void challengesAsRfc6750Says() throws Exception {
    HttpResponse<String> none =
        send(
            request("/whip/standup")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(Offers.PUBLISH)));
    assertThat(header(none, "WWW-Authenticate")).isEqualTo("Bearer");
    HttpResponse<String> bad =
        send(post("/whip/standup", Offers.PUBLISH).setHeader("Authorization", "bearer junk"));
    assertThat(header(bad, "WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
  }

  @Test
  void saysWhatIsAllowedWith405AndOptions() throws Exception {
    assertThat(header(send(request("/whip/standup")), "Allow")).contains("POST");
    assertThat(header(send(request("/whep/standup/S-1")), "Allow")).contains("DELETE");
    HttpResponse<String> options =
        send(request("/whip/standup").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(header(options, "Allow")).isEqualTo("POST,OPTIONS");
    assertThat(header(options, "Accept-Post")).isEqualTo("application/sdp");
  }

  @Test
  void letsPagesOfAllowedOriginsIn() throws Exception {
    List<String> preflight =
        raw(
            "OPTIONS /whip/standup HTTP/1.1",
            "Origin: https://page.example.org",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization,content-type");
    assertThat(preflight)
        .contains(
            "HTTP/1.1 200 ",
            "Access-Control-Allow-Origin: https://page.example.org",
            "Access-Control-Allow-Headers: authorization, content-type",
            "Accept-Post: application/sdp");
    List<String> simple =
        raw("DELETE /whip/standup/S-1 HTTP/1.1", "Origin: https://page.example.org");
    assertThat(simple).contains("HTTP/1.1 404 ");
    assertThat(simple)
        .filteredOn(line -> line.startsWith("Access-Control-Expose-Headers"))
        .singleElement()
        .asString()
        .contains("Location", "Link", "ETag");
    assertThat(
            raw(
                "OPTIONS /whip/standup HTTP/1.1",
                "Origin: https://evil.example.com",
                "Access-Control-Request-Method: POST"))
        .contains("HTTP/1.1 403 ");
  }

  /** Without the JDK's client, which keeps a test from saying what a browser would. */
  private static List<String> raw(String requestLine, String... headers) throws Exception {
    URI address = SERVER.uri("http", "/");
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String head =
          requestLine
              + "\r\nHost: "
              + address.getAuthority()
              + "\r\nConnection: close\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  @Test
  void refusesWhenTheRoomDoes() throws Exception {
    sfu.refuse(RefusalCode.ROOM_FULL);
    HttpResponse<String> full = send(post("/whip/standup", Offers.PUBLISH));
    assertProblem(full, 503, "room-full");
    assertThat(header(full, "Retry-After")).isEqualTo("5");
    sfu.fallSilent();
    assertProblem(send(post("/whip/standup", Offers.PUBLISH)), 503, "internal");
    assertThat(sfu.commands(RoomCommand.ApplyNegotiation.class)).isEmpty();
    assertThat(sfu.commands(RoomCommand.Leave.class)).hasSize(2);
  }
}
