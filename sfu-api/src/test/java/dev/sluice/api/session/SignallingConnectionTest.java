package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SignallingConnectionTest {
  private final Signalling signalling = new Signalling();

  @Test
  void wantsJoinOrResumeFirst() {
    Client client = signalling.connect();
    client.say(Map.of("type", "ping", "id", "a", "time", 1));
    assertThat(client.lastCode()).isEqualTo("not-joined");
    assertThat(client.channel.last().get("requestId").stringValue()).isEqualTo("a");
    assertThat(client.channel.closeCode()).isZero();
  }

  @Test
  void refusesASecondJoin() {
    Client client = signalling.joined();
    client.say(Map.of("type", "join", "protocol", 1, "room", "other"));
    assertThat(client.lastCode()).isEqualTo("already-joined");
    assertThat(signalling.sfu.commands(RoomCommand.Join.class)).hasSize(1);
  }

  @Test
  void refusesAnotherProtocolForGood() {
    Client client = signalling.connect();
    client.say(Map.of("type", "join", "protocol", 2, "room", "standup"));
    assertThat(client.lastCode()).isEqualTo("unsupported-protocol");
    assertThat(client.channel.closeCode()).isEqualTo(1008);
  }

  @Test
  @Tag("S5")
  void refusesABadTokenAndOneForAnotherRoomForGood() {
    Map<String, String> codes =
        Map.of("junk", "invalid-token", signalling.token("retro", Grants.ALL), "not-permitted");
    codes.forEach(
        (token, code) -> {
          Client client = signalling.connect();
          client.say(Map.of("type", "join", "protocol", 1, "room", "standup", "token", token));
          assertThat(client.lastCode()).isEqualTo(code);
          assertThat(client.channel.closeCode()).isEqualTo(1008);
        });
    assertThat(signalling.sfu.commands()).isEmpty();
  }

  @Test
  void refusesAMessageOverTheLimitForGood() {
    Client client = signalling.joined();
    client.sayRaw("{\"type\":\"ping\",\"pad\":\"" + "x".repeat(64 * 1024) + "\"}");
    assertThat(client.lastCode()).isEqualTo("message-too-large");
    assertThat(client.channel.closeCode()).isEqualTo(1008);
    client.say(Map.of("type", "ping", "time", 1));
    assertThat(client.lastType()).isEqualTo("error");
  }

  @Test
  void countsTheLimitInBytesNotInCharacters() {
    Client client = signalling.joined();
    client.sayRaw("{\"type\":\"ping\",\"time\":1,\"pad\":\"" + "€".repeat(22_000) + "\"}");
    assertThat(client.lastCode()).isEqualTo("message-too-large");
  }

  @Test
  void answersUnreadableMessagesAFewTimesAndThenCloses() {
    Client client = signalling.joined();
    for (int n = 0; n < 5; n++) {
      client.sayRaw("{");
      assertThat(client.channel.last().get("fatal").booleanValue()).isFalse();
    }
    client.connection.onBinary();
    signalling.run();
    assertThat(client.channel.last().get("fatal").booleanValue()).isTrue();
    assertThat(client.channel.closeCode()).isEqualTo(1008);
  }

  @Test
  void dropsMessagesThatComeTooFast() {
    Client client = signalling.joined();
    for (int n = 0; n < 19; n++) {
      client.say(Map.of("type", "ping", "time", n));
    }
    assertThat(client.lastType()).isEqualTo("pong");
    client.say(Map.of("type", "ping", "time", 20));
    assertThat(client.lastCode()).isEqualTo("rate-limited");
    signalling.pass(Duration.ofSeconds(1));
    client.say(Map.of("type", "ping", "time", 21));
    assertThat(client.lastType()).isEqualTo("pong");
  }

  @Test
  void closesASilentSocketAfterFortyFiveSeconds() {
    Client client = signalling.joined();
    signalling.pass(Duration.ofSeconds(44));
    client.say(Map.of("type", "ping", "time", 1));
    signalling.pass(Duration.ofSeconds(44));
    assertThat(client.channel.closeCode()).isZero();
    signalling.pass(Duration.ofSeconds(1));
    assertThat(client.lastCode()).isEqualTo("timeout");
    assertThat(client.channel.closeCode()).isEqualTo(1000);
    assertThat(client.leaves())
        .extracting(RoomCommand.Leave::reason)
        .containsExactly(LeaveReason.SIGNALLING_LOST);
  }

  @Test
  void closesASocketThatNeverJoins() {
    Client client = signalling.connect();
    signalling.pass(Duration.ofSeconds(45));
    assertThat(client.lastCode()).isEqualTo("timeout");
    client.drop();
    assertThat(signalling.service.connections()).isZero();
  }

  @Test
  void takesNoMoreSocketsThanItMay() {
    for (int n = 0; n < 6; n++) {
      signalling.connect();
    }
    assertThat(signalling.service.open(new FakeChannel())).isNull();
  }
}
