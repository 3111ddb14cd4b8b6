package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.session.SignallingLimits;
import dev.sluice.app.SluiceProperties.Mode;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.room.UpstreamSuspension;
import dev.sluice.core.sdp.ClientNetwork;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.transport.tcp.TcpLimits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class SluicePropertiesTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static SluiceProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("sluice", SluiceProperties.class);
  }

  private static Map<String, String> development(String key, String value) {
    return Map.of("sluice.mode", "development", key, value);
  }

  @Test
  void hasTheDocumentedDefaults() {
    SluiceProperties properties = bind(Map.of("sluice.mode", "development"));
    assertThat(properties.media())
        .isEqualTo(
            new SluiceProperties.Media(
                10000,
                null,
                "0.0.0.0",
                List.of(),
                0,
                300,
                false,
                256,
                400,
                800,
                50,
                true,
                Duration.ofSeconds(1),
                List.of(SrtpProfile.values()),
                SluiceProperties.Family.IPV4,
                new TcpProperties(4096, 128, DataSize.ofKilobytes(256)),
                CipherPreference.AUTO,
                false,
                UpstreamSuspension.LAYERS));
    assertThat(properties.media().tcp().toLimits()).isEqualTo(TcpLimits.DEFAULT);
    assertThat(properties.signalling().toLimits()).isEqualTo(SignallingLimits.DEFAULTS);
    assertThat(properties.http().allowedOrigins()).containsExactly("*");
    assertThat(properties.iceServers()).isEmpty();
  }

  @Test
  @Tag("R6")
  void roomsTakeTheSettingsOfWhatTheyForward() {
    RoomLimits limits = MediaConfiguration.roomLimits(bind(Map.of("sluice.mode", "development")));
    assertThat(limits.forwardPlayoutDelay()).isFalse();
    assertThat(limits.keyframeReplayNanos()).isEqualTo(1_000_000_000);
    assertThat(
            MediaConfiguration.roomLimits(
                    bind(development("sluice.media.forward-playout-delay", "true")))
                .forwardPlayoutDelay())
        .isTrue();
  }

  @Test
  @Tag("B6")
  void roomsAskPublishersToLeaveOutWhatTheSettingSays() {
    assertThat(
            MediaConfiguration.roomLimits(bind(Map.of("sluice.mode", "development"))).suspension())
        .isEqualTo(UpstreamSuspension.LAYERS);
    for (UpstreamSuspension mode : UpstreamSuspension.values()) {
      String value = mode.name().toLowerCase(Locale.ROOT);
      assertThat(
              MediaConfiguration.roomLimits(
                      bind(development("sluice.media.upstream-suspension", value)))
                  .suspension())
          .isEqualTo(mode);
    }
  }

  @Test
  void isForProductionUnlessTold() {
    assertThat(bind(Map.of("sluice.auth.keys.app", SECRET)).mode()).isEqualTo(Mode.PRODUCTION);
  }

  @Test
  void refusesProductionWithoutKeys() {
    assertThatThrownBy(() -> bind(Map.of()))
        .hasRootCauseInstanceOf(ConfigurationException.class)
        .rootCause()
        .hasMessage(
            "Production mode needs at least one key for access tokens, and sluice.auth.keys has"
                + " none.");
  }

  @Test
  @Tag("S5")
  void takesAKeySetInsteadOfKeys() {
    assertThat(bind(Map.of("sluice.auth.jwks-file", "keys.json")).auth().hasKeys()).isTrue();
    SluiceProperties.Auth auth =
        bind(Map.of("sluice.auth.jwks-url", "https://login.example.org/keys")).auth();
    assertThat(auth.jwksUrl()).hasHost("login.example.org");
    assertThat(auth.hasKeys()).isTrue();
  }

  @Test
  @Tag("S5")
  void doesNotStartWithAKeySetFileThatItCannotUse() {
    SluiceProperties.Auth auth = bind(Map.of("sluice.auth.jwks-file", "no-such.json")).auth();
    assertThatThrownBy(() -> new KeySets(auth, () -> 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("sluice.auth.jwks-file is \"no-such.json\"");
  }

  @Test
  void refusesAPlaintextCaptureInProduction() {
    assertThatThrownBy(
            () ->
                bind(
                    Map.of(
                        "sluice.auth.keys.app",
                        SECRET,
                        "sluice.development.plaintext-capture",
                        "out.pcap")))
        .rootCause()
        .hasMessageContaining("plaintext-capture");
    assertThat(
            bind(development("sluice.development.plaintext-capture", "out.pcap"))
                .development()
                .plaintextCapture())
        .isEqualTo("out.pcap");
  }

  @Test
  void refusesAWeakKeyInEveryModeWithoutShowingIt() {
    assertThatThrownBy(() -> bind(development("sluice.auth.keys.app", "changeme")))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("\"app\"")
        .hasMessageContaining("32")
        .hasMessageNotContaining("changeme");
  }

  @Test
  void neverPrintsSecrets() {
    Map<String, String> settings = new HashMap<>();
    settings.put("sluice.auth.keys.app", SECRET);
    settings.put("sluice.ice-servers[0].urls", "turn:turn.example.org");
    settings.put("sluice.ice-servers[0].username", "user");
    settings.put("sluice.ice-servers[0].credential", "turn-password");
    SluiceProperties properties = bind(settings);
    assertThat(properties.iceServers().getFirst().credential()).isEqualTo("turn-password");
    assertThat(properties.toString()).doesNotContain(SECRET, "turn-password").contains("app");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, 0",
    "192.0.2.1:443, 192.0.2.1, 443",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1, 0",
    "[2001:db8::1]:443, 2001:db8:0:0:0:0:0:1, 443",
    "[2001:db8::1], 2001:db8:0:0:0:0:0:1, 0",
    "sfu.example.org, sfu.example.org, 0",
    "sfu-1.example.org.:443, sfu-1.example.org., 443",
    "localhost, localhost, 0"
  })
  @Tag("C5")
  void readsAdvertisedAddresses(String text, String address, int port) {
    assertThat(bind(development("sluice.media.advertised-addresses", text)).media().advertised())
        .containsExactly(new AdvertisedAddress(address, port, List.of()));
  }

  @Test
  @Tag("C5")
  void readsForWhomAnAddressIsAndKeepsTheOrder() {
    String list =
        "203.0.113.7:443, 10.0.0.5 for 10.0.0.0/8 fd00::/8, sfu.example.org:444 for 192.0.2.0/24";

    assertThat(bind(development("sluice.media.advertised-addresses", list)).media().advertised())
        .containsExactly(
            new AdvertisedAddress("203.0.113.7", 443, List.of()),
            new AdvertisedAddress(
                "10.0.0.5", 0, List.of(network("10.0.0.0", 8), network("fd00::", 8))),
            new AdvertisedAddress("sfu.example.org", 444, List.of(network("192.0.2.0", 24))));
  }

  private static ClientNetwork network(String address, int prefixBits) {
    return new ClientNetwork(InetAddress.ofLiteral(address).getAddress(), prefixBits);
  }

  @Test
  @Tag("S1")
  void readsSrtpProfilesInTheirOrderHoweverTheyAreWritten() {
    String list = "aes128-cm-hmac-sha1-80, AEAD_AES_256_GCM";

    assertThat(bind(development("sluice.media.srtp-profiles", list)).media().srtpProfiles())
        .containsExactly(SrtpProfile.AES128_CM_HMAC_SHA1_80, SrtpProfile.AEAD_AES_256_GCM);
  }

  @Test
  @Tag("S1")
  void refusesAnSrtpProfileThatThereIsNot() {
    assertThatThrownBy(
            () -> bind(development("sluice.media.srtp-profiles", "AES128_CM_HMAC_SHA1_32")))
        .hasStackTraceContaining("AES128_CM_HMAC_SHA1_32");
  }

  @ParameterizedTest
  @CsvSource({
    "sluice.media.advertised-addresses, 999.0.2.1, advertised-addresses",
    "sluice.media.advertised-addresses, -a.example.org, advertised-addresses",
    "sluice.media.advertised-addresses, [example.org], advertised-addresses",
    "sluice.media.advertised-addresses, 10.0.0.5 for, advertised-addresses",
    "sluice.media.advertised-addresses, 10.0.0.5 for 10.0.0.0, advertised-addresses",
    "sluice.media.advertised-addresses, 10.0.0.5 for 10.0.0.0/33, advertised-addresses",
    "sluice.media.advertised-addresses, 10.0.0.5 for 10.0.0.0/x, advertised-addresses",
    "sluice.media.advertised-addresses, 10.0.0.5 for a.org/8, advertised-addresses",
    "sluice.media.advertised-addresses, 10.0.0.5 for 10.0.0.0/8, no address",
    "sluice.media.srtp-profiles, '', srtp-profiles is empty",
    "sluice.media.srtp-profiles, 'AEAD_AES_128_GCM,AEAD_AES_128_GCM', srtp-profiles is empty",
    "sluice.media.advertised-addresses, 192.0.2.1:, advertised-addresses",
    "sluice.media.advertised-addresses, 192.0.2.1:70000, advertised-addresses",
    "sluice.media.advertised-addresses, [2001:db8::1]x, advertised-addresses",
    "sluice.media.advertised-addresses, [2001:db8::1, advertised-addresses",
    "sluice.media.advertised-addresses, 0.0.0.0, advertised-addresses",
    "sluice.media.advertised-addresses, 224.0.0.1, advertised-addresses",
    "sluice.auth.jwks-url, http://login.example.org/keys, sluice.auth.jwks-url",
    "sluice.auth.jwks-refresh, 0s, sluice.auth.jwks-refresh",
    "sluice.auth.jwks-stale, 25h, sluice.auth.jwks-stale",
    "sluice.auth.clock-skew, 6m, sluice.auth.clock-skew",
    "sluice.auth.clock-skew, -1s, sluice.auth.clock-skew",
    "sluice.media.port, 70000, sluice.media.port is 70000",
    "sluice.media.tcp-port, 70000, sluice.media.tcp-port is 70000",
    "sluice.media.tcp.max-connections, 0, sluice.media.tcp.max-connections is 0",
    "sluice.media.tcp.queue-size, 1KB, sluice.media.tcp.queue-size is 1024",
    "sluice.media.workers, -1, sluice.media.workers is -1",
    "sluice.media.subscribers-per-worker, -1, sluice.media.subscribers-per-worker is -1",
    "sluice.signalling.max-message, 1GB, sluice.signalling.max-message",
    "sluice.signalling.resume-timeout, 0s, sluice.signalling.resume-timeout",
    "sluice.signalling.silence-timeout, 48h, sluice.signalling.silence-timeout",
    "sluice.rooms.max-participants, 0, sluice.rooms.max-participants is 0",
    "sluice.ice-servers[0].urls, http://example.org, ice-servers",
    "sluice.ice-servers[0].urls, stun:a>;x, ice-servers"
  })
  void refusesWithASentence(String key, String value, String part) {
    assertThatThrownBy(() -> bind(development(key, value)))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(part)
        .hasMessageEndingWith(".");
  }
}
