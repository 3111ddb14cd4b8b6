package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.api.ApiClient;
import dev.sluice.api.ApiClient.Answer;
import dev.sluice.api.ApiClient.Condition;
import dev.sluice.api.FakeSfu;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomCreation;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.SameIdentity;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SubscriptionRule;
import dev.sluice.core.control.SubscriptionRule.Allowance;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an operator does with rooms and participants, over a media side that only notes. */
@Tag("A1")
class AdministrationTest {
  private static final TestServer SERVER = new TestServer();
  private static final ApiClient API =
      new ApiClient(SERVER.uri("http", "/"), SERVER.adminToken("*"));
  private static final String ROOM = "all hands";
  private static final RoomId ROOM_ID = new RoomId(ROOM);
  private static final ParticipantId ADA = new ParticipantId("P-1");
  private static final ParticipantId EVE = new ParticipantId("P-2");
  private static final TrackId VOICE = new TrackId("t1");

  private final FakeSfu sfu = SERVER.sfu();

  @BeforeEach
  void populate() {
    TrackInfo voice =
        new TrackInfo(
            VOICE, ADA, "0", MediaKind.AUDIO, TrackSource.MICROPHONE, "", false, false, 4097);
    sfu.showRooms(
        List.of(
            new RoomInfo(
                ROOM_ID,
                List.of(new ParticipantInfo(ADA, "ada", "Ada", List.of(voice))),
                List.of(new ParticipantInfo(EVE, "eve", "Eve", List.of())))));
  }

  @AfterEach
  void reset() {
    sfu.reset();
  }

  @AfterAll
  static void stop() {
    API.close();
    SERVER.close();
  }

  private static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  @Test
  void updatesOnlyWhatIsNamed() {
    Answer updated =
        API.updateRoom(
            ROOM,
            Map.of(
                "metadata",
                "{}",
                "departureTimeoutSeconds",
                7,
                "flushDelayMillis",
                10,
                "policy",
                Map.of(
                    "locked",
                    true,
                    "sameIdentity",
                    "replace",
                    "maxHeight",
                    360,
                    "maxVideoBitrateBps",
                    2_000_000,
                    "maxPublishBitrateBps",
                    3_000_000)),
            Condition.ifMatch("*"));
    assertThat(updated.status()).as(updated.body()).isEqualTo(200);
    assertThat(sfu.settings(ROOM_ID).metadata()).isEqualTo("{}");
    assertThat(sfu.settings(ROOM_ID).maxParticipants()).isEqualTo(100);
    assertThat(sfu.settings(ROOM_ID).policy().locked()).isTrue();
    assertThat(sfu.settings(ROOM_ID).policy().sameIdentity()).isEqualTo(SameIdentity.REPLACE);
    assertThat(sfu.settings(ROOM_ID).policy().caps())
        .isEqualTo(new ParticipantCaps(3_000_000, 2_000_000, new SlotLimits(0, 360, 0)));
    JsonNode shown = API.showRoom(ROOM).json();
    assertThat(shown.at("/policy/locked").booleanValue()).isTrue();
    assertThat(shown.at("/policy/maxVideoBitrateBps").intValue()).isEqualTo(2_000_000);
    assertThat(shown.at("/policy/maxPublishBitrateBps").intValue()).isEqualTo(3_000_000);
    assertThat(shown.at("/departureTimeoutSeconds").intValue()).isEqualTo(7);
    assertThat(shown.at("/emptyTimeoutSeconds").intValue()).isZero();
    assertThat(shown.at("/flushDelayMillis").intValue()).isEqualTo(10);
    assertThat(sfu.settings(ROOM_ID).flushDelayNanos()).isEqualTo(10_000_000);
    assertThat(shown.at("/waiting/0/identity").stringValue()).isEqualTo("eve");
  }

