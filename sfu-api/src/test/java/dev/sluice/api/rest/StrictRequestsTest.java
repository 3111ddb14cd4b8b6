package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FakeSfu;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.TrackInfo;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an administrator has written is done or refused, and never passed over in silence. */
@Tag("A1")
class StrictRequestsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final TestServer SERVER = new TestServer("captures=1");
  private static final RoomId ROOM = new RoomId("standup");
  private static final ParticipantId ADA = new ParticipantId("P-1");
  private static final String ROOMS = "/api/v1/rooms";
  private static final String STANDUP = ROOMS + "/standup";

  private final FakeSfu sfu = SERVER.sfu();

  @BeforeEach
  void populate() {
    sfu.reset();
    TrackInfo voice =
        new TrackInfo(
            new TrackId("t1"),
            ADA,
            "0",
            MediaKind.AUDIO,
            TrackSource.MICROPHONE,
            "",
            false,
            false,
            4097);
    sfu.showRooms(
        List.of(
            new RoomInfo(ROOM, List.of(new ParticipantInfo(ADA, "ada", "Ada", List.of(voice))))));
  }

  @AfterAll
  static void stop() {
    SERVER.close();
    HTTP.close();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(SERVER.uri("http", path))
            .header("Authorization", "Bearer " + SERVER.capturingToken("*"))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private void assertRefused(HttpResponse<String> response, String detail) {
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("detail").stringValue()).isEqualTo(detail);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(problem.get("code").stringValue()).isEqualTo("invalid-request");
    assertThat(sfu.commands()).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH | standup | {'locked': true} | There is no field 'locked'; is it policy.locked?",
        "PATCH | standup | {'policy': {'lock': true}}"
            + " | There is no field 'policy.lock'; is it policy.locked?",
        "PATCH | standup | {'policy': {'metadata': 'm'}}"
            + " | There is no field 'policy.metadata'; is it metadata?",
        "PATCH | standup | {'maxWidht': 3} | There is no field 'maxWidht'; is it policy.maxWidth?",
        "PATCH | standup | {'colour': 'red'} | There is no field 'colour'.",
        "POST  |         | {'id': 'a', 'maxparticipants': 3}"
            + " | There is no field 'maxparticipants'; is it maxParticipants?",
        "POST  |         | {'id': 'a', 'participants': 3}"
            + " | There is no field 'participants'; is it maxParticipants?",
        "PATCH | standup/participants/P-1 | {'permissions': {'puplish': []}}"
            + " | There is no field 'permissions.puplish'; is it permissions.publish?",
        "PATCH | standup/participants/P-1 | {'hand': false}"
            + " | There is no field 'hand'; is it handRaised?",
        "PUT   | standup/participants/P-1/subscriptions/t1 | {'maxFPS': 3}"
            + " | There is no field 'maxFPS'; is it maxFps?",
        "POST  | standup/data | {'data': 'x', 'text': 'x'} | There is no field 'text'.",
        "POST  | standup/data | {'data': 'x', 'tos': ['P-1']}"
            + " | There is no field 'tos'; is it to?",
        "POST  | standup/participants/P-1/move | {'rooms': 'b'}"
            + " | There is no field 'rooms'; is it room?",
        "POST  | standup/participants/P-1/captures | {'seconds': 1, 'payloads': true}"
            + " | There is no field 'payloads'; is it payload?",
        "PUT   | standup/watch | {'second': 3} | There is no field 'second'; is it seconds?",
      })
  void namesTheFieldThatThereIsNotAndTheOneThatIsMeant(
      String method, String path, String body, String detail) throws Exception {
    assertRefused(send(method, at(path), quoted(body)), quoted(detail));
    assertThat(sfu.settings(ROOM).policy().locked()).isFalse();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "POST  |         | {'id': 5} | The field 'id' is a string.",
        "POST  |         | {'id': 'a', 'maxParticipants': '3'}"
            + " | The field 'maxParticipants' is a whole number.",
        "POST  |         | {'id': 'a', 'maxParticipants': 3.0}"
            + " | The field 'maxParticipants' is a whole number.",
        "POST  |         | {'id': 'a', 'maxParticipants': true}"
            + " | The field 'maxParticipants' is a whole number.",
        "POST  |         | {'id': 'a', 'maxParticipants': 3000000000}"
            + " | The field 'maxParticipants' is a smaller number.",
        "POST  |         | {'id': 'a', 'maxParticipants': ''}"
            + " | The field 'maxParticipants' is a whole number.",
        "POST  |         | {'id': 'a', 'codecs': 'opus'}"
            + " | The field 'codecs' is a list of strings.",
        "POST  |         | {'id': 'a', 'codecs': ['opus', 8]}"
            + " | The field 'codecs' is a list of strings.",
        "POST  |         | {'id': 'a', 'codecs': [null]}"
            + " | The field 'codecs' is a list of strings.",
        "PATCH | standup | {'metadata': 5} | The field 'metadata' is a string.",
        "PATCH | standup | {'policy': 'locked'} | The field 'policy' is an object.",
        "PATCH | standup | {'policy': {'locked': 'true'}}"
            + " | The field 'policy.locked' is true or false.",
        "PATCH | standup | {'policy': {'locked': 1}}"
            + " | The field 'policy.locked' is true or false.",
        "PATCH | standup | {'policy': {'sameIdentity': true}}"
            + " | The field 'policy.sameIdentity' is a string.",
        "PATCH | standup/participants/P-1 | {'role': 1} | The field 'role' is a string.",
        "PATCH | standup/participants/P-1 | {'permissions': {'publish': true}}"
            + " | The field 'permissions.publish' is a list of strings.",
        "POST  | standup/data | {'data': {'a': 1}} | The field 'data' is a string.",
        "PATCH | standup | [] | The body is a JSON object.",
        "PATCH | standup | null | The body is a JSON object.",
        "PATCH | standup | 5 | The body is a JSON object.",
      })
  void takesNoValueOfAnotherTypeForTheOneThatIsWanted(
      String method, String path, String body, String detail) throws Exception {
    assertRefused(send(method, at(path), quoted(body)), quoted(detail));
  }

  private static String at(String path) {
    return path == null ? ROOMS : ROOMS + "/" + path;
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void bansAreAsStrict() throws Exception {
    assertRefused(
        send("POST", "/api/v1/bans", "{\"identity\": \"eve\", \"second\": 60}"),
        "There is no field \"second\"; is it seconds?");
    assertRefused(
        send("POST", "/api/v1/bans", "{\"identity\": \"eve\", \"seconds\": 1.5}"),
        "The field \"seconds\" is a whole number.");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metadata': 'm'        | 1 | 17",
        "{'metadata': m}         | 1 | 14",
        "{'metadata': 'm'} {}    | 1 | 19",
        "{'metadata': 'm',¶ 'metadata': 'n'} | 2 | 12",
        "{¶¶'metadata'; 'm'}     | 3 | 11",
      })
  void saysWhereTheJsonBreaks(String body, int line, int column) throws Exception {
    assertRefused(
        send("PATCH", STANDUP, quoted(body).replace('¶', '\n')),
        "The body is not JSON, or has a field twice, or goes on behind its end: line %d, column %d."
            .formatted(line, column));
  }

  @Test
  void saysThatTheBodyIsMissing() throws Exception {
    assertRefused(send("PATCH", STANDUP, ""), "The body is missing; it is a JSON object.");
  }

  @Test
  void aNameAsLongAsABookIsCutDown() throws Exception {
    assertRefused(
        send("PATCH", STANDUP, "{\"%s\": 1}".formatted("x".repeat(2000))),
        "There is no field \"%s…\".".formatted("x".repeat(64)));
  }

  @Test
  void whatIsNullIsAsIfLeftOut() throws Exception {
    HttpResponse<String> updated =
        send(
            "PATCH",
            STANDUP,
            "{\"metadata\": \"m\", \"policy\": null, \"codecs\": null, \"maxParticipants\": null}");
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    assertThat(sfu.settings(ROOM).metadata()).isEqualTo("m");
    assertThat(sfu.settings(ROOM).maxParticipants()).isEqualTo(100);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE | /rooms/standup/participants/P-1?banSeconds=x"
            + " | The parameter 'banSeconds' is a whole number.",
        "DELETE | /rooms/standup/participants/P-1?banSeconds=-1"
            + " | The parameter 'banSeconds' is between 0 and 2592000.",
        "DELETE | /rooms/standup/participants/P-1?banseconds=60"
            + " | There is no parameter 'banseconds'; is it banSeconds?",
        "DELETE | /rooms/standup?banSeconds=60 | There is no parameter 'banSeconds'.",
        "GET    | /rooms?limit=many | The parameter 'limit' is a whole number.",
        "GET    | /rooms?limit=1001 | The parameter 'limit' is between 1 and 1000.",
        "GET    | /rooms?empty=perhaps | The parameter 'empty' is true or false.",
        "GET    | /rooms?prefx=a | There is no parameter 'prefx'; is it prefix?",
        "GET    | /rooms?limit=1&filter=a | There is no parameter 'filter'.",
        "GET    | /audit?after=yesterday | The parameter 'after' is a whole number.",
        "GET    | /audit?limit=0 | The parameter 'limit' is between 1 and 1000.",
      })
  void namesTheParameterThatIsWrong(String method, String path, String detail) throws Exception {
    assertRefused(send(method, "/api/v1" + path, ""), quoted(detail));
  }
}
