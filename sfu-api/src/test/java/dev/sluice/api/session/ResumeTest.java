package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Tag("G5")
class ResumeTest {
  private final Signalling signalling = new Signalling();
  private final Client ada = signalling.joined();

  private Client resume(Map<String, ?> message) {
    Client again = signalling.connect();
    again.say(message);
    return again;
  }

  private void hearWhileAway(int events) {
    ParticipantId self = ada.participant();
    for (int n = 1; n <= events; n++) {
      signalling.sfu.tell(self, new RoomEvent.SlotsWanted(n, n));
      signalling.run();
    }
  }

  @Test
  void sendsWhatWasMissedAndThenGoesOnInTheSameNumbers() {
    ada.hear(new RoomEvent.MediaStateChanged(true));
    ada.drop();
    hearWhileAway(2);
    Client again = resume(ada.resumeMessage(1));
    assertThat(again.channel.types())
        .containsExactly("media", "slotsWanted", "slotsWanted", "resumed");
    assertThat(again.channel.seqs()).containsExactly(2L, 3L, 4L, 5L);
    again.say(Map.of("type", "ping", "time", 7));
    assertThat(again.channel.seqs().getLast()).isEqualTo(6);
    assertThat(ada.leaves()).as("media never stopped").isEmpty();
    signalling.pass(Duration.ofSeconds(40));
    assertThat(ada.leaves()).as("the old deadline is off").isEmpty();
  }

  @Test
  @Tag("B6")
  void whatAPublisherIsToSendReachesItWhenItIsBack() {
    ada.drop();
    TrackId camera = new TrackId("t1");
    signalling.sfu.tell(
        ada.participant(), new RoomEvent.LayersWanted(camera, List.of("q", "h", "f")));
    signalling.sfu.tell(
        ada.participant(),
        new RoomEvent.TrackAvailability(camera, RoomEvent.UnavailableReason.RESUMING));
    signalling.run();
    Client again = resume(ada.resumeMessage(1));
    assertThat(again.channel.types())
        .containsExactly("publishLayers", "trackAvailability", "resumed");
    JsonNode layers = again.channel.received().getFirst();
    assertThat(layers.get("track").stringValue()).isEqualTo("t1");
    assertThat(layers.get("active").values())
        .extracting(JsonNode::stringValue)
        .containsExactly("q", "h", "f");
    assertThat(again.channel.received().get(1).get("reason").stringValue()).isEqualTo("resuming");
  }

  @Test
  void keepsWhatABrokenSocketCouldNotTake() {
    ada.channel.breakDown();
    ada.hear(new RoomEvent.MediaStateChanged(true));
    ada.drop();
    assertThat(resume(ada.resumeMessage(1)).channel.types()).containsExactly("media", "resumed");
  }

  @Test
  void leavesTwentySecondsAfterTheSocketDropped() {
    ada.drop();
    signalling.pass(Duration.ofSeconds(19));
    assertThat(ada.leaves()).isEmpty();
    signalling.pass(Duration.ofSeconds(2));
    assertThat(ada.leaves())
        .extracting(RoomCommand.Leave::reason)
        .containsExactly(LeaveReason.SIGNALLING_LOST);
    Client late = resume(ada.resumeMessage(1));
    assertThat(late.lastCode()).isEqualTo("session-unknown");
    assertThat(late.channel.closeCode()).isEqualTo(1008);
  }

  @Test
  void refusesAWrongTokenLikeAnUnknownSessionAndKeepsTheSession() {
    Map<String, Object> wrong = new HashMap<>(ada.resumeMessage(1));
    wrong.put("resumeToken", "q7Jb1ZkOQ0mXyT2c");
    Client thief = resume(wrong);
    Map<String, Object> unknown = new HashMap<>(ada.resumeMessage(1));
    unknown.put("session", "S-0000");
    Client lost = resume(unknown);
    assertThat(thief.lastCode()).isEqualTo("session-unknown");
    assertThat(thief.channel.received()).isEqualTo(lost.channel.received());
    ada.say(Map.of("type", "ping", "time", 1));
    assertThat(ada.lastType()).isEqualTo("pong");
  }

  @Test
  void replacesASocketThatIsStillThere() {
    Client again = resume(ada.resumeMessage(1));
    assertThat(ada.lastType()).isEqualTo("closed");
    assertThat(ada.lastCode()).isEqualTo("replaced");
    assertThat(ada.channel.last().has("seq")).as("the session goes on without it").isFalse();
    assertThat(ada.channel.closeCode()).isEqualTo(1000);
    ada.drop();
    again.say(Map.of("type", "ping", "time", 1));
    assertThat(again.channel.types()).containsExactly("resumed", "pong");
    signalling.pass(Duration.ofSeconds(31));
    assertThat(ada.leaves()).as("the old socket's end means nothing").isEmpty();
  }

  @Test
  void endsASessionWhoseMissedMessagesAreGone() {
    ada.drop();
    hearWhileAway(Signalling.LIMITS.capacity().bufferedMessages() + 1);
    Client again = resume(ada.resumeMessage(1));
    assertThat(again.channel.types()).containsExactly("error");
    assertThat(again.lastCode()).isEqualTo("session-unknown");
    assertThat(ada.leaves()).as("no ghost stays in the room").hasSize(1);
  }

  @Test
  void keepsExactlyAsManyAsItSays() {
    ada.drop();
    hearWhileAway(Signalling.LIMITS.capacity().bufferedMessages());
    assertThat(resume(ada.resumeMessage(1)).channel.types())
        .hasSize(Signalling.LIMITS.capacity().bufferedMessages() + 1)
        .endsWith("resumed");
  }

  @Test
  void doesNotKnowANumberThatWasNeverGiven() {
    ada.drop();
    assertThat(resume(ada.resumeMessage(99)).lastCode()).isEqualTo("session-unknown");
  }

  @Test
  void resumesTwentyTimesAndStaysOneParticipant() {
    Client current = ada;
    long lastSeq = 1;
    for (int n = 0; n < 20; n++) {
      current.drop();
      current = resume(ada.resumeMessage(lastSeq));
      lastSeq = current.channel.seqs().getLast();
    }
    assertThat(signalling.sfu.commands(RoomCommand.Join.class)).hasSize(1);
    assertThat(ada.leaves()).isEmpty();
    assertThat(signalling.registry.signallingSessions()).isEqualTo(1);
  }

  @Test
  void endsAtOnceWhenTheSocketDropsBeforeJoinedWasSaid() {
    Signalling fresh = new Signalling();
    fresh.sfu.fallSilent();
    Client eve = fresh.joined();
    eve.drop();
    assertThat(eve.leaves()).hasSize(1);
  }
}
