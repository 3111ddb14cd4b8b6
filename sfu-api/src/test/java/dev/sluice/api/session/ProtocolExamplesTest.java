package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.session.ServerMessage.Credentials;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the code to every example of docs/protocol.md, and the page to the code. */
@Tag("G1")
class ProtocolExamplesTest {
  private static final Path PAGE = Path.of("../docs/protocol.md");
  private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)\\n```", Pattern.DOTALL);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final ParticipantId EVE = new ParticipantId("P-0c11");
  private static final ParticipantId BOB = new ParticipantId("P-77c2");
  private static final TrackInfo FRONT =
      new TrackInfo(
          new TrackId("t4"),
          EVE,
          "1",
          MediaKind.VIDEO,
          TrackSource.CAMERA,
          "Front",
          false,
          false,
          4100);
  private static final TrackInfo VOICE =
      new TrackInfo(
          new TrackId("t1"),
          BOB,
          "0",
          MediaKind.AUDIO,
          TrackSource.MICROPHONE,
          "",
          false,
          false,
          4097);

  private static final List<ClientMessage> CLIENT =
      List.of(
          new ClientMessage.Join(
              null,
              new RoomId("standup"),
              "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
              "ada",
              "Ada",
              new SlotCounts(3, 9)),
          new ClientMessage.Resume(null, "S-4f1c", "q7Jb1ZkOQ0mXyT2c", 17),
          new ClientMessage.Offer(
              null,
              1,
              "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
              Map.of(
                  "0",
                  new PublishIntent(TrackSource.MICROPHONE, "", false, false),
                  "1",
                  new PublishIntent(TrackSource.CAMERA, "Front", false, false))),
          new ClientMessage.AnswerApplied(null, 1),
          new ClientMessage.Candidate(
              null, "candidate:1 1 udp 2122260223 192.0.2.7 51000 typ host", "0"),
          new ClientMessage.SetView(
              null,
              new SubscriberView(
                  Mode.AUTOMATIC,
                  Map.of(
                      "3",
                      SlotWish.limited(new SlotLimits(1280, 720, 0)),
                      "5",
                      new SlotWish(false, null, new SlotLimits(320, 180, 15), 0)),
                  List.of(new TrackId("t4")),
                  Set.of(new TrackId("t9")),
                  1,
                  9,
                  6)),
          new ClientMessage.SetView(
              "view-2",
              new SubscriberView(
                  Mode.MANUAL,
                  Map.of(
                      "3",
                      new SlotWish(true, new TrackId("t4"), new SlotLimits(1920, 1080, 0), 2),
                      "5",
                      SlotWish.showing(null)),
                  List.of(),
                  Set.of(),
                  SubscriberView.ALL,
                  0,
                  SubscriberView.ALL)),
          new ClientMessage.RaiseHand(null, true),
          new ClientMessage.Whisper(null, new TrackId("t3"), Set.of(BOB)),
          new ClientMessage.Whisper(null, new TrackId("t3"), null),
          new ClientMessage.SendData(null, Set.of(BOB), "chat", "Hello, Bob"),
          new ClientMessage.Moderate(
              "m-1", ClientMessage.Moderate.Action.MUTE, BOB, new TrackId("t1")),
          new ClientMessage.Mute(null, new TrackId("t3"), true),
          new ClientMessage.GetDownlink("path-1"),
          new ClientMessage.Ping(null, 123456),
          new ClientMessage.Leave(null));

  private static final List<ServerMessage> SERVER =
      List.of(
          new ServerMessage.Joined(
              new Credentials("S-4f1c", "q7Jb1ZkOQ0mXyT2c"),
              new RoomId("standup"),
              new ParticipantInfo(new ParticipantId("P-9a31"), "ada", "Ada", List.of()),
              List.of(new ParticipantInfo(BOB, "bob", "Bob", List.of(VOICE))),
              List.of(new IceServer(List.of("stun:stun.example.org:3478"), null, null)),
              new ServerMessage.SlotsWanted(1, 0),
              30),
          new ServerMessage.Moved(
              new RoomId("breakout"),
              new ParticipantInfo(new ParticipantId("P-9a31"), "ada", "Ada", List.of()),
              List.of(new ParticipantInfo(BOB, "bob", "Bob", List.of(VOICE)))),
          new ServerMessage.Resumed("S-4f1c"),
          new ServerMessage.Answer(1, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"),
          new ServerMessage.Waiting(),
          new ServerMessage.ParticipantJoined(new ParticipantInfo(EVE, "eve", "Eve", List.of())),
          new ServerMessage.ParticipantLeft(EVE, LeaveReason.LEFT),
          new ServerMessage.Batch(
              List.of(
                  new ServerMessage.ParticipantJoined(
                      new ParticipantInfo(EVE, "eve", "Eve", List.of())),
                  new ServerMessage.ParticipantLeft(BOB, LeaveReason.LEFT))),
          new ServerMessage.ParticipantUpdated(
              new ParticipantInfo(
                  EVE,
                  "eve",
                  "Eve",
                  List.of(),
                  new Standing(Grants.ALL, Standing.MODERATOR, "{}", true, ParticipantCaps.NONE))),
          new ServerMessage.ParticipantWaiting(new ParticipantInfo(EVE, "eve", "Eve", List.of())),
          new ServerMessage.WaitingEnded(EVE),
          new ServerMessage.RoomUpdated(
              new RoomSettings(20, RoomSettings.defaultCodecs(), 0)
                  .withPolicy(RoomPolicy.OPEN.withLock(true))),
          new ServerMessage.PublishRefused(
              "1", ErrorCode.TOO_MANY_PUBLISHERS, "The room has its 20 publishers."),
          new ServerMessage.UnmuteRequested(new TrackId("t3")),
          new ServerMessage.Data(BOB, "chat", "Hello, Bob"),
          new ServerMessage.TrackPublished(FRONT),
          new ServerMessage.TrackUnpublished(new TrackId("t4")),
          new ServerMessage.TrackMuted(new TrackId("t4"), true),
          new ServerMessage.PublishLimit(1_500_000, 2_800_000, 5),
          new ServerMessage.PublishLayers(new TrackId("t4"), List.of("q", "h")),
          new ServerMessage.SlotAssigned("3", FRONT),
          new ServerMessage.TrackAvailability(new TrackId("t4"), RoomEvent.UnavailableReason.CODEC),
          new ServerMessage.TrackAvailability(new TrackId("t4"), null),
          new ServerMessage.SlotsWanted(3, 3),
          new ServerMessage.Speakers(List.of(new RoomEvent.Speaker(BOB, -23))),
          new ServerMessage.Media(true),
          RequestFlow.answer("path-1", Signalling.DOWNLINK),
          new ServerMessage.Pong(123456),
          new ServerMessage.Failure(
              ErrorCode.INVALID_SDP, "The offer has no a=ice-ufrag.", "7", false),
          SessionEnd.REMOVED.message());

  private static String page = "";

  private final MessageCodec codec = new MessageCodec(SignallingLimits.DEFAULTS);

  @BeforeAll
  static void readPage() throws IOException {
    page = Files.readString(PAGE);
  }

  private static List<String> examples(String fromHeading, String toHeading) {
    int from = page.indexOf("\n## " + fromHeading);
    int to = page.indexOf("\n## " + toHeading);
    assertThat(from).as(fromHeading).isPositive().isLessThan(to);
    List<String> examples = new ArrayList<>();
    Matcher matcher = EXAMPLE.matcher(page.substring(from, to));
    while (matcher.find()) {
      examples.add(matcher.group(1));
    }
    return examples;
  }

  @Test
  void readsEveryExampleOfAClient() throws Exception {
    List<ClientMessage> read = new ArrayList<>();
    for (String example : examples("From client to server", "From server to client")) {
      read.add(codec.decode(example));
    }
    assertThat(read).containsExactlyElementsOf(CLIENT);
  }

  @Test
  void writesEveryExampleOfTheServer() {
    List<JsonNode> examples =
        examples("From server to client", "Access tokens").stream().map(JSON::readTree).toList();
    List<JsonNode> written = new ArrayList<>();
    for (int i = 0; i < SERVER.size(); i++) {
      long seq = examples.get(i).path("seq").longValue(0);
      // Read back: a number has no width in JSON.
      written.add(JSON.readTree(codec.encode(SERVER.get(i), seq)));
    }
    assertThat(written).containsExactlyElementsOf(examples);
  }

  @Test
  void showsAnExampleOfEveryMessage() {
    assertThat(kinds(CLIENT)).isEqualTo(Set.of(ClientMessage.class.getPermittedSubclasses()));
    assertThat(kinds(SERVER)).isEqualTo(Set.of(ServerMessage.class.getPermittedSubclasses()));
  }

  @Test
  void listsEveryErrorCode() {
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(page).contains("`" + code.wireName() + "`");
    }
  }

  @Test
  void listsEveryReasonToClose() {
    for (SessionEnd end : SessionEnd.values()) {
      assertThat(page).contains("`" + WireNames.of(end) + "`");
    }
  }

  private static Set<Class<?>> kinds(List<?> messages) {
    Set<Class<?>> kinds = new HashSet<>();
    messages.forEach(message -> kinds.add(message.getClass()));
    return kinds;
  }
}