  @Test
  void anUpdateThatIsMeantForAnotherStateChangesNothing() {
    String first = API.showRoom(ROOM).tag();
    Answer updated = API.updateRoom(ROOM, Map.of("maxParticipants", 5), Condition.ifMatch(first));
    assertThat(updated.status()).isEqualTo(200);
    assertThat(updated.tag()).isNotEqualTo(first).isEqualTo(API.showRoom(ROOM).tag());
    assertProblem(
        API.updateRoom(ROOM, Map.of("maxParticipants", 6), Condition.ifMatch(first)),
        412,
        "changed-meanwhile");
    assertThat(sfu.settings(ROOM_ID).maxParticipants()).isEqualTo(5);
  }

  @Test
  void anUpdateIsMadeAgainOnWhatSomebodyElseHasSetMeanwhile() {
    sfu.overtakeNextUpdate();
    assertThat(API.updateRoom(ROOM, Map.of("metadata", "m"), Condition.ifMatch("*")).status())
        .isEqualTo(200);
    sfu.overtakeNextUpdate();
    assertThat(
            API.updateParticipant(ROOM, "P-1", Map.of("role", "host"), Condition.ifMatch("*"))
                .json()
                .get("role")
                .stringValue())
        .isEqualTo("host");
  }

  @Test
  void refusesAnUpdateThatCannotBe() {
    assertProblem(
        API.updateRoom(ROOM, Map.of("id", "other"), Condition.ifMatch("*")),
        400,
        "invalid-request");
    assertProblem(
        API.updateRoom("nowhere", Map.of("metadata", "m"), Condition.ifMatch("*")),
        404,
        "room-unknown");
    assertProblem(
        API.updateRoom(ROOM, Map.of("metadata", "m".repeat(4097)), Condition.ifMatch("*")),
        400,
        "invalid-request");
    assertProblem(
        API.updateParticipant(
            ROOM,
            "P-1",
            Map.of("permissions", Map.of("publish", List.of("kitchen"))),
            Condition.ifMatch("*")),
        400,
        "invalid-request");
  }

  @Test
  void changesWhatAParticipantMayDo() {
    String tag = API.showParticipant(ROOM, "P-1").tag();
    Answer updated =
        API.updateParticipant(
            ROOM,
            "P-1",
            Map.of(
                "role",
                "guest",
                "permissions",
                Map.of("publish", List.of("microphone"), "data", false),
                "maxHeight",
                180,
                "maxVideoBitrateBps",
                500_000,
                "maxPublishBitrateBps",
                1_000_000),
            Condition.ifMatch(tag));
    assertThat(updated.status()).as(updated.body()).isEqualTo(200);
    assertThat(updated.json().at("/permissions").toString())
        .isEqualTo("{\"publish\":[\"microphone\"],\"subscribe\":true,\"data\":false}");
    assertThat(updated.json().get("maxHeight").intValue()).isEqualTo(180);
    assertThat(updated.json().get("maxVideoBitrateBps").intValue()).isEqualTo(500_000);
    assertThat(updated.json().get("maxPublishBitrateBps").intValue()).isEqualTo(1_000_000);
    assertProblem(
        API.updateParticipant(ROOM, "P-1", Map.of("role", "host"), Condition.ifMatch(tag)),
        412,
        "changed-meanwhile");
  }

  @Test
  @Tag("M8")
  void admitsAndTurnsAwayThoseWhoWait() {
    assertThat(API.admit(ROOM, "P-2").status()).isEqualTo(202);
    assertThat(sfu.last(RoomCommand.Admit.class)).isEqualTo(new RoomCommand.Admit(ROOM_ID, EVE));
    assertThat(API.removeParticipant(ROOM, "P-2", 0).status()).isEqualTo(204);
    assertThat(sfu.last(RoomCommand.Leave.class))
        .isEqualTo(new RoomCommand.Leave(ROOM_ID, EVE, LeaveReason.REMOVED));
  }

  @Test
  @Tag("M8")
  void mutesAndAsksToUnmute() {
    assertThat(API.mute(ROOM, "P-1", "t1").status()).isEqualTo(202);
    assertThat(API.askToUnmute(ROOM, "P-1", "t1").status()).isEqualTo(202);
    assertThat(sfu.commands())
        .containsExactly(
            new RoomCommand.MuteTrack(ROOM_ID, ADA, VOICE),
            new RoomCommand.AskToUnmute(ROOM_ID, ADA, VOICE));
  }

