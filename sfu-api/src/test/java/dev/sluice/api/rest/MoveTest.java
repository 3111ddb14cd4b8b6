package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ApiClient;
import dev.sluice.api.ApiClient.Answer;
import dev.sluice.api.FakeSfu;
import dev.sluice.api.TestServer;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** An operator moves a participant to another room, over a media side that only notes. */
@Tag("M7")
class MoveTest {
  private static final TestServer SERVER = new TestServer();
  private static final ApiClient API =
      new ApiClient(SERVER.uri("http", "/"), SERVER.adminToken("*"));
  private static final RoomId STANDUP = new RoomId("standup");
  private static final RoomId BREAKOUT = new RoomId("break out");
  private static final ParticipantInfo ADA =
      new ParticipantInfo(new ParticipantId("P-1"), "ada", "Ada", List.of());

  private final FakeSfu sfu = SERVER.sfu();

  @BeforeEach
  void populate() {
    sfu.showRooms(
        List.of(new RoomInfo(STANDUP, List.of(ADA)), new RoomInfo(BREAKOUT, List.of(ADA))));
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

  @Test
  void answersWithTheParticipantInItsNewRoom() {
    sfu.expectMove().complete(new MoveOutcome.Moved());
    Answer moved = API.move("standup", "P-1", "break out");
    assertThat(moved.status()).as(moved.body()).isEqualTo(200);
    assertThat(moved.json().get("identity").stringValue()).isEqualTo("ada");
    assertThat(moved.headers())
        .containsEntry("content-location", "/api/v1/rooms/break%20out/participants/P-1");
    assertThat(sfu.moves())
        .containsExactly(new FakeSfu.Move(new PeerKey(STANDUP, ADA.id()), BREAKOUT));
    JsonNode audited = API.listAudit(0).json();
    assertThat(audited.get(audited.size() - 1).get("room").stringValue()).isEqualTo("standup");
    assertThat(audited.get(audited.size() - 1).get("target").stringValue())
        .as("where to")
        .isEqualTo("/api/v1/rooms/break%20out/participants/P-1");
  }

  @ParameterizedTest
  @CsvSource({
    "ROOM_FULL, 503, room-full",
    "ROOM_LOCKED, 403, room-locked",
    "IDENTITY_IN_USE, 403, identity-in-use",
    "TOO_MANY_PUBLISHERS, 403, too-many-publishers",
    "ENCRYPTION_REQUIRED, 403, encryption-required",
    "DUPLICATE_PARTICIPANT, 409, duplicate-participant",
    "OVERLOADED, 503, overloaded",
    "TOO_MANY_ROOMS, 503, too-many-rooms",
    "SHUTTING_DOWN, 503, shutting-down",
  })
  void saysWhyTheOtherRoomDoesNotLetItIn(RefusalCode code, int status, String problem) {
    sfu.expectMove().complete(new MoveOutcome.Refused(code, "That is why."));
    Answer refused = API.move("standup", "P-1", "break out");
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.code()).isEqualTo(problem);
    assertThat(refused.json().get("detail").stringValue()).isEqualTo("That is why.");
  }

  @Test
  void refusesWhatIsNoMove() {
    assertThat(API.move("standup", "P-1", "standup").code()).isEqualTo("invalid-request");
    assertThat(API.move("standup", "P-1", " ").code()).isEqualTo("invalid-room");
    assertThat(API.move("standup", "P-9", "break out").code()).isEqualTo("participant-unknown");
    assertThat(API.move("nowhere", "P-1", "break out").code()).isEqualTo("room-unknown");
    assertThat(sfu.moves()).isEmpty();
    assertThat(API.move("standup", "P-1", "break out").code())
        .as("it has left meanwhile")
        .isEqualTo("participant-unknown");
  }

  @Test
  void whoIsBannedThereStaysHere() {
    API.ban(Map.of("identity", "ada", "room", "break out", "seconds", 60));
    Answer refused = API.move("standup", "P-1", "break out");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("banned");
    assertThat(sfu.moves()).isEmpty();
    API.liftBan(API.listBans().json().get(0).get("id").stringValue());
  }

  @Test
  @Tag("S5")
  void theAdministratorOfOneRoomMovesNobodyIntoAnother() {
    for (String room : List.of("standup", "break out")) {
      try (ApiClient ofOneRoom = new ApiClient(SERVER.uri("http", "/"), SERVER.adminToken(room))) {
        Answer refused = ofOneRoom.move("standup", "P-1", "break out");
        assertThat(refused.status()).as(room).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("not-permitted");
      }
    }
    assertThat(sfu.moves()).isEmpty();
  }
}
