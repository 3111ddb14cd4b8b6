package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code /console} leads to its page under whatever scheme and host the browser has asked. */
@Tag("A1")
class ConsoleRedirectTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ConfigurableApplicationContext SERVER =
      new SpringApplicationBuilder(ServerStartTest.Wiring.class)
          .run("--sluice.mode=development", "--server.port=0");

  @AfterAll
  static void stop() {
    SERVER.close();
    HTTP.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/console, /console/index.html",
    "/console/, /console/index.html",
    "/console?room=all%20hands, /console/index.html?room=all%20hands"
  })
  void namesNeitherSchemeNorHostBehindAProxyThatEndsTls(String path, String location)
      throws Exception {
    String port = SERVER.getEnvironment().getProperty("local.server.port");
    assertThat(
            HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("X-Forwarded-Proto", "https")
                        .header("X-Forwarded-Host", "calls.example.org")
                        .build(),
                    BodyHandlers.discarding())
                .headers()
                .firstValue("Location"))
        .contains(location);
  }
}