  @Test
  void subscribesUnsubscribesAndCaps() {
    assertThat(
            API.setSubscription(
                    ROOM, "P-1", "t1", Map.of("subscription", "subscribed", "maxWidth", 320))
                .status())
        .isEqualTo(204);
    assertThat(sfu.last(RoomCommand.SetSubscription.class).rule())
        .isEqualTo(new SubscriptionRule(Allowance.SUBSCRIBED, new SlotLimits(320, 0, 0)));
    assertThat(API.setSubscription(ROOM, "P-1", "t1", Map.of()).status()).isEqualTo(204);
    assertThat(sfu.last(RoomCommand.SetSubscription.class).rule()).isEqualTo(SubscriptionRule.NONE);
    assertProblem(
        API.setSubscription(ROOM, "P-1", "t1", Map.of("subscription", "sometimes")),
        400,
        "invalid-request");
    assertProblem(API.setSubscription(ROOM, "P-1", "t9", Map.of()), 404, "track-unknown");
  }

  @Test
  void sendsMessagesOnceForEachKey() {
    Map<String, Object> message = Map.of("topic", "chat", "data", "hi", "to", List.of("P-1"));
    for (int i = 0; i < 3; i++) {
      assertThat(API.sendData(ROOM, message, Condition.once("key-1")).status()).isEqualTo(202);
    }
    assertThat(sfu.commands(RoomCommand.SendData.class))
        .containsExactly(new RoomCommand.SendData(ROOM_ID, null, Set.of(ADA), "chat", "hi"));
    assertProblem(
        API.sendData(ROOM, Map.of("data", "other"), Condition.once("key-1")),
        422,
        "idempotency-key-reused");
    assertThat(API.sendData(ROOM, message, Condition.once("key-2")).status()).isEqualTo(202);
    assertThat(sfu.commands(RoomCommand.SendData.class)).hasSize(2);
    assertProblem(
        API.sendData(ROOM, Map.of("data", "x".repeat(8193)), Condition.once("key-3")),
        400,
        "invalid-request");
    assertProblem(
        API.sendData(ROOM, message, Condition.once("k".repeat(129))), 400, "invalid-request");
  }

  @Test
  void aRepeatedCreationGetsTheFirstAnswer() {
    Map<String, Object> room = Map.of("id", "once", "maxParticipants", 3);
    Answer first = API.createRoom(room, Condition.once("create-1"));
    sfu.answerCreation(RoomCreation.ROOM_EXISTS);
    Answer again = API.createRoom(room, Condition.once("create-1"));
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertProblem(API.createRoom(room), 409, "room-exists");
  }

  @Test
  void listsRoomsPageByPageWithFilters() {
    List<RoomInfo> rooms = new ArrayList<>();
    for (String name : List.of("b 2", "a1", "b 1", "b 3", "c")) {
      rooms.add(new RoomInfo(new RoomId(name), List.of()));
    }
    rooms.add(
        new RoomInfo(
            new RoomId("b 4"), List.of(new ParticipantInfo(ADA, "ada", "Ada", List.of()))));
    sfu.showRooms(rooms);
    List<String> seen = new ArrayList<>();
    String query = "?limit=2&prefix=b%20&empty=true";
    int pages = 0;
    while (query != null) {
      Answer page = API.listRooms(query);
      assertThat(page.status()).as(page.body()).isEqualTo(200);
      page.json().forEach(room -> seen.add(room.get("id").stringValue()));
      String link = page.header("Link");
      query =
          link == null ? null : link.substring(link.indexOf('?'), link.indexOf(">; rel=\"next\""));
      pages++;
    }
    assertThat(seen).containsExactly("b 1", "b 2", "b 3");
    assertThat(pages).isEqualTo(2);
    assertThat(API.listParticipants("b 4", "?limit=1").header("Link"))
        .isEqualTo("</api/v1/rooms/b%204/participants?limit=1&after=P-1>; rel=\"next\"");
  }

