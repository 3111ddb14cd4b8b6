package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.transport.udp.UdpBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Each mistake that is seeded here is found and explained, and nothing that is right is. */
@Tag("A5")
class DoctorTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String GOOD_KEY =
      "9f2c4e8a1b7d3f605c8e9a2b4d6f7081a3c5e7092b4d6f8ea1c3b5d7f9082a4c";

  private final Map<String, String> settings = new HashMap<>();
  private final int mediaPort = freePort();
  private final int httpPort = freePort();

  DoctorTest() throws IOException {
    settings.put("sluice.mode", "production");
    settings.put("sluice.auth.keys.app", GOOD_KEY);
    settings.put("sluice.media.port", String.valueOf(mediaPort));
    settings.put("sluice.media.bind-address", "127.0.0.1");
    settings.put("server.port", String.valueOf(httpPort));
    settings.put("server.address", "127.0.0.1");
  }

  /** Free for UDP and TCP, a moment ago. */
  private static int freePort() throws IOException {
    try (ServerSocket tcp = new ServerSocket(0, 1, LOOPBACK);
        DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), LOOPBACK)) {
      return udp.getLocalPort();
    }
  }

  private List<Finding> examine(Examiner examiner) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", Map.copyOf(settings)));
    List<Finding> findings =
        examiner.examine(SettingsReader.read(environment).settings(), environment);
    assertThat(findings)
        .allSatisfy(
            finding -> {
              assertThat(finding.sentence()).endsWith(finding.sentence().endsWith(")") ? ")" : ".");
              assertThat(finding.fix()).endsWith(".");
              assertThat(finding.sentence() + finding.fix()).doesNotContain(GOOD_KEY);
            });
    return findings;
  }

  private static void assertFound(List<Finding> findings, Finding.Severity severity, String code) {
    assertThat(findings)
        .extracting(Finding::severity, Finding::code)
        .contains(tuple(severity, code));
  }

  /** What the doctor prints for these settings. */
  private String run(int status) {
    List<String> arguments = new ArrayList<>(List.of(Doctor.ARGUMENT));
    settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    assertThat(Doctor.isAskedFor(arguments.toArray(String[]::new))).isTrue();
    int ended =
        Doctor.run(
            arguments.toArray(String[]::new),
            new PrintStream(printed, true, StandardCharsets.UTF_8));
    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(ended).as(text).isEqualTo(status);
    return text;
  }

  @Test
  void findsNoErrorWhereThereIsNone() {
    settings.put("sluice.mode", "development");
    assertThat(run(0)).contains("0 errors,");
  }

  @Test
  void printsEachFindingWithItsFix() {
    settings.put("sluice.auth.keys.app", "secretsecretsecretsecretsecretsecret");
    assertThat(run(1))
        .contains("ERROR   weak-key")
        .contains("sluice.auth.keys.app")
        .contains("Fix: Make one with openssl rand -hex 32")
        .contains("1 errors,")
        .doesNotContain("secretsecret");
  }

  @Test
  void saysWhatWouldStopTheStart() {
    settings.put("sluice.media.port", "ten");
    assertThat(run(1)).contains("ERROR   configuration").contains("sluice.media.port has \"ten\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789abcdef0123456789abcdef",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "my-Password-that-nobody-will-ever-guess",
      })
  void weakKeys(String secret) {
    assertThat(KeyExaminer.isWeak(secret)).isTrue();
    settings.put("sluice.auth.keys.app", secret);
    assertFound(examine(new KeyExaminer()), Finding.Severity.ERROR, "weak-key");
  }

  @Test
  void keysThatAreRandomAreFine() {
    assertThat(KeyExaminer.isWeak(GOOD_KEY)).isFalse();
    assertThat(KeyExaminer.isWeak("kX9/2vQm+7TzLr4WcY1dNbF8sHjG6aPe")).isFalse();
    assertThat(examine(new KeyExaminer())).isEmpty();
  }

  @Test
  void keySetsThatAreNotThere(@TempDir Path folder) throws IOException {
    settings.put("sluice.auth.jwks-url", "http://127.0.0.1:" + freePort() + "/keys");
    assertFound(examine(new KeyExaminer()), Finding.Severity.ERROR, "key-set-unreachable");
    settings.remove("sluice.auth.jwks-url");
    Path file = Files.writeString(folder.resolve("keys.json"), "{");
    settings.put("sluice.auth.jwks-file", file.toString());
    assertFound(examine(new KeyExaminer()), Finding.Severity.ERROR, "key-set-unusable");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, ERROR, advertised-address-example",
    "127.0.0.1, ERROR, advertised-address-local",
    "sfu.invalid, ERROR, advertised-address-unknown",
  })
  void wrongAdvertisedAddresses(String address, Finding.Severity severity, String code) {
    settings.put("sluice.media.advertised-addresses", address);
    assertFound(examine(new AddressExaminer(false)), severity, code);
  }

  @Test
  void aClosedMediaPort() throws IOException {
    settings.put("sluice.mode", "development");
    settings.put("sluice.media.advertised-addresses", "127.0.0.1");
    assertThat(examine(new AddressExaminer(true))).isEmpty();
    settings.put("sluice.media.advertised-addresses", "127.0.0.1:" + freePort());
    assertFound(examine(new AddressExaminer(true)), Finding.Severity.ERROR, "media-port-closed");
  }

  @Test
  void anAddressFromWhichNothingComes() {
    settings.put("sluice.media.bind-address", "0.0.0.0");
    settings.put("sluice.media.advertised-addresses", "240.0.0.1");
    assertFound(
        examine(new AddressExaminer(true)),
        Finding.Severity.WARNING,
        "advertised-address-unreachable");
  }

  @Test
  void portsThatSomebodyElseHas() throws IOException {
    try (DatagramSocket udp = new DatagramSocket(mediaPort, LOOPBACK);
        ServerSocket http = new ServerSocket(httpPort, 1, LOOPBACK)) {
      List<Finding> findings = examine(new PortExaminer());
      assertFound(findings, Finding.Severity.ERROR, "media-port-taken");
      assertFound(findings, Finding.Severity.ERROR, "http-port-taken");
      assertThat(udp.isBound() && http.isBound()).isTrue();
    }
    assertThat(examine(new PortExaminer())).isEmpty();
  }

  @Test
  void whatTheMachineLacks(@TempDir Path folder) throws IOException {
    Path limit = Files.writeString(folder.resolve("rmem_max"), "212992\n");
    CipherChoice jdk = CipherChoice.choose(CipherPreference.JDK, () -> 0);
    List<Finding> findings = examine(new HostExaminer(limit, () -> UdpBackend.NIO, () -> jdk));
    assertFound(findings, Finding.Severity.WARNING, "small-socket-buffers");
    assertFound(findings, Finding.Severity.WARNING, "no-native-transport");
    assertFound(findings, Finding.Severity.WARNING, "no-libcrypto");
    assertThat(findings.getFirst().fix()).contains("net.core.rmem_max=4194304");

    Files.writeString(limit, "8388608\n");
    CipherChoice other = new CipherChoice(SrtpCiphers.jdk(), "libcrypto 3", "as configured");
    assertThat(examine(new HostExaminer(limit, () -> UdpBackend.EPOLL, () -> other))).isEmpty();

    Files.writeString(limit, "0\n");
    assertThat(examine(new HostExaminer(limit, () -> UdpBackend.EPOLL, () -> other))).isEmpty();
  }

  /** By this machine's own setting, which {@link Files#readString(Path)} gets only a digit of. */
  @Test
  void theKernelsOwnBufferLimitIsReadWhole() throws Exception {
    Path limit = Path.of("/proc/sys/net/core/rmem_max");
    assumeTrue(Files.isReadable(limit), "Linux is needed");
    Process cat = new ProcessBuilder("cat", limit.toString()).start();
    long bytes =
        Long.parseLong(
            new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    assertThat(cat.waitFor()).isZero();
    List<String> sentences =
        examine(new HostExaminer()).stream()
            .filter(finding -> finding.code().equals("small-socket-buffers"))
            .map(Finding::sentence)
            .toList();
    if (bytes >= 4 * 1024 * 1024 || bytes == 0) {
      assertThat(sentences).as("%d bytes", bytes).isEmpty();
    } else {
      assertThat(sentences).singleElement().asString().contains(" " + bytes / 1024 + " KiB ");
    }
  }

  @Test
  void noTlsWhereBrowsersNeedIt() {
    assertThat(examine(new ExposureExaminer())).as("a proxy on this machine").isEmpty();
    settings.put("server.address", "0.0.0.0");
    assertFound(examine(new ExposureExaminer()), Finding.Severity.WARNING, "no-tls");
    settings.put("server.forward-headers-strategy", "framework");
    assertThat(examine(new ExposureExaminer())).isEmpty();
    settings.remove("server.forward-headers-strategy");
    settings.put("server.ssl.bundle", "web");
    assertThat(examine(new ExposureExaminer())).isEmpty();
  }

  @Test
  void developmentModeForEverybody() {
    settings.put("sluice.mode", "development");
    assertThat(examine(new ExposureExaminer())).isEmpty();
    settings.put("server.address", "0.0.0.0");
    assertFound(examine(new ExposureExaminer()), Finding.Severity.ERROR, "open-development-mode");
  }

  @ParameterizedTest
  @CsvSource({"0, ", "-20, WARNING", "20, WARNING", "-300, ERROR", "300, ERROR"})
  void aClockThatIsWrong(long secondsAhead, Finding.@Nullable Severity severity)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 1);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      settings.put(
          "sluice.auth.jwks-url", "http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
      InstantSource wrong =
          InstantSource.offset(InstantSource.system(), Duration.ofSeconds(secondsAhead));
      List<Finding> findings =
          examine(new ClockExaminer(wrong, () -> KernelClock.State.SYNCHRONISED));
      if (severity == null) {
        assertThat(findings).isEmpty();
      } else {
        assertFound(findings, severity, "clock-skew");
        assertThat(findings.getFirst().sentence())
            .contains(secondsAhead < 0 ? " s behind that of" : " s ahead of that of");
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aClockThatNothingKeepsRight() {
    InstantSource clock = InstantSource.system();
    assertFound(
        examine(new ClockExaminer(clock, () -> KernelClock.State.UNSYNCHRONISED)),
        Finding.Severity.WARNING,
        "clock-unsynchronised");
    assertThat(examine(new ClockExaminer(clock, () -> KernelClock.State.UNKNOWN))).isEmpty();
  }

  /** The kernel's own word, by another way: timedatectl and chronyc read the same flag. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void asksTheKernelItself() {
    assertThat(KernelClock.state()).isNotEqualTo(KernelClock.State.UNKNOWN);
  }

  @Test
  void anOutboxThatCannotBeWritten(@TempDir Path folder) throws IOException {
    OutboxExaminer examiner = new OutboxExaminer(_ -> 1L << 40);
    settings.put("sluice.webhooks.directory", folder.resolve("a/b").toString());
    assertThat(examine(examiner)).as("no webhooks").isEmpty();
    settings.put("sluice.webhooks.endpoints.app.url", "https://app.example.org/");
    settings.put("sluice.webhooks.endpoints.app.secrets", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertThat(examine(examiner)).as("it can be made").isEmpty();
    assertThat(folder.resolve("a")).as("which the doctor does not do").doesNotExist();

    Files.writeString(folder.resolve("a"), "a file");
    assertFound(examine(examiner), Finding.Severity.ERROR, "outbox-not-writable");
  }

  @Test
  void anOutboxWithoutRoom(@TempDir Path folder) {
    settings.put("sluice.webhooks.directory", folder.toString());
    settings.put("sluice.webhooks.endpoints.app.url", "https://app.example.org/");
    settings.put("sluice.webhooks.endpoints.app.secrets", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    long fourTimes = 4L * 256 * 1024 * 1024;
    assertThat(examine(new OutboxExaminer(_ -> fourTimes))).isEmpty();
    List<Finding> findings = examine(new OutboxExaminer(_ -> fourTimes - 1));
    assertFound(findings, Finding.Severity.WARNING, "outbox-little-space");
    assertThat(findings.getFirst().sentence()).contains("may take 1024 MB");
  }

  @Test
  void turnServersThatNoClientCanUse() throws IOException {
    settings.put("sluice.ice-servers[0].urls", "turn:turn.example.org");
    assertFound(
        examine(new IceServerExaminer(false)), Finding.Severity.ERROR, "turn-without-credential");
    settings.put("sluice.ice-servers[0].urls", "stun:127.0.0.1:" + freePort());
    assertFound(
        examine(new IceServerExaminer(true)), Finding.Severity.WARNING, "ice-server-silent");
    settings.put("sluice.ice-servers[0].urls", "stun:stun.invalid");
    assertFound(examine(new IceServerExaminer(true)), Finding.Severity.ERROR, "ice-server-unknown");
  }

  @Test
  void aTurnCredentialThatIsWrong() throws Exception {
    try (FakeTurnServer turn = new FakeTurnServer("ada", "right")) {
      settings.put("sluice.ice-servers[0].urls", "turn:127.0.0.1:" + turn.port());
      settings.put("sluice.ice-servers[0].username", "ada");
      settings.put("sluice.ice-servers[0].credential", "right");
      assertThat(examine(new IceServerExaminer(true))).isEmpty();
      assertThat(turn.allocations()).as("given back").isZero();
      settings.put("sluice.ice-servers[0].credential", "wrong");
      assertFound(
          examine(new IceServerExaminer(true)), Finding.Severity.ERROR, "turn-credential-refused");
    }
  }

  @Test
  void theReadinessNamesTheCodesAndNothingElse() {
    DoctorHealth health =
        new DoctorHealth(
            () -> List.of(Finding.error("weak-key", "The secret of x is weak.", "Change it.")));
    assertThat(health.health().getDetails()).containsEntry("examined", false);
    health.examine();
    assertThat(health.health().getDetails())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("examined", true, "findings", List.of("weak-key")));
  }
}
