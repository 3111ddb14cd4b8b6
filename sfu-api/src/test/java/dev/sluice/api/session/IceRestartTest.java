package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Offers;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.RoomCommand;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which ICE credentials an answer names when the client restarts ICE, and when it does not. */
@Tag("C7")
class IceRestartTest {
  private final Signalling signalling = new Signalling();
  private final Client ada = signalling.joined();
  private long negotiation;

  private String answerTo(String offer) {
    ada.say(Map.of("type", "offer", "negotiation", ++negotiation, "sdp", offer));
    assertThat(ada.lastType()).isEqualTo("answer");
    return ada.channel.last().get("sdp").stringValue();
  }

  private static String restarted(String offer, String ufrag) {
    return offer.replaceAll("a=ice-ufrag:[^\r]*", "a=ice-ufrag:" + ufrag);
  }

  private static List<String> linesOf(String sdp, String attribute) {
    return sdp.lines().filter(line -> line.startsWith("a=" + attribute)).distinct().toList();
  }

  @Test
  void answersARestartWithNewCredentialsAndLeavesAllElseAsItWas() {
    String before = answerTo(Offers.PLAY);
    String after = answerTo(restarted(Offers.PLAY, "next"));
    assertThat(linesOf(before, "ice-ufrag")).containsExactly("a=ice-ufrag:abcd");
    assertThat(linesOf(after, "ice-ufrag")).containsExactly("a=ice-ufrag:restart1");
    assertThat(linesOf(after, "fingerprint")).isEqualTo(linesOf(before, "fingerprint"));
    assertThat(linesOf(after, "ssrc")).isNotEmpty().isEqualTo(linesOf(before, "ssrc"));
    assertThat(signalling.sfu.transports()).as("the peer has one transport").isOne();
  }

  @Test
  void staysWithTheNewCredentialsUntilTheNextRestart() {
    answerTo(Offers.PLAY);
    String restarted = restarted(Offers.PLAY, "next");
    answerTo(restarted);
    assertThat(linesOf(answerTo(restarted), "ice-ufrag")).containsExactly("a=ice-ufrag:restart1");
    assertThat(linesOf(answerTo(restarted(Offers.PLAY, "third")), "ice-ufrag"))
        .containsExactly("a=ice-ufrag:restart2");
  }

  @Test
  void staysWithTheOldCredentialsWhenTheRestartIsRefused() {
    answerTo(Offers.PLAY);
    String moved =
        Offers.PLAY.replace("BUNDLE 0 1", "BUNDLE 7 1").replace("a=mid:0\r\n", "a=mid:7\r\n");
    ada.say(
        Map.of("type", "offer", "negotiation", negotiation + 1, "sdp", restarted(moved, "next")));
    assertThat(ada.lastCode()).isEqualTo("invalid-sdp");
    assertThat(linesOf(answerTo(Offers.PLAY), "ice-ufrag")).containsExactly("a=ice-ufrag:abcd");
    assertThat(signalling.sfu.commands(RoomCommand.ApplyNegotiation.class)).hasSize(2);
  }
}
