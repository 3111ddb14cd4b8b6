package dev.sluice.core.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.sdp.LocalTransport.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C5")
class HostCandidatesTest {

  @Test
  void keepsTheConfiguredOrderAndPrefersUdpWhereverTcpStands() {
    List<Candidate> configured =
        List.of(
            new Candidate("192.0.2.1", 443, true),
            new Candidate("198.51.100.7", 5000, false),
            new Candidate("2001:db8::1", 5000, false),
            new Candidate("192.0.2.1", 444, true));
    List<Attribute> lines = new ArrayList<>();
    HostCandidates.answer(configured, lines);

    assertThat(lines)
        .extracting(Attribute::value)
        .containsExactly(
            "1 1 tcp 2124414975 192.0.2.1 443 typ host tcptype passive",
            "2 1 udp 2130706175 198.51.100.7 5000 typ host",
            "3 1 udp 2130705919 2001:db8::1 5000 typ host",
            "1 1 tcp 2124414207 192.0.2.1 444 typ host tcptype passive",
            "");
    assertThat(lines.getLast().name()).isEqualTo("end-of-candidates");
  }

  @Test
  void givesFallingPrioritiesToAnyNumberOfCandidates() {
    for (int i = 0; i < 1000; i++) {
      assertThat(HostCandidates.priority(false, i))
          .isGreaterThan(HostCandidates.priority(false, i + 1))
          .isGreaterThan(HostCandidates.priority(true, 0));
      assertThat(HostCandidates.priority(true, i))
          .isGreaterThan(HostCandidates.priority(true, i + 1));
    }
  }

  @Test
  void takesTheFirstLiteralUdpAddressAsDefault() {
    Candidate ipv6 = new Candidate("2001:db8::1", 5000, false);
    List<Candidate> configured =
        List.of(
            new Candidate("192.0.2.1", 443, true),
            new Candidate("sfu.example.org", 5000, false),
            new Candidate("999.0.2.1", 5000, false),
            ipv6);

    assertThat(HostCandidates.defaultOf(configured)).isEqualTo(ipv6);
    assertThat(HostCandidates.connection(ipv6)).isEqualTo("IN IP6 2001:db8::1");
    assertThat(HostCandidates.defaultOf(List.of())).isNull();
  }
}
