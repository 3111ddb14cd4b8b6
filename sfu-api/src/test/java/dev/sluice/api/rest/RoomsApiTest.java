package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FakeSfu;
import dev.sluice.api.Offers;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rooms and participants over HTTP, against a media side that only notes. */
@Tag("M1")
class RoomsApiTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final TestServer SERVER = new TestServer();
  private static final RoomId STANDUP = new RoomId("stand up");
  private static final String PATH = "/api/v1/rooms/stand%20up";
  private static final ParticipantId ADA = new ParticipantId("P-1");

  private final FakeSfu sfu = SERVER.sfu();

  @BeforeEach
  void populate() {
    TrackInfo voice =
        new TrackInfo(
            new TrackId("t1"),
            ADA,
            "0",
            MediaKind.AUDIO,
            TrackSource.SCREEN_AUDIO,
            "",
            true,
            false,
            4097);
    sfu.showRooms(
        List.of(
            new RoomInfo(
                STANDUP, List.of(new ParticipantInfo(ADA, "ada", "Ada", List.of(voice))))));
  }

  @AfterEach
  void reset() {
    sfu.reset();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
    HTTP.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(SERVER.uri("http", path));
  }

  private static HttpResponse<String> call(String method, String path, String token)
      throws Exception {
    boolean json =
        method.matches("PUT|PATCH") || path.endsWith("/data") || path.endsWith("/app/replay");
    HttpRequest.Builder request =
        request(path)
            .method(method, json ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
    if (json) {
      request.header("Content-Type", "application/json");
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> create(String body) throws Exception {
    return HTTP.send(
        request("/api/v1/rooms")
            .header("Authorization", "Bearer " + SERVER.adminToken("*"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("code").stringValue()).isEqualTo(code);
    assertThat(problem.get("type").stringValue()).isEqualTo("urn:sluice:problem:" + code);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("detail").stringValue()).isNotBlank();
  }

  @Test
  void listsRoomsWithTheirSettingsAndParticipants() throws Exception {
    HttpResponse<String> rooms = call("GET", "/api/v1/rooms", SERVER.adminToken("*"));
    assertThat(rooms.statusCode()).isEqualTo(200);
    JsonNode room = JSON.readTree(rooms.body()).get(0);
    assertThat(room.get("id").stringValue()).isEqualTo("stand up");
    assertThat(room.get("maxParticipants").intValue()).isEqualTo(100);
    assertThat(room.get("codecs").toString()).contains("opus", "red", "H264");
    assertThat(room.at("/participants/0/identity").stringValue()).isEqualTo("ada");
  }

  @Test
  void listsAndShowsParticipantsWithTheirTracks() throws Exception {
    String expected =
        """
        {"id": "P-1", "identity": "ada", "name": "Ada", "role": "", "metadata": "",
         "handRaised": false,
         "permissions": {"publish": ["audio", "video"], "subscribe": true, "data": true},
         "maxWidth": 0, "maxHeight": 0, "maxVideoBitrateBps": 0, "maxPublishBitrateBps": 0,
         "tracks": [
          {"id": "t1", "kind": "audio", "source": "screen-audio", "name": "", "muted": true,
           "encrypted": false}]}
        """;
    String token = SERVER.adminToken(STANDUP.value());
    assertThat(JSON.readTree(call("GET", PATH + "/participants/P-1", token).body()))
        .isEqualTo(JSON.readTree(expected));
    assertThat(JSON.readTree(call("GET", PATH + "/participants", token).body()))
        .isEqualTo(JSON.readTree("[" + expected + "]"));
  }

  @Test
  void createsARoomWithItsSettings() throws Exception {
    HttpResponse<String> created =
        create(
            """
            {"id": "all hands", "maxParticipants": 50, "codecs": ["OPUS", "vp8"],
             "emptyTimeoutSeconds": 60}
            """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location")).contains("/api/v1/rooms/all%20hands");
    assertThat(JSON.readTree(created.body()))
        .isEqualTo(
            JSON.readTree(
                """
                {"id": "all hands", "maxParticipants": 50, "codecs": ["opus", "VP8"],
                 "emptyTimeoutSeconds": 60, "departureTimeoutSeconds": 60, "flushDelayMillis": 1,
                 "policy": {"maxPublishers": 0, "sameIdentity": "allow", "locked": false,
                  "waitingRoom": false, "encryptionRequired": false, "maxWidth": 0,
                  "maxHeight": 0, "maxVideoBitrateBps": 0, "maxPublishBitrateBps": 0},
                 "metadata": "", "participants": [], "waiting": []}
                """));
    assertThat(sfu.settings(new RoomId("all hands")))
        .isEqualTo(new RoomSettings(50, Set.of(Codec.OPUS, Codec.VP8), 60_000_000_000L));
  }

  @Test
  void createsARoomWithTheSettingsOfTheServerWhereItIsNotTold() throws Exception {
    assertThat(create("{\"id\": \"plain\"}").statusCode()).isEqualTo(201);
    assertThat(sfu.settings(new RoomId("plain")))
        .isEqualTo(new RoomSettings(100, RoomSettings.defaultCodecs(), 300_000_000_000L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{\"id\": \"a\", \"maxParticipants\": 0}",
        "{\"id\": \"a\", \"maxParticipants\": 101}",
        "{\"id\": \"a\", \"maxParticipants\": \"many\"}",
        "{\"id\": \"a\", \"codecs\": []}",
        "{\"id\": \"a\", \"codecs\": [\"mp3\"]}",
        "{\"id\": \"a\", \"codecs\": [null]}",
        "{\"id\": \"a\", \"emptyTimeoutSeconds\": -1}",
        "{\"id\": \"a\", \"emptyTimeoutSeconds\": 86401}",
        "{\"id\": \"a\", \"departureTimeoutSeconds\": -1}",
        "{\"id\": \"a\", \"flushDelayMillis\": 21}",
        "{\"id\": \"a\", \"policy\": {\"maxPublishers\": -1}}",
        "{\"id\": \"a\", \"policy\": {\"sameIdentity\": \"maybe\"}}",
        "{\"id\": \"a\", \"policy\": {\"maxHeight\": 16385}}",
        "{\"id\": \"a\", \"policy\": {\"maxVideoBitrateBps\": -1}}",
        "{\"id\": \"a\", \"policy\": {\"maxPublishBitrateBps\": \"much\"}}"
      })
  void refusesARoomThatItCannotMake(String body) throws Exception {
    assertProblem(create(body), 400, "invalid-request");
  }

  @ParameterizedTest
  @CsvSource({
    "ROOM_EXISTS, 409, room-exists",
    "TOO_MANY_ROOMS, 503, too-many-rooms",
    "SHUTTING_DOWN, 503, shutting-down"
  })
  void saysWhyThereIsNoNewRoom(RoomCreation result, int status, String code) throws Exception {
    sfu.answerCreation(result);
    assertProblem(create("{\"id\": \"a\"}"), status, code);
  }

  @Test
  void refusesBodiesThatAreNoRoomBeforeTheyAreRead() throws Exception {
    assertProblem(create("{}"), 400, "invalid-room");
    assertProblem(create(" ".repeat(65 * 1024)), 413, "message-too-large");
    HttpResponse<String> text =
        HTTP.send(
            request("/api/v1/rooms")
                .header("Authorization", "Bearer " + SERVER.adminToken("*"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    assertProblem(text, 415, "unsupported-media-type");
  }

  @Test
  void closesARoom() throws Exception {
    assertThat(call("DELETE", PATH, SERVER.adminToken("*")).statusCode()).isEqualTo(204);
    assertThat(sfu.last(RoomCommand.CloseRoom.class))
        .isEqualTo(new RoomCommand.CloseRoom(STANDUP, LeaveReason.ROOM_CLOSED));
  }

  @Test
  void removesAParticipant() throws Exception {
    HttpResponse<String> removed =
        call("DELETE", PATH + "/participants/P-1", SERVER.adminToken("*"));
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(sfu.last(RoomCommand.Leave.class))
        .isEqualTo(new RoomCommand.Leave(STANDUP, ADA, LeaveReason.REMOVED));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/rooms/none, 404, room-unknown",
    "DELETE, /api/v1/rooms/none, 404, room-unknown",
    "GET, /api/v1/rooms/none/participants, 404, room-unknown",
    "GET, /api/v1/rooms/stand%20up/participants/P-2, 404, participant-unknown",
    "DELETE, /api/v1/rooms/stand%20up/participants/P-2, 404, participant-unknown",
    "GET, /api/v1/rooms/stand%20up/nothing, 404, not-found",
    "GET, /api/v2/rooms, 404, not-found",
    "PUT, /api/v1/rooms, 405, method-not-allowed",
    "PUT, /api/v1/rooms/stand%20up, 405, method-not-allowed",
    "POST, /api/v1/rooms/stand%20up/participants/P-2/admit, 404, participant-unknown",
    "POST, /api/v1/rooms/stand%20up/participants/P-1/admit, 404, participant-unknown",
    "POST, /api/v1/rooms/stand%20up/participants/P-1/tracks/t9/mute, 404, track-unknown",
    "POST, /api/v1/rooms/stand%20up/participants/P-1/tracks/t9/ask-to-unmute, 404, track-unknown",
    "DELETE, /api/v1/bans/12345, 404, ban-unknown",
    "GET, /api/v1/rooms?limit=0, 400, invalid-request",
    "DELETE, /api/v1/rooms/stand%20up/participants/P-1?banSeconds=-1, 400, invalid-request"
  })
  void answersWhatIsNotThereWithAProblem(String method, String path, int status, String code)
      throws Exception {
    assertProblem(call(method, path, SERVER.adminToken("*")), status, code);
    assertThat(sfu.commands()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/rooms",
    "GET, /api/v1/rooms/stand%20up",
    "DELETE, /api/v1/rooms/stand%20up",
    "GET, /api/v1/rooms/stand%20up/participants",
    "GET, /api/v1/rooms/stand%20up/participants/P-1",
    "PATCH, /api/v1/rooms/stand%20up",
    "PATCH, /api/v1/rooms/stand%20up/participants/P-1",
    "POST, /api/v1/rooms/stand%20up/participants/P-1/admit",
    "POST, /api/v1/rooms/stand%20up/participants/P-1/tracks/t1/mute",
    "POST, /api/v1/rooms/stand%20up/participants/P-1/tracks/t1/ask-to-unmute",
    "PUT, /api/v1/rooms/stand%20up/participants/P-1/subscriptions/t1",
    "POST, /api/v1/rooms/stand%20up/data",
    "GET, /api/v1/audit",
    "GET, /api/v1/webhooks",
    "GET, /api/v1/webhooks/app",
    "GET, /api/v1/webhooks/app/dead-letters",
    "POST, /api/v1/webhooks/app/replay",
    "POST, /api/v1/webhooks/app/dead-letters/replay",
    "DELETE, /api/v1/webhooks/app/dead-letters",
    "DELETE, /api/v1/rooms/stand%20up/participants/P-1"
  })
  @Tag("S5")
  void isForAdministratorsOnly(String method, String path) throws Exception {
    assertProblem(call(method, path, ""), 401, "invalid-token");
    assertProblem(call(method, path, "junk"), 401, "invalid-token");
    assertProblem(call(method, path, SERVER.token("*", Grants.ALL)), 403, "not-permitted");
    assertProblem(call(method, path, SERVER.adminToken("retro")), 403, "not-permitted");
    assertThat(sfu.commands()).isEmpty();
  }

  @Test
  @Tag("C2")
  void negotiatesOnlyTheCodecsOfTheRoom() throws Exception {
    sfu.setUp(STANDUP, new RoomSettings(2, Set.of(Codec.OPUS, Codec.VP9), 0));
    HttpResponse<String> published =
        HTTP.send(
            request("/whip/stand%20up")
                .header("Authorization", "Bearer " + SERVER.token("*", Grants.ALL))
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(Offers.PUBLISH))
                .build(),
            BodyHandlers.ofString());
    assertThat(published.statusCode()).isEqualTo(201);
    assertThat(published.body())
        .contains("opus/48000", "VP9/90000")
        .doesNotContain("VP8/90000", "H264/90000", "G722", "PCMU");
  }
}
