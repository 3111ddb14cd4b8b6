package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The document that the server gives at {@code /openapi.json} lies among its pages. It is read off
 * the controllers here, and not by each server at each start: that took a tenth of it.
 */
@Tag("M1")
class OpenApiDocumentTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path SERVED = Path.of("src/main/resources/static/openapi.json");
  private static final Path WRITTEN = Path.of("target/openapi.json");

  @Test
  void isWhatTheControllersSay() throws Exception {
    JsonNode said = JSON.readTree(said());
    Files.writeString(
        WRITTEN, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(said) + "\n");

    boolean same = JSON.readTree(Files.readString(SERVED)).equals(said);
    assertThat(same).as("%s is as %s; if that is right, copy it there", SERVED, WRITTEN).isTrue();
  }

  private static String said() throws IOException, InterruptedException {
    try (ConfigurableApplicationContext server =
            new SpringApplicationBuilder(ServerStartTest.Wiring.class, OpenApiConfiguration.class)
                .run(
                    "--sluice.mode=development",
                    "--server.port=0",
                    "--springdoc.api-docs.enabled=true",
                    "--springdoc.api-docs.path=/said.json",
                    "--springdoc.api-docs.version=openapi_3_1");
        HttpClient http = HttpClient.newHttpClient()) {
      String port = server.getEnvironment().getProperty("local.server.port");
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/said.json")).build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
