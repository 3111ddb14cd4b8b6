package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.auth.AccessTokens;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /openapi.json} says what the server does: all of it, and nothing else. */
@Tag("M1")
class OpenApiTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final ConfigurableApplicationContext SERVER =
      new SpringApplicationBuilder(ServerStartTest.Wiring.class)
          .run(
              "--sluice.mode=development",
              "--server.port=0",
              "--sluice.auth.keys.app=" + SECRET,
              "--sluice.capture.max-captures=2",
              "--sluice.webhooks.endpoints.app.url=https://app.example.org/sluice",
              "--sluice.webhooks.endpoints.app.secrets=whsec_" + "A".repeat(32),
              "--sluice.webhooks.directory=" + ServerStartTest.temporaryDirectory());
  private static final JsonNode DOCUMENT = document();

  @AfterAll
  static void stop() {
    SERVER.close();
    HTTP.close();
  }

  /** An operation as the document has it. */
  private record Documented(String method, String path, JsonNode json) {
    String name() {
      return method + " " + path;
    }

    /** The documented success. */
    int status() {
      return json.get("responses").propertyNames().stream()
          .mapToInt(Integer::parseInt)
          .filter(status -> status < 300)
          .findFirst()
          .orElseThrow();
    }

    JsonNode response() {
      return json.get("responses").get(Integer.toString(status()));
    }

    /** The codes of the problems of a status. */
    Set<String> codes(int status) {
      JsonNode problems =
          json.at("/responses/" + status + "/content/application~1problem+json/examples");
      return new TreeSet<>(problems.propertyNames());
    }
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static HttpRequest.Builder request(String path) {
    String port = SERVER.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private static JsonNode document() {
    return JSON.readTree(send(request("/openapi.json")).body());
  }

  private static List<Documented> operations() {
    List<Documented> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : DOCUMENT.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        operations.add(
            new Documented(
                operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue()));
      }
    }
    return operations;
  }

  private static Documented operation(String name) {
    return operations().stream()
        .filter(operation -> operation.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** What Sluice's own controllers are mapped to. */
  private static Map<String, HandlerMethod> mappings() {
    Map<String, HandlerMethod> mappings = new HashMap<>();
    Map<RequestMappingInfo, HandlerMethod> found =
        SERVER
            .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
            .getHandlerMethods();
    for (Map.Entry<RequestMappingInfo, HandlerMethod> entry : found.entrySet()) {
      String controller = entry.getValue().getBeanType().getName();
      if (controller.startsWith("dev.sluice.") && !controller.endsWith("ProblemErrorController")) {
        for (String path : entry.getKey().getPatternValues()) {
          entry
              .getKey()
              .getMethodsCondition()
              .getMethods()
              .forEach(method -> mappings.put(method + " " + path, entry.getValue()));
        }
      }
    }
    return mappings;
  }

  @Test
  void describesEveryMappingOfTheControllersAndNothingElse() {
    assertThat(DOCUMENT.get("openapi").stringValue()).startsWith("3.1");
    assertThat(operations())
        .extracting(Documented::name)
        .containsExactlyInAnyOrderElementsOf(mappings().keySet())
        .hasSizeGreaterThan(26);
    assertThat(ApiOperation.ALL)
        .extracting(operation -> operation.method() + " " + operation.path())
        .containsExactlyInAnyOrderElementsOf(mappings().keySet());
  }

  @Test
  void givesEveryOperationWordsAnExampleOfEachBodyAndItsProblems() {
    for (Documented operation : operations()) {
      assertThat(operation.json().get("summary").stringValue()).as(operation.name()).endsWith(".");
      ApiOperation described = described(operation);
      if (!described.request().isEmpty()) {
        JsonNode content = operation.json().at("/requestBody/content");
        assertThat(content.propertyNames()).as(operation.name()).hasSize(1);
        assertThat(content.iterator().next().has("example")).as(operation.name()).isTrue();
      }
      if (!described.response().isEmpty()) {
        JsonNode content = operation.response().get("content");
        assertThat(content.propertyNames()).as(operation.name()).hasSize(1);
        assertThat(content.iterator().next().has("example")).as(operation.name()).isTrue();
        assertThat(content.iterator().next().has("schema")).as(operation.name()).isTrue();
      }
      if (!operation.method().equals("OPTIONS")) {
        assertThat(operation.json().get("responses").propertyNames())
            .as(operation.name())
            .anySatisfy(status -> assertThat(status).startsWith("4"));
      }
    }
  }

  private static ApiOperation described(Documented operation) {
    return ApiOperation.ALL.stream()
        .filter(each -> operation.name().equals(each.method() + " " + each.path()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void examplesOfJsonAreOfTheTypeThatTheControllerTakesAndGives() throws Exception {
    int bodies = 0;
    for (Map.Entry<String, HandlerMethod> mapping : mappings().entrySet()) {
      Documented operation = operation(mapping.getKey());
      JsonNode taken = operation.json().at("/requestBody/content/application~1json/example");
      if (!taken.isMissingNode()) {
        Object value = JSON.treeToValue(taken, JSON.constructType(bodyOf(mapping.getValue())));
        assertThat(value).as(mapping.getKey()).isNotNull();
        bodies++;
      }
      JsonNode given = operation.response().at("/content/application~1json/example");
      if (!given.isMissingNode()) {
        JavaType type = JSON.constructType(resultOf(mapping.getValue()));
        Object value = JSON.treeToValue(given, type);
        assertThat(JSON.readTree(JSON.writeValueAsString(value)))
            .as(mapping.getKey())
            .isEqualTo(given);
        bodies++;
      }
    }
    assertThat(bodies).isEqualTo(35);
  }

  private static Type bodyOf(HandlerMethod method) {
    for (Parameter parameter : method.getMethod().getParameters()) {
      if (parameter.isAnnotationPresent(RequestBody.class)) {
        return parameter.getParameterizedType();
      }
    }
    throw new AssertionError(method + " takes no body");
  }

  private static Type resultOf(HandlerMethod method) {
    Type result = method.getMethod().getGenericReturnType();
    return result instanceof ParameterizedType generic
            && generic.getRawType() == ResponseEntity.class
        ? generic.getActualTypeArguments()[0]
        : result;
  }

  /** In the order of {@link ApiOperation#ALL}, which ends what it has begun. */
  @Test
  void examplesAreAcceptedByTheServerAndAnsweredAsDocumented() {
    Map<String, String> locations = new HashMap<>();
    for (ApiOperation operation : ApiOperation.ALL) {
      String name = operation.method() + " " + operation.path();
      Documented documented = operation(name);
      String path =
          operation
              .path()
              .replace("{room}", "standup")
              .replace("{participant}", operation.path().endsWith("/admit") ? "P-0c11" : "P-9a31")
              .replace("{track}", "t1")
              .replace("{ban}", "1")
              .replace("{capture}", "1")
              .replace("{webhook}", "app");
      if (operation.method().name().equals("DELETE") && path.endsWith("/{session}")) {
        path = Objects.requireNonNull(locations.get(path.replace("/{session}", "")), name);
      }
      HttpRequest.Builder request = request(path.replace("{session}", "S-1"));
      if (documented.json().has("requestBody")) {
        Map.Entry<String, JsonNode> body =
            documented.json().at("/requestBody/content").properties().iterator().next();
        request
            .header("Content-Type", body.getKey())
            .method(
                operation.method().name(),
                BodyPublishers.ofString(text(body.getValue().get("example"))));
      } else {
        request.method(operation.method().name(), BodyPublishers.noBody());
      }
      HttpResponse<String> response = send(request);
      assertThat(response.statusCode())
          .as(name + " " + response.body())
          .isEqualTo(documented.status());
      response
          .headers()
          .firstValue("Location")
          .ifPresent(at -> locations.put(pathOf(operation), at));
      for (String header : List.of("ETag", "Location")) {
        assertThat(documented.response().path("headers").has(header))
            .as(name + " " + header)
            .isEqualTo(response.headers().firstValue(header).isPresent());
      }
      if (name.endsWith("/pcapng")) {
        assertThat(documented.response().get("content").propertyNames())
            .containsExactly("application/x-pcapng");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-pcapng");
        assertThat(response.body()).startsWith("\n\r\r\n");
      } else if (documented.response().has("content")) {
        Map.Entry<String, JsonNode> body =
            documented.response().get("content").properties().iterator().next();
        assertThat(response.headers().firstValue("Content-Type")).as(name).contains(body.getKey());
        assertSame(name, response.body(), body.getValue().get("example"));
      } else {
        assertThat(response.body()).as(name).isEmpty();
      }
    }
  }

  private static String pathOf(ApiOperation operation) {
    return operation.path().replace("{room}", "standup");
  }

  private static String text(JsonNode example) {
    return example.isString() ? example.stringValue() : example.toString();
  }

  private static void assertSame(String name, String body, JsonNode example) {
    if (example.isString()) {
      assertThat(withoutRandom(body)).as(name).isEqualTo(withoutRandom(example.stringValue()));
    } else if (name.endsWith("/audit")) {
      // What the other tests have done is in it too.
      assertThat(JSON.readTree(body).get(0).propertyNames())
          .as(name)
          .isEqualTo(example.get(0).propertyNames());
    } else if (name.endsWith("/dead-letters")) {
      // Nothing has happened that the receiver could have refused.
      assertThat(JSON.readTree(body)).as(name).isEmpty();
    } else {
      assertThat(withoutTime(body)).as(name).isEqualTo(withoutTime(example.toString()));
    }
  }

  private static JsonNode withoutTime(String json) {
    return JSON.readTree(json.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "…"));
  }

  /** An answer without what is drawn anew for each. */
  private static List<String> withoutRandom(String sdp) {
    return sdp.lines()
        .map(line -> line.replaceFirst("^(o=-) \\d+", "$1 …"))
        .map(line -> line.replaceFirst("^(a=(?:ice-ufrag|ice-pwd|fingerprint|ssrc)):.*", "$1 …"))
        .toList();
  }

  @Test
  void problemsThatTheServerAnswersWithAreDocumented() {
    assertDocumented("GET /api/v1/rooms/{room}", request("/api/v1/rooms/nowhere"));
    assertDocumented("GET /api/v1/rooms/{room}", request("/api/v1/rooms/%07"));
    assertDocumented(
        "GET /api/v1/rooms", request("/api/v1/rooms").header("Authorization", "Bearer junk"));
    assertDocumented("GET /api/v1/rooms", request("/api/v1/rooms").header("Accept", "text/html"));
    assertDocumented(
        "POST /api/v1/rooms",
        request("/api/v1/rooms")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"id\": \"a\", \"maxParticipants\": 0}")));
    assertDocumented(
        "POST /api/v1/rooms",
        request("/api/v1/rooms")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("a")));
    assertDocumented(
        "POST /whip/{room}",
        request("/whip/standup")
            .header("Content-Type", "application/sdp")
            .POST(BodyPublishers.ofString("a")));
    assertDocumented("DELETE /api/v1/bans/{ban}", request("/api/v1/bans/none").DELETE());
    assertDocumented(
        "PATCH /api/v1/rooms/{room}",
        request("/api/v1/rooms/nowhere")
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString("{}")));
    assertDocumented("GET /api/v1/audit", request("/api/v1/audit?limit=0"));
    assertDocumented("GET /api/v1/webhooks/{webhook}", request("/api/v1/webhooks/nobody"));
    assertDocumented(
        "GET /api/v1/webhooks/{webhook}/dead-letters",
        request("/api/v1/webhooks/app/dead-letters?limit=0"));
    assertDocumented(
        "POST /api/v1/webhooks/{webhook}/replay",
        request("/api/v1/webhooks/app/replay")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}")));
    assertDocumented("DELETE /whip/{room}/{session}", request("/whip/standup/S-1").DELETE());
    assertThat(SERVER.getBean(AccessTokens.class).hasKeys()).isTrue();
  }

  private static void assertDocumented(String name, HttpRequest.Builder request) {
    HttpResponse<String> response = send(request);
    JsonNode problem = JSON.readTree(response.body());
    assertThat(response.statusCode()).as(name).isGreaterThanOrEqualTo(400);
    assertThat(operation(name).codes(response.statusCode()))
        .as(name + " " + response.body())
        .contains(problem.get("code").stringValue());
    JsonNode example =
        operation(name)
            .json()
            .at(
                "/responses/"
                    + response.statusCode()
                    + "/content/application~1problem+json/examples/"
                    + problem.get("code").stringValue()
                    + "/value");
    assertThat(example.get("type")).isEqualTo(problem.get("type"));
    assertThat(example.get("title")).isEqualTo(problem.get("title"));
    assertThat(problem.propertyNames()).containsAll(example.propertyNames());
  }
}
