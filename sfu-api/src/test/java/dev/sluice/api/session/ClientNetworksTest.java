package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Offers;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.sdp.ClientNetwork;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which of the server's addresses an answer names to whom. */
@Tag("C5")
class ClientNetworksTest {
  private static final Candidate INNER =
      new Candidate(
          "10.0.0.5", 10_000, false, List.of(new ClientNetwork(new byte[] {10, 0, 0, 0}, 8)));
  private static final Candidate OUTER = new Candidate("203.0.113.7", 10_000, false);

  private final Signalling signalling = new Signalling();

  @BeforeEach
  void advertise() {
    signalling.sfu.advertise(OUTER, INNER);
  }

  @Test
  void namesToAClientTheAddressOfItsNetwork() {
    assertThat(answerTo(signalling.joinedFrom("10.1.2.3"), 1))
        .contains(" 10.0.0.5 10000 typ host")
        .doesNotContain("203.0.113.7");
    assertThat(answerTo(signalling.joinedFrom("2001:db8::1"), 1))
        .contains(" 203.0.113.7 10000 typ host")
        .doesNotContain("10.0.0.5");
    assertThat(answerTo(signalling.joined(), 1)).doesNotContain("10.0.0.5");
  }

  @Test
  void followsAClientThatResumesFromAnotherNetwork() {
    Client before = signalling.joinedFrom("198.51.100.1");
    assertThat(answerTo(before, 1)).contains("203.0.113.7");
    before.drop();

    Client after = signalling.connectFrom("10.1.2.3");
    after.say(before.resumeMessage(2));

    assertThat(answerTo(after, 2)).contains("10.0.0.5").doesNotContain("203.0.113.7");
  }

  private static String answerTo(Client client, long negotiation) {
    client.say(
        Map.of(
            "type",
            "offer",
            "negotiation",
            negotiation,
            "sdp",
            Offers.PUBLISH,
            "tracks",
            Map.of()));
    assertThat(client.lastType()).isEqualTo("answer");
    return client.channel.last().get("sdp").stringValue();
  }
}
