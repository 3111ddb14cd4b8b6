package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ApiClient;
import dev.sluice.api.FakeSfu;
import dev.sluice.api.Offers;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whoever is removed with a ban is refused from the next request on, whatever the token says. */
@Tag("S6")
class RevocationTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final TestServer SERVER = new TestServer();
  private static final ApiClient API =
      new ApiClient(SERVER.uri("http", "/"), SERVER.adminToken("*"));
  private static final RoomId ROOM = new RoomId("standup");
  private static final ParticipantId MALLORY = new ParticipantId("P-1");

  private final FakeSfu sfu = SERVER.sfu();

  @BeforeEach
  void populate() {
    sfu.showRooms(
        List.of(
            new RoomInfo(ROOM, List.of(new ParticipantInfo(MALLORY, "mallory", "", List.of()))),
            new RoomInfo(new RoomId("retro"), List.of())));
  }

  @AfterEach
  void liftAll() {
    API.listBans().json().forEach(ban -> API.liftBan(ban.get("id").stringValue()));
    sfu.reset();
  }

  @AfterAll
  static void stop() {
    API.close();
    SERVER.close();
    HTTP.close();
  }

  private static HttpResponse<String> publish(String room, String token) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(SERVER.uri("http", "/whip/" + room))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/sdp")
            .POST(BodyPublishers.ofString(Offers.PUBLISH))
            .build(),
        BodyHandlers.ofString());
  }

  private static void assertBanned(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
    assertThat(JSON.readTree(response.body()).get("code").stringValue()).isEqualTo("banned");
  }

  @Test
  void theSameTokenIsRefusedAtOnceInThatRoomOnly() throws Exception {
    String token = SERVER.tokenOf("mallory", "*");
    assertThat(publish("standup", token).statusCode()).isEqualTo(201);
    long removedNanos = System.nanoTime();
    assertThat(API.removeParticipant("standup", "P-1", 3600).status()).isEqualTo(204);
    assertBanned(publish("standup", token));
    Duration refusedAfter = Duration.ofNanos(System.nanoTime() - removedNanos);
    System.out.println("S6 refusedAfterMillis=" + refusedAfter.toMillis());
    assertThat(refusedAfter).isLessThan(Duration.ofSeconds(1));
    assertThat(sfu.last(RoomCommand.RemoveIdentity.class))
        .isEqualTo(new RoomCommand.RemoveIdentity(ROOM, "mallory", LeaveReason.BANNED));
    assertThat(publish("retro", token).statusCode()).isEqualTo(201);
    assertThat(publish("standup", SERVER.tokenOf("bob", "*")).statusCode()).isEqualTo(201);
  }

  @Test
  void anotherTokenOfTheSameIdentityIsRefusedToo() throws Exception {
    API.removeParticipant("standup", "P-1", 3600);
    assertBanned(publish("standup", SERVER.tokenOf("mallory", "standup")));
  }

  @Test
  void removalWithoutABanLetsComeBack() throws Exception {
    assertThat(API.removeParticipant("standup", "P-1", 0).status()).isEqualTo(204);
    assertThat(publish("standup", SERVER.tokenOf("mallory", "*")).statusCode()).isEqualTo(201);
  }

  @Test
  void aSingleTokenIsRevokedByItsId() throws Exception {
    API.ban(Map.of("tokenId", "jti-mallory", "seconds", 3600));
    assertBanned(publish("standup", SERVER.tokenOf("mallory", "*")));
    assertThat(publish("standup", SERVER.tokenOf("bob", "*")).statusCode()).isEqualTo(201);
  }

  @Test
  void aBanEverywhereTakesTheIdentityOutOfEveryRoomUntilItIsLifted() throws Exception {
    ApiClient.Answer ban = API.ban(Map.of("identity", "mallory", "seconds", 3600));
    assertThat(ban.json().get("room").stringValue()).isEqualTo("*");
    assertThat(sfu.commands(RoomCommand.RemoveIdentity.class)).hasSize(2);
    assertBanned(publish("retro", SERVER.tokenOf("mallory", "*")));
    assertThat(API.liftBan(ban.json().get("id").stringValue()).status()).isEqualTo(204);
    assertThat(publish("retro", SERVER.tokenOf("mallory", "*")).statusCode()).isEqualTo(201);
  }

  @Test
  void refusesBansThatSayNeitherWhomNorHowLong() {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("seconds", 1),
            Map.of("identity", "a"),
            Map.of("identity", "a", "tokenId", "b", "seconds", 1),
            Map.of("identity", "a", "seconds", 0),
            Map.of("identity", "a".repeat(129), "seconds", 1))) {
      ApiClient.Answer answer = API.ban(wrong);
      assertThat(answer.status()).as(wrong.toString()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("invalid-request");
    }
  }
}
