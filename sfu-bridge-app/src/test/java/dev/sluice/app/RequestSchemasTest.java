package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@code /openapi.json} says of the fields of requests is what the server takes. */
@Tag("M1")
@Tag("A1")
class RequestSchemasTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ConfigurableApplicationContext SERVER =
      new SpringApplicationBuilder(ServerStartTest.Wiring.class)
          .run(
              "--sluice.mode=development",
              "--server.port=0",
              "--sluice.auth.keys.app=0123456789abcdef0123456789abcdef",
              "--sluice.capture.max-captures=2",
              "--sluice.webhooks.endpoints.app.url=https://app.example.org/sluice",
              "--sluice.webhooks.endpoints.app.secrets=whsec_" + "A".repeat(32),
              "--sluice.webhooks.directory=" + ServerStartTest.temporaryDirectory());
  private static final JsonNode DOCUMENT = JSON.readTree(send("GET", "/openapi.json", "").body());

  /**
   * A field of a request's body.
   *
   * @param path its name, with those of the objects that it is in
   * @param schema as the document has it
   * @param call a request whose example is taken
   */
  private record Field(String path, JsonNode schema, ApiOperation call) {
    @Override
    public String toString() {
      return call.method() + " " + call.path() + " " + path;
    }

    /** The call with another value for the field. */
    HttpResponse<String> with(Object value) {
      ObjectNode body = (ObjectNode) JSON.readTree(call.request());
      if (path.equals("tokenId")) {
        body.remove("identity"); // A ban is of one or the other.
      }
      ObjectNode object = body;
      String[] names = path.split("\\.", -1);
      for (int i = 0; i < names.length - 1; i++) {
        object = object.withObjectProperty(names[i]);
      }
      object.set(names[names.length - 1], JSON.valueToTree(value));
      return ask(call, body.toString());
    }

    boolean isA(String type) {
      return schema.path("type").asString("").equals(type);
    }

    /** Asserts that a value is refused, with words of the field. */
    void refuses(Object value, String words) {
      HttpResponse<String> response = with(value);
      assertThat(response.statusCode()).as("%s %s", this, response.body()).isEqualTo(400);
      assertThat(JSON.readTree(response.body()).get("detail").stringValue())
          .as(toString())
          .contains(words);
    }
  }

  private static HttpResponse<String> ask(ApiOperation operation, String body) {
    return send(
        operation.method().name(),
        operation
            .path()
            .replace("{room}", "standup")
            .replace("{participant}", "P-9a31")
            .replace("{track}", "t1")
            .replace("{webhook}", "app"),
        body);
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    String port = SERVER.getEnvironment().getProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      return HTTP.send(
          request.method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void makeTheRoomOfTheExamples() {
    ApiOperation creation = withBodies().getFirst();
    assertThat(ask(creation, creation.request()).statusCode()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
    HTTP.close();
  }

  private static List<ApiOperation> withBodies() {
    return ApiOperation.ALL.stream()
        .filter(operation -> !operation.isSdp() && !operation.request().isEmpty())
        .toList();
  }

  private static JsonNode schema(ApiOperation operation) {
    return DOCUMENT
        .get("paths")
        .get(operation.path())
        .get(operation.method().name().toLowerCase(Locale.ROOT))
        .at("/requestBody/content/application~1json/schema");
  }

  private static JsonNode resolved(JsonNode schema) {
    JsonNode one = schema.has("allOf") ? schema.get("allOf").get(0) : schema;
    return one.has("$ref") ? DOCUMENT.at(one.get("$ref").stringValue().substring(1)) : one;
  }

  private static List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    withBodies().forEach(operation -> collect("", schema(operation), operation, fields));
    return fields;
  }

  private static void collect(
      String path, JsonNode schema, ApiOperation operation, List<Field> fields) {
    for (Map.Entry<String, JsonNode> property : resolved(schema).get("properties").properties()) {
      JsonNode found = resolved(property.getValue());
      if (found.has("properties")) {
        collect(path + property.getKey() + ".", found, operation, fields);
      } else {
        fields.add(new Field(path + property.getKey(), found, operation));
      }
    }
  }

  @Test
  void numbersMayBeWhatTheServerTakesAndNoMore() {
    List<Field> numbers = fields().stream().filter(field -> field.isA("integer")).toList();
    assertThat(numbers).hasSizeGreaterThan(25);
    for (Field field : numbers) {
      long min = field.schema().get("minimum").longValue();
      long max = field.schema().path("maximum").asLong(Long.MAX_VALUE);
      String range = "\"%s\" is between %d and ".formatted(field.path(), min);
      field.refuses(min - 1, field.path().equals("after") ? "\"after\" is" : range);
      assertThat(field.with(min).statusCode()).as(field.toString()).isNotEqualTo(400);
      if (max < Long.MAX_VALUE) {
        field.refuses(max + 1, max == Integer.MAX_VALUE ? "is a smaller number" : range + max);
        assertThat(field.with(max).statusCode()).as(field.toString()).isNotEqualTo(400);
      }
    }
  }

  @Test
  void textsMayBeAsLongAsTheServerTakes() {
    for (Field field : fields()) {
      if (field.isA("string") && !field.schema().has("enum")) {
        int max = field.schema().get("maxLength").intValue();
        // A room's name has a problem of its own, and stays.
        String words = field.path().equals("id") ? "name" : String.valueOf(max);
        field.refuses("x".repeat(max + 1), words);
      }
    }
  }

  @Test
  void namesAreThoseThatTheServerKnows() {
    int named = 0;
    for (Field field : fields()) {
      boolean list = field.isA("array");
      JsonNode names = list ? field.schema().at("/items/enum") : field.schema().path("enum");
      if (!names.isEmpty()) {
        List<String> all = names.valueStream().map(JsonNode::stringValue).toList();
        field.refuses(list ? List.of("nonsense") : "nonsense", String.join(", ", all));
        named++;
      }
    }
    assertThat(named).as("codecs and sameIdentity, twice; publish; subscription").isEqualTo(6);
  }

  @Test
  void whatIsRequiredCannotBeLeftOutAndNothingElseCanBeAdded() {
    int required = 0;
    for (ApiOperation operation : withBodies()) {
      JsonNode schema = schema(operation);
      assertThat(resolved(schema).get("additionalProperties").booleanValue())
          .as(operation.path())
          .isFalse();
      JsonNode names = schema.has("allOf") ? schema.at("/allOf/1") : resolved(schema);
      for (JsonNode name : names.path("required")) {
        ObjectNode body = (ObjectNode) JSON.readTree(operation.request());
        body.remove(name.stringValue());
        assertThat(ask(operation, body.toString()).statusCode())
            .as(operation.path() + " without " + name)
            .isEqualTo(400);
        required++;
      }
    }
    assertThat(required).isEqualTo(7);
    assertThat(
            resolved(DOCUMENT.at("/components/schemas/RoomRequest/properties/policy"))
                .get("additionalProperties")
                .booleanValue())
        .isFalse();
    assertThat(DOCUMENT.at("/components/schemas/RoomView").has("additionalProperties"))
        .as("answers may have more in time")
        .isFalse();
  }

  @Test
  void operationsAreInOrderAndInGroupsAndTheirParametersHaveWords() {
    assertThat(DOCUMENT.at("/servers/0/url").stringValue()).isEqualTo("/");
    assertThat(DOCUMENT.get("paths").propertyNames())
        .containsExactlyElementsOf(
            ApiOperation.ALL.stream().map(ApiOperation::path).distinct().toList());
    List<String> groups =
        DOCUMENT.get("tags").valueStream().map(tag -> tag.get("name").stringValue()).toList();
    for (JsonNode path : DOCUMENT.get("paths")) {
      for (JsonNode operation : path) {
        assertThat(groups).contains(operation.at("/tags/0").stringValue());
        for (JsonNode parameter : operation.path("parameters")) {
          assertThat(parameter.path("description").asString(""))
              .as("%s of %s", parameter.get("name"), operation.get("summary"))
              .isNotEmpty();
        }
      }
    }
    assertThat(groups)
        .containsExactly(
            "Rooms", "Participants", "Captures", "Bans", "Webhooks", "Server", "WHIP and WHEP");
  }
}
