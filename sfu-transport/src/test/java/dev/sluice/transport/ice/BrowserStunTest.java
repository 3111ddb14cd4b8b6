package dev.sluice.transport.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import dev.sluice.transport.ice.IceGateway.LocalCredentials;
import dev.sluice.transport.ice.IceGateway.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checks of Chromium 156 and Firefox 153, as they came over the wire. */
@Tag("S3")
class BrowserStunTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.77", 54321);

  private final LiteIceGateway<String> gateway = new LiteIceGateway<>(new SecureRandom());

  record Recorded(String browser, String ufrag, String pwd, String clientUfrag, String hex) {
    byte[] datagram() {
      return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
      return browser + " " + hex.substring(16, 40);
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void acceptsTheSignatureOfTheBrowser(Recorded recorded) {
    byte[] d = recorded.datagram();
    int integrity = StunFlyweight.find(d, 0, d.length, StunFlyweight.MESSAGE_INTEGRITY);

    assertThat(StunFlyweight.isWellFormed(d, 0, d.length)).isTrue();
    assertThat(StunFlyweight.endsWithFingerprint(d, 0, d.length)).isTrue();
    assertThat(StunCodec.fingerprintMatches(d, 0, d.length)).isTrue();
    assertThat(StunCodec.integrityMatches(d, 0, integrity, ascii(recorded.pwd()))).isTrue();
    assertThat(StunCodec.integrityMatches(d, 0, integrity, ascii(recorded.pwd() + "x"))).isFalse();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void answersACheckOfThisForm(Recorded recorded) throws Exception {
    LocalCredentials its = gateway.open("peer");
    byte[] check =
        StunMessages.readdress(
            recorded.datagram(), its.ufrag() + ":" + recorded.clientUfrag(), its.pwd());

    Outcome<String> outcome = gateway.handle(check, 0, check.length, REMOTE, 0);

    assertThat(outcome).isInstanceOf(Outcome.Validated.class);
    Outcome.Validated<String> validated = (Outcome.Validated<String>) outcome;
    assertThat(validated.nominated())
        .isEqualTo(StunMessages.attributes(recorded.datagram()).containsKey(0x0025));
    assertThat(StunMessages.isSigned(validated.response(), its.pwd())).isTrue();
    assertThat(StunMessages.mappedAddress(validated.response())).isEqualTo(REMOTE);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void ignoresTheResponsesOfTheBrowser(Recorded recorded) {
    byte[] d = recorded.datagram();

    assertThat(gateway.handle(d, 0, d.length, REMOTE, 0))
        .isEqualTo(new Outcome.Ignored<String>(DropReason.NOT_WANTED));
  }

  static List<Recorded> requests() throws IOException {
    return recorded((byte) 0x00);
  }

  static List<Recorded> responses() throws IOException {
    return recorded((byte) 0x01);
  }

  private static List<Recorded> recorded(byte typeHigh) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(BrowserStunTest.class.getResourceAsStream("browser-stun.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> Arrays.asList(line.split(" ")))
          .map(f -> new Recorded(f.get(0), f.get(1), f.get(2), f.get(3), f.get(4)))
          .filter(recorded -> recorded.datagram()[0] == typeHigh)
          .toList();
    }
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}