  @Test
  void writesDownWhoDidWhatAndWhoTriedTo() {
    long before = lastAudited();
    API.mute(ROOM, "P-1", "t1");
    try (ApiClient stranger = new ApiClient(SERVER.uri("http", "/"), "")) {
      assertThat(stranger.closeRoom(ROOM).status()).isEqualTo(401);
    }
    API.showRoom(ROOM);
    JsonNode entries = API.listAudit(before).json();
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).get("actor").stringValue()).isEqualTo("ops");
    assertThat(entries.get(0).get("action").stringValue())
        .isEqualTo("POST /api/v1/rooms/{room}/participants/{participant}/tracks/{track}/mute");
    assertThat(entries.get(0).get("room").stringValue()).isEqualTo(ROOM);
    assertThat(entries.get(0).get("target").stringValue()).contains("P-1", "t1");
    assertThat(entries.get(0).get("status").intValue()).isEqualTo(202);
    assertThat(entries.get(1).get("actor").stringValue()).isEqualTo("-");
    assertThat(entries.get(1).get("status").intValue()).isEqualTo(401);
    assertThat(entries.toString()).doesNotContain(SERVER.adminToken("*"));
  }

  @Test
  void writesDownTheRoomThatTheBodyNamesAndWhomAlsoWhenItIsRefused() {
    long before = lastAudited();
    assertThat(API.createRoom(Map.of("id", "retro")).status()).isEqualTo(201);
    sfu.answerCreation(RoomCreation.ROOM_EXISTS);
    Answer refused = API.createRoom(Map.of("id", "retro"));
    assertProblem(refused, 409, "room-exists");
    assertThat(refused.json().get("detail").stringValue())
        .isEqualTo("There is a room \"retro\" already.");
    API.ban(Map.of("identity", "mallory", "room", "retro", "seconds", 1));
    API.ban(Map.of("tokenId", "b3f1", "seconds", 0));
    try (ApiClient narrow = new ApiClient(SERVER.uri("http", "/"), SERVER.adminToken(ROOM))) {
      assertProblem(
          narrow.ban(Map.of("identity", "eve", "room", "retro", "seconds", 1)),
          403,
          "not-permitted");
    }
    assertThat(API.listAudit(before).json())
        .extracting(
            entry -> entry.get("room").stringValue(),
            entry -> entry.get("target").stringValue().replaceFirst("/[0-9]+$", "/…"),
            entry -> entry.get("status").intValue())
        .containsExactly(
            tuple("retro", "/api/v1/rooms/retro", 201),
            tuple("retro", "", 409),
            tuple("retro", "mallory /api/v1/bans/…", 201),
            tuple("*", "b3f1", 400),
            tuple("retro", "eve", 403));
  }

  private static long lastAudited() {
    return API.listAudit(0)
        .json()
        .valueStream()
        .mapToLong(e -> e.get("seq").longValue())
        .max()
        .orElse(0);
  }

  @Test
  @Tag("S5")
  void anAdministratorOfOneRoomSeesNothingOfOthers() {
    try (ApiClient narrow = new ApiClient(SERVER.uri("http", "/"), SERVER.adminToken(ROOM))) {
      assertThat(narrow.showRoom(ROOM).status()).isEqualTo(200);
      assertThat(narrow.version().json().get("protocol").intValue()).isEqualTo(1);
      assertProblem(narrow.listRooms(""), 403, "not-permitted");
      assertProblem(narrow.listAudit(0), 403, "not-permitted");
      assertProblem(narrow.createRoom(Map.of("id", "other")), 403, "not-permitted");
      assertProblem(narrow.ban(Map.of("identity", "x", "seconds", 1)), 403, "not-permitted");
      Answer foreign = API.ban(Map.of("identity", "x", "room", "other", "seconds", 60));
      assertThat(narrow.listBans().json()).isEmpty();
      assertProblem(narrow.liftBan(foreign.json().get("id").stringValue()), 404, "ban-unknown");
      assertThat(narrow.ban(Map.of("identity", "x", "room", ROOM, "seconds", 1)).status())
          .isEqualTo(201);
    }
  }
}
