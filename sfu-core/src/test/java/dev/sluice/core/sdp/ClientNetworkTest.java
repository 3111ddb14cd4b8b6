package dev.sluice.core.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.sdp.LocalTransport.Candidate;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("C5")
class ClientNetworkTest {
  private static byte[] address(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static ClientNetwork network(String hex, int bits) {
    return new ClientNetwork(address(hex), bits);
  }

  @ParameterizedTest(name = "{2} in {0}/{1}: {3}")
  @CsvSource({
    "0a000000, 8, 0affffff, true",
    "0a000000, 8, 0b000000, false",
    "c0a80180, 25, c0a801ff, true",
    "c0a80180, 25, c0a8017f, false",
    "c0a801ff, 25, c0a80180, true",
    "cb007107, 32, cb007107, true",
    "cb007107, 32, cb007106, false",
    "00000000, 0, ffffffff, true",
    "20010db8000000000000000000000000, 32, 20010db8ffffffffffffffffffffffff, true",
    "20010db8000000000000000000000000, 33, 20010db8ffffffffffffffffffffffff, false",
    "00000000000000000000000000000000, 0, 0a000001, false",
    "00000000, 0, 20010db8000000000000000000000001, false"
  })
  void holdsTheAddressesThatShareItsPrefix(String net, int bits, String client, boolean inside) {
    assertThat(network(net, bits).contains(address(client))).isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 33})
  void refusesAPrefixThatIsLongerThanTheAddressOrNegative(int bits) {
    assertThatThrownBy(() -> network("0a000000", bits))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatIsNoAddress() {
    assertThatThrownBy(() -> network("0a00", 8)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isEqualToTheSameBlockHoweverItIsWritten() {
    assertThat(network("0a010203", 8))
        .isEqualTo(network("0a000000", 8))
        .hasSameHashCodeAs(network("0a000000", 8))
        .isNotEqualTo(network("0a000000", 9))
        .hasToString("10.0.0.0/8");
    assertThat(network("20010db8000000000000000000000000", 32))
        .hasToString("2001:db8:0:0:0:0:0:0/32");
  }

  @Test
  void givesAClientTheCandidatesOfItsOwnNetworkAloneAndOthersThoseOfEveryone() {
    Candidate inner = new Candidate("10.0.0.5", 10_000, false, List.of(network("0a000000", 8)));
    Candidate outer = new Candidate("203.0.113.7", 10_000, false);
    Candidate both =
        new Candidate(
            "192.0.2.1", 443, true, List.of(network("c0000200", 24), network("0a010000", 16)));
    Candidate named = new Candidate("sfu.example.org", 10_000, false);
    LocalTransport transport =
        new LocalTransport(
            "ufra",
            "p".repeat(22),
            SdpFixtures.LOCAL.fingerprint(),
            List.of(outer, inner, both, named));

    assertThat(transport.forClient(address("0a020001")).candidates()).containsExactly(inner);
    assertThat(transport.forClient(address("0a010001")).candidates()).containsExactly(inner, both);
    assertThat(transport.forClient(address("c0000209")).candidates()).containsExactly(both);
    assertThat(transport.forClient(address("cb007101")).candidates()).containsExactly(outer, named);
    assertThat(transport.forClient(null).candidates()).containsExactly(outer, named);
  }
}
