package dev.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from a real HTTP server, and the tokens that they sign. */
@Tag("S5")
class KeySetUrlTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer issuer;
  private volatile int status = 200;
  private volatile byte[] body = {};

  @BeforeEach
  void start() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.setExecutor(threads);
    issuer.createContext("/keys", this::answer);
    issuer.start();
  }

  @AfterEach
  void stop() {
    issuer.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
  }

  @Test
  void letsARotatedKeyWorkAndARemovedOneFailWithoutARestart() throws Exception {
    RSAKey first = TestKeys.rsa("2026-10");
    ECKey second = TestKeys.ec("2026-11");
    long[] nowNanos = {0};
    try (KeySetUrl reader = new KeySetUrl(url(), LIMIT)) {
      KeySetCache cache =
          new KeySetCache(
              "issuer",
              reader,
              false,
              new KeySetCache.Timing(
                  Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(10)),
              () -> nowNanos[0]);
      AccessTokens tokens =
          new AccessTokens(
              SigningKeys.NONE,
              List.of(cache),
              AccessTokens.Rules.DEFAULTS,
              InstantSource.fixed(NOW));
      String early = TestKeys.token(first, NOW.plusSeconds(60));
      String late = TestKeys.token(second, NOW.plusSeconds(60));

      body = TestKeys.published(first);
      assertThat(tokens.verify(early).identity()).isEqualTo("ada");
      assertThat(refusal(tokens, late)).isEqualTo(TokenException.Reason.UNKNOWN_KEY);

      body = TestKeys.published(first, second);
      nowNanos[0] += Duration.ofSeconds(10).toNanos();
      assertThat(tokens.verify(late).identity()).as("rotated in").isEqualTo("ada");
      assertThat(tokens.verify(early).identity()).as("both are good for a while").isEqualTo("ada");

      body = TestKeys.published(second);
      nowNanos[0] += Duration.ofMinutes(5).toNanos();
      assertThat(refusal(tokens, early)).as("removed").isEqualTo(TokenException.Reason.UNKNOWN_KEY);
      assertThat(tokens.verify(late).identity()).isEqualTo("ada");

      status = 503;
      nowNanos[0] += Duration.ofMinutes(30).toNanos();
      assertThat(tokens.verify(late).identity()).as("the issuer is down").isEqualTo("ada");
      assertThat(tokens.hasKeys()).isTrue();
      nowNanos[0] += Duration.ofMinutes(30).toNanos();
      assertThat(refusal(tokens, late))
          .as("the issuer is down for too long")
          .isEqualTo(TokenException.Reason.UNKNOWN_KEY);
      assertThat(tokens.hasKeys()).isFalse();
    }
  }

  private static TokenException.Reason refusal(AccessTokens tokens, String jwt) {
    return catchThrowableOfType(TokenException.class, () -> tokens.verify(jwt)).reason();
  }

  @Test
  void followsNoRedirectReadsNoErrorPageAndNoEndlessAnswer() throws Exception {
    try (KeySetUrl reader = new KeySetUrl(url(), LIMIT)) {
      for (int refused : new int[] {301, 404, 500}) {
        status = refused;
        assertThatIOException().isThrownBy(reader::read).withMessageContaining("" + refused);
      }
      status = 200;
      body = new byte[KeySetReader.MAX_BYTES];
      assertThat(reader.read()).hasSize(KeySetReader.MAX_BYTES);
      body = new byte[KeySetReader.MAX_BYTES + 1];
      assertThatIOException().isThrownBy(reader::read);
    }
  }

  @Test
  void givesUpOnAServerThatKeepsItWaiting() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    issuer.removeContext("/keys");
    issuer.createContext(
        "/keys",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (KeySetUrl reader = new KeySetUrl(url(), Duration.ofMillis(200))) {
      assertThatIOException().isThrownBy(reader::read).withMessageContaining("in time");
    } finally {
      over.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://login.example.org/keys",
        "http://192.0.2.1/keys",
        "http://127.0.0.1.example.org/keys",
        "http://user@localhost/keys",
        "ftp://localhost/keys",
        "file:///etc/keys.json",
        "keys.json"
      })
  void isNotReadFromWhereSomeoneOnTheWayCanChangeIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySetUrl(URI.create(url), LIMIT))
        .withMessageContaining("https:");
  }
}
