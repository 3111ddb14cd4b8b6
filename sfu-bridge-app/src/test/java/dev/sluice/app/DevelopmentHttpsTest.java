package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The page and the WebSocket over TLS with the certificate that the server makes. */
@ExtendWith(OutputCaptureExtension.class)
class DevelopmentHttpsTest {
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ConfigurableApplicationContext start(String... arguments) {
    return new SpringApplicationBuilder(ServerStartTest.Wiring.class)
        .properties("sluice.mode=development", "logging.level.org.apache=warn")
        .run(AnyPort.with(arguments));
  }

  /** Takes any certificate, as a developer does, and keeps it; the name in it is still checked. */
  private static final class Trusting implements X509TrustManager {
    private @Nullable X509Certificate seen;

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new AssertionError("a server asks nobody here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      seen = chain[0];
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static HttpClient client(Trusting trust) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust}, new SecureRandom());
    return HttpClient.newBuilder().sslContext(context).build();
  }

  @Test
  void servesThePageAndTheWebSocketWithANameThatMatches(CapturedOutput output) throws Exception {
    int port = freePort();
    Trusting trust = new Trusting();
    try (ConfigurableApplicationContext server = start("--sluice.https.port=" + port);
        HttpClient client = client(trust)) {
      assertThat(server.isRunning()).isTrue();
      HttpResponse<String> page =
          client.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/")).build(),
              BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).containsIgnoringCase("<!doctype html>");
      assertThat(trust.seen).isNotNull();

      CompletableFuture<String> heard = new CompletableFuture<>();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create("wss://127.0.0.1:" + port + "/signal"), new FirstWord(heard))
              .get(10, TimeUnit.SECONDS);
      socket.sendText("{\"type\":\"join\",\"protocol\":1,\"room\":\"a\"}", true).join();
      assertThat(heard.get(10, TimeUnit.SECONDS)).contains("\"joined\"");
      socket.abort();
      assertThat(output)
          .contains("https://localhost:" + port + "/", "--sluice.https.address=0.0.0.0")
          .doesNotContain("ATTENTION");
    }
  }

  @Test
  void saysWhoCanReachItWhenItListensForTheNetwork(CapturedOutput output) throws Exception {
    int port = freePort();
    try (ConfigurableApplicationContext server =
        start("--sluice.https.port=" + port, "--sluice.https.address=0.0.0.0")) {
      assertThat(server.isRunning()).isTrue();
      assertThat(output).contains("ATTENTION: everyone in your network");
      for (InetAddress address : LanAddresses.ofThisMachine()) {
        assertThat(output).contains(LanAddresses.text(address));
      }
    }
  }

  @Test
  void isOffWhenToldAndInProduction() {
    try (ConfigurableApplicationContext server = start("--sluice.https.port=0")) {
      assertThat(server.getBean(DevelopmentHttps.class).urls()).isEmpty();
    }
    String key = "--sluice.auth.keys.app=0123456789abcdef0123456789abcdef";
    assertThatThrownBy(() -> start("--sluice.mode=production", key, "--sluice.https.port=8443"))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("development mode");
  }

  @Test
  void explainsAPortThatIsInUse(CapturedOutput output) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = String.valueOf(taken.getLocalPort());
      assertThatThrownBy(() -> start("--sluice.https.port=" + port))
          .rootCause()
          .isInstanceOf(ConfigurationException.class);
      assertThat(output)
          .contains("The HTTPS port TCP " + port + " on 127.0.0.1 is in use.")
          .contains("Set sluice.https.port to a free one");
      assertThatThrownBy(() -> start("--sluice.https.port=0", "--server.port=" + port));
      assertThat(output).contains("Port " + port + " was already in use");
    }
  }

  @Test
  void namesEveryAddressInTheCertificate() throws Exception {
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    KeyStore store =
        DevelopmentCertificate.generate(
            List.of(InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("2001:db8::7")),
            new SecureRandom(),
            now);
    X509Certificate certificate =
        (X509Certificate) store.getCertificate(DevelopmentCertificate.ALIAS);
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactly("localhost", "192.0.2.7", "2001:db8:0:0:0:0:0:7");
    assertThat(certificate.getNotBefore().toInstant()).isBefore(now);
  }

  private record FirstWord(CompletableFuture<String> heard) implements WebSocket.Listener {
    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      heard.complete(data.toString());
      return null;
    }
  }
}
