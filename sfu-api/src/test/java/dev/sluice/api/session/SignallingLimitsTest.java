package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Offers;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.ParticipantId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each limit of signalling refuses in words of the protocol, and counts that it did. */
@Tag("S4")
class SignallingLimitsTest {
  private final Signalling signalling = new Signalling();

  private static Map<String, Object> offer(int negotiation, String sdp) {
    return Map.of("type", "offer", "negotiation", negotiation, "sdp", sdp, "tracks", Map.of());
  }

  @Test
  void participantsOfARoom() {
    signalling.sfu.refuse(RefusalCode.ROOM_FULL);
    assertThat(signalling.joined().lastCode()).isEqualTo("room-full");
    assertThat(signalling.hits.of(Limit.PARTICIPANTS)).isEqualTo(1);
  }

  @Test
  void rooms() {
    signalling.sfu.refuse(RefusalCode.TOO_MANY_ROOMS);
    assertThat(signalling.joined().lastCode()).isEqualTo("too-many-rooms");
    assertThat(signalling.hits.of(Limit.ROOMS)).isEqualTo(1);
  }

  @Test
  void load() {
    signalling.sfu.refuse(RefusalCode.OVERLOADED);
    assertThat(signalling.joined().lastCode()).isEqualTo("overloaded");
    assertThat(signalling.hits.of(Limit.LOAD)).isEqualTo(1);
  }

  @Test
  void sockets() {
    for (int n = 0; n < 2 * Signalling.LIMITS.capacity().maxSessions(); n++) {
      signalling.connect();
    }
    assertThat(signalling.service.open(new FakeChannel())).isNull();
    assertThat(signalling.hits.of(Limit.CONNECTIONS)).isEqualTo(1);
  }

  @Test
  void candidatesInAnOffer() {
    Client ada = signalling.joined();
    String candidate = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";
    int max = Signalling.LIMITS.negotiation().maxCandidates();
    String bare = Offers.PUBLISH.replaceAll("a=candidate[^\r]*\r\n", "");
    ada.say(offer(1, bare + candidate.repeat(max)));
    assertThat(ada.lastType()).isEqualTo("answer");
    ada.say(offer(2, bare + candidate.repeat(max + 1)));
    assertThat(ada.lastCode()).isEqualTo("invalid-sdp");
    assertThat(ada.channel.last().get("message").stringValue())
        .isEqualTo("The offer has 5 candidates; at most 4 are allowed.");
    assertThat(signalling.hits.of(Limit.OFFER_SIZE)).isEqualTo(1);
    assertThat(signalling.sfu.commands(RoomCommand.ApplyNegotiation.class)).hasSize(1);
  }

  @Test
  void candidatesAfterAnOffer() {
    Client ada = signalling.joined();
    ada.say(offer(1, Offers.PUBLISH));
    Map<String, Object> candidate = Map.of("type", "candidate", "candidate", "", "mid", "0");
    for (int n = 0; n < Signalling.LIMITS.negotiation().maxCandidates(); n++) {
      ada.say(candidate);
    }
    assertThat(ada.lastType()).isEqualTo("answer");
    ada.say(candidate);
    assertThat(ada.lastCode()).isEqualTo("rate-limited");
    assertThat(signalling.hits.of(Limit.CANDIDATES)).isEqualTo(1);
    ada.say(offer(2, Offers.PUBLISH));
    ada.say(candidate);
    assertThat(ada.lastType()).as("each offer has its own").isEqualTo("answer");
  }

  @Test
  void messagesASecond() {
    Client ada = signalling.joined();
    for (int n = 0; n < Signalling.LIMITS.traffic().messageBurst(); n++) {
      ada.say(Map.of("type", "ping", "time", n));
    }
    assertThat(ada.lastCode()).isEqualTo("rate-limited");
    assertThat(signalling.hits.of(Limit.MESSAGE_RATE)).isEqualTo(1);
    assertThat(ada.channel.closeCode()).isZero();
  }

  @Test
  void faults() {
    Client ada = signalling.joined();
    for (int n = 0; n <= Signalling.LIMITS.traffic().toleratedFaults(); n++) {
      ada.sayRaw("{");
    }
    assertThat(ada.channel.last().get("fatal").booleanValue()).isTrue();
    assertThat(ada.channel.closeCode()).isEqualTo(1008);
    assertThat(signalling.hits.of(Limit.FAULTS)).isEqualTo(1);
  }

  @Test
  void messagesThatWaitForAClient() {
    Client ada = signalling.joined();
    ParticipantId self = ada.participant();
    // The tasks do not run: as if the first write were stuck.
    for (int n = 0; n <= Signalling.LIMITS.capacity().bufferedMessages(); n++) {
      signalling.sfu.tell(self, new RoomEvent.SlotsWanted(n, n));
    }
    signalling.pass(Duration.ofSeconds(1));
    assertThat(ada.channel.closeCode()).isEqualTo(1013);
    assertThat(signalling.hits.of(Limit.OUTBOUND_QUEUE)).isEqualTo(1);
  }
}
