package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.auth.Ban;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A session whose participant is taken to another room. */
@Tag("M7")
class MovedSessionTest {
  private static final RoomId STANDUP = new RoomId("standup");
  private static final RoomId BREAKOUT = new RoomId("breakout");
  private static final ParticipantInfo BOB =
      new ParticipantInfo(new ParticipantId("P-7"), "bob", "Bob", List.of());
  private static final Map<String, ?> HAND = Map.of("type", "raiseHand", "raised", true);

  private final Signalling signalling = new Signalling();

  /** Of the last move. */
  private CompletableFuture<MoveOutcome> outcome = new CompletableFuture<>();

  /** The media side takes the participant over. */
  private void arrive(Client client, CompletableFuture<MoveOutcome> answer) {
    ParticipantId self = client.participant();
    signalling.sfu.tell(
        self,
        new RoomEvent.Moved(
            BREAKOUT,
            new ParticipantInfo(
                self, "ada", "Ada", List.of(Signalling.track("t7", self, MediaKind.AUDIO))),
            List.of(BOB)));
    answer.complete(new MoveOutcome.Moved());
    signalling.run();
  }

  private void move(Client client) {
    outcome =
        signalling
            .service
            .move(new PeerKey(STANDUP, client.participant()), BREAKOUT)
            .toCompletableFuture();
    signalling.run();
  }

  private List<RoomId> rooms() {
    return signalling.sfu.commands(RoomCommand.RaiseHand.class).stream()
        .map(RoomCommand.RaiseHand::room)
        .toList();
  }

  @Test
  void tellsTheClientWhereItIsAndCommandsThereFromThenOn() {
    signalling.sfu.setUp(
        BREAKOUT, new RoomSettings(9, RoomSettings.defaultCodecs(), 0).withLock(true));
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    assertThat(outcome).isNotDone();

    arrive(ada, answer);

    assertThat(outcome).isCompletedWithValue(new MoveOutcome.Moved());
    var said = ada.channel.received();
    var moved = said.get(said.size() - 2);
    assertThat(moved.get("type").stringValue()).isEqualTo("moved");
    assertThat(moved.get("room").stringValue()).isEqualTo("breakout");
    assertThat(moved.at("/participant/tracks/0/id").stringValue()).isEqualTo("t7");
    assertThat(moved.at("/participants/0/identity").stringValue()).isEqualTo("bob");
    assertThat(ada.channel.last().get("locked").booleanValue()).isTrue();
    ada.say(Map.of("type", "mute", "track", "t7", "muted", true));
    assertThat(signalling.sfu.last(RoomCommand.SetTrackMuted.class).room()).isEqualTo(BREAKOUT);
    ada.say(Map.of("type", "mute", "track", "t1", "muted", true));
    assertThat(ada.lastCode()).isEqualTo("unknown-track");
  }

  @Test
  void whatTheClientSaysOnTheWayIsForTheNewRoom() {
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    ada.say(HAND);
    ada.say(Map.of("type", "ping", "time", 1));
    assertThat(rooms()).isEmpty();

    arrive(ada, answer);

    assertThat(rooms()).containsExactly(BREAKOUT);
    assertThat(ada.lastType()).isEqualTo("pong");
  }

  @Test
  void afterARefusalAllIsAsBefore() {
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    ada.say(HAND);
    MoveOutcome refusal = new MoveOutcome.Refused(RefusalCode.ROOM_FULL, "Full.");

    answer.complete(refusal);
    signalling.run();

    assertThat(outcome).isCompletedWithValue(refusal);
    assertThat(rooms()).containsExactly(STANDUP);
    assertThat(ada.channel.received())
        .noneMatch(message -> message.get("type").stringValue().equals("moved"));
  }

  @Test
  void aFailureOfTheMediaSideDoesNotHoldTheClientBack() {
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    ada.say(HAND);
    answer.completeExceptionally(new IllegalStateException("overloaded"));
    signalling.run();
    assertThat(outcome).isCompletedExceptionally();
    assertThat(rooms()).containsExactly(STANDUP);
  }

  @Test
  void oneMoveAtATime() {
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    move(ada);
    assertThat(outcome).isCompletedWithValue(new MoveOutcome.Unknown());
    arrive(ada, answer);
    assertThat(signalling.sfu.moves()).hasSize(1);
  }

  @Test
  void aSessionThatEndsOnTheWayLeavesTheRoomThatItComesTo() {
    Client ada = signalling.joined();
    ParticipantId self = ada.participant();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    ada.drop();
    signalling.pass(Duration.ofSeconds(60));
    assertThat(ada.leaves()).extracting(RoomCommand.Leave::room).containsExactly(STANDUP);

    signalling.sfu.tell(
        self,
        new RoomEvent.Moved(BREAKOUT, new ParticipantInfo(self, "ada", "", List.of()), List.of()));
    answer.complete(new MoveOutcome.Moved());
    signalling.run();

    assertThat(ada.leaves()).extracting(RoomCommand.Leave::room).endsWith(BREAKOUT);
  }

  @Test
  void goesOnInTheNewRoomAfterAResume() {
    Client ada = signalling.joined();
    Map<String, Object> resume = ada.resumeMessage(1);
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    ada.drop();
    arrive(ada, answer);

    Client again = signalling.connect();
    again.say(resume);

    assertThat(again.channel.received())
        .extracting(message -> message.get("type").stringValue())
        .containsExactly("moved", "resumed");
    again.say(HAND);
    assertThat(rooms()).containsExactly(BREAKOUT);
  }

  @Test
  void whoIsBannedFromTheNewRoomMeanwhileGoes() {
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    signalling
        .service
        .admission()
        .bans()
        .add(Ban.Kind.IDENTITY, "ada", "breakout", Duration.ofMinutes(1));

    arrive(ada, answer);

    assertThat(ada.lastType()).isEqualTo("closed");
    assertThat(ada.leaves())
        .containsExactly(new RoomCommand.Leave(BREAKOUT, ada.participant(), LeaveReason.BANNED));
  }

  @Test
  void whoIsRemovedFromTheNewRoomWhileItsSocketIsGoneDoesNotComeBackByAResume() {
    Client ada = signalling.joined();
    Map<String, Object> resume = ada.resumeMessage(1);
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    move(ada);
    arrive(ada, answer);
    ada.drop();
    ada.hear(new RoomEvent.Removed(LeaveReason.REMOVED));

    Client again = signalling.connect();
    again.say(resume);

    assertThat(again.lastCode()).isEqualTo("session-unknown");
    assertThat(again.channel.last().get("fatal").booleanValue()).isTrue();
  }
}
