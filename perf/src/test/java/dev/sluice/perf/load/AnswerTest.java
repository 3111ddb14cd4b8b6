package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private static final String ANSWER =
      """
      v=0
      a=ice-ufrag:abcd
      a=ice-pwd:0123456789012345678901
      a=fingerprint:sha-256 AA:BB
      a=setup:passive
      a=candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype passive
      a=candidate:2 1 udp 9 2001:db8::1 10000 typ host
      a=candidate:3 1 UDP 8 192.0.2.1 10000 typ host
      a=candidate:4 1 udp 7 192.0.2.2 10000 typ host
      a=ssrc-group:FID 4294967295 7
      """;

  @Test
  void takesTheFirstUdpCandidateWithAnIpv4Address() {
    Answer answer = Answer.parse(ANSWER);

    assertThat(answer.candidate()).isEqualTo(new InetSocketAddress("192.0.2.1", 10_000));
    assertThat(answer.ufrag()).isEqualTo("abcd");
    assertThat(answer.fingerprint()).isEqualTo("AA:BB");
  }

  @Test
  void knowsWhichStreamARetransmissionBelongsTo() {
    assertThat(Answer.parse(ANSWER).rtxOf()).isEqualTo(Map.of(7, -1));
  }

  @Test
  void saysWhyThereIsNoWay() {
    assertThatThrownBy(() -> Answer.parse("v=0\r\n")).hasMessageContaining("ICE");
    assertThatThrownBy(() -> Answer.parse(ANSWER.replace("UDP", "x").replace("udp", "x")))
        .hasMessageContaining("IPv4");
    assertThatThrownBy(() -> Answer.parse(ANSWER.replace("passive\n", "active\n")))
        .hasMessageContaining("DTLS client");
  }
}
