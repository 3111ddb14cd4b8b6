package dev.sluice.app;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code /openapi.json} says beyond what the controllers show by themselves: words, examples
 * and problems, from {@link ApiOperation}. Not part of the server: {@link OpenApiDocumentTest}.
 */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String SDP = "application/sdp";
  private static final String JSON = "application/json";
  private static final String PROBLEM_JSON = "application/problem+json";
  private static final String PCAPNG = "application/x-pcapng";
  private static final String BEARER = "bearer";
  private static final String PROBLEM = "Problem";

  /** What stands for a part of a path in the examples. */
  private static final Map<String, String> PATH_EXAMPLES =
      Map.of(
          "room",
          "standup",
          "participant",
          "P-9a31",
          "track",
          "t1",
          "ban",
          "1",
          "capture",
          "1",
          "session",
          "S-4f1c9d0e6b2a8375c1e0d9f4a7b36258");

  private final JsonMapper json = JsonMapper.builder().build();

  @Bean
  OpenApiCustomizer sluiceOpenApi() {
    return api -> {
      api.info(
          new Info()
              .title("Sluice")
              .version("1")
              .description(
                  "Rooms and participants, WHIP and WHEP. The WebSocket is in docs/protocol.md.")
              .license(
                  new License()
                      .name("Apache-2.0")
                      .url("https://www.apache.org/licenses/LICENSE-2.0.txt")));
      // Without a host, which would be that of whoever has asked first.
      api.setServers(List.of(new Server().url("/").description("The server that this is from")));
      OperationWords.tags().forEach(api::addTagsItem);
      api.getComponents()
          .addSecuritySchemes(
              BEARER,
              new SecurityScheme()
                  .type(SecurityScheme.Type.HTTP)
                  .scheme("bearer")
                  .bearerFormat("JWT"))
          .addSchemas(PROBLEM, problemSchema());
      api.addSecurityItem(new SecurityRequirement().addList(BEARER));
      // The container forwards there; it is nobody's to ask.
      api.getPaths().remove("/error");
      RequestSchemas.complete(api);
      api.setPaths(inOrder(api.getPaths()));
      for (ApiOperation described : ApiOperation.ALL) {
        Operation operation = find(api, described);
        if (operation != null) {
          describe(operation, described);
        }
      }
    };
  }

  /** As {@link ApiOperation#ALL} has them, and not as a hash has them. */
  private static Paths inOrder(Paths found) {
    Paths ordered = new Paths();
    for (ApiOperation described : ApiOperation.ALL) {
      PathItem item = found.get(described.path());
      if (item != null) {
        ordered.addPathItem(described.path(), item);
      }
    }
    found.forEach(ordered::putIfAbsent);
    return ordered;
  }

  private static @Nullable Operation find(OpenAPI api, ApiOperation described) {
    PathItem item = api.getPaths().get(described.path());
    return item == null ? null : item.readOperationsMap().get(described.method());
  }

  private void describe(Operation operation, ApiOperation described) {
    operation.summary(described.summary()).tags(List.of(OperationWords.tag(described.path())));
    if (!described.takesToken()) {
      operation.security(List.of());
    }
    if (described.takesIdempotencyKey()) {
      operation.addParametersItem(
          new Parameter().in("header").name("Idempotency-Key").schema(text()));
    }
    if (operation.getParameters() != null) {
      for (Parameter parameter : operation.getParameters()) {
        String example = PATH_EXAMPLES.get(parameter.getName());
        if (example != null && "path".equals(parameter.getIn())) {
          parameter.example(example);
        }
        OperationWords.describe(parameter);
      }
    }
    String mediaType = described.isSdp() ? SDP : JSON;
    if (!described.request().isEmpty()) {
      operation.requestBody(
          new RequestBody()
              .required(true)
              .content(
                  content(
                      mediaType,
                      requestSchema(described, operation),
                      example(described, described.request()))));
    }
    ApiResponse success = new ApiResponse().description("Done");
    if (!described.response().isEmpty()) {
      success.content(
          content(
              mediaType,
              schema(described, responseContent(operation)),
              example(described, described.response())));
    }
    if (described.status() == HttpStatus.CREATED.value()) {
      success.addHeaderObject("Location", new Header().schema(text()));
    }
    OperationWords.headers(described).forEach(success::addHeaderObject);
    if (described.path().endsWith("/pcapng")) {
      success.content(
          new Content()
              .addMediaType(PCAPNG, new MediaType().schema(text().contentMediaType(PCAPNG))));
    }
    ApiResponses responses = new ApiResponses();
    responses.addApiResponse(Integer.toString(described.status()), success);
    problemsByStatus(described).forEach(responses::addApiResponse);
    operation.responses(responses);
  }

  /** A new room needs a name; an update of one has the same fields. */
  private static Schema<?> requestSchema(ApiOperation described, Operation operation) {
    Content found =
        operation.getRequestBody() == null ? null : operation.getRequestBody().getContent();
    Schema<?> schema = schema(described, found);
    if (described.method() != PathItem.HttpMethod.POST || !described.path().endsWith("/rooms")) {
      return schema;
    }
    Schema<Object> named = new Schema<>();
    named.setRequired(List.of("id"));
    Schema<Object> both = new Schema<>();
    both.addAllOfItem(schema);
    both.addAllOfItem(named);
    return both;
  }

  /** Whatever status the framework has guessed. */
  private static @Nullable Content responseContent(Operation operation) {
    return operation.getResponses().values().stream()
        .map(ApiResponse::getContent)
        .filter(content -> content != null && content.containsKey(JSON))
        .findFirst()
        .orElse(null);
  }

  private static Schema<?> schema(ApiOperation described, @Nullable Content found) {
    if (described.isSdp() || found == null || found.get(JSON) == null) {
      return text();
    }
    return found.get(JSON).getSchema();
  }

  private static Schema<?> text() {
    Schema<String> schema = new StringSchema();
    schema.addType("string");
    return schema;
  }

  private Object example(ApiOperation described, String example) {
    return described.isSdp() ? example : json.readValue(example, Object.class);
  }

  private static Content content(String mediaType, Schema<?> schema, Object example) {
    return new Content().addMediaType(mediaType, new MediaType().schema(schema).example(example));
  }

  private static Map<String, ApiResponse> problemsByStatus(ApiOperation described) {
    Map<Integer, MediaType> bodies = new TreeMap<>();
    described.problems().stream()
        .sorted()
        .forEach(
            problem ->
                bodies
                    .computeIfAbsent(problem.status(), _ -> problemBody())
                    .addExamples(problem.code(), new Example().value(body(problem))));
    Map<String, ApiResponse> responses = new LinkedHashMap<>();
    bodies.forEach(
        (status, body) ->
            responses.put(
                Integer.toString(status),
                new ApiResponse()
                    .description(HttpStatus.valueOf(status).getReasonPhrase())
                    .content(new Content().addMediaType(PROBLEM_JSON, body))));
    return responses;
  }

  private static MediaType problemBody() {
    Schema<Object> reference = new Schema<>();
    reference.set$ref("#/components/schemas/" + PROBLEM);
    return new MediaType().schema(reference);
  }

  private static Map<String, Object> body(ApiProblem problem) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "urn:sluice:problem:" + problem.code());
    body.put("title", HttpStatus.valueOf(problem.status()).getReasonPhrase());
    body.put("status", problem.status());
    body.put("detail", problem.detail());
    body.put("code", problem.code());
    return body;
  }

  private static Schema<?> problemSchema() {
    Schema<Object> number = new Schema<>();
    number.addType("integer");
    Schema<Object> problem = new Schema<>();
    problem.addType("object");
    problem.description("RFC 9457; \"code\" does not change");
    problem.setProperties(
        Map.of(
            "type", text(), "title", text(), "status", number, "detail", text(), "code", text()));
    problem.setRequired(List.of("type", "status", "detail", "code"));
    return problem;
  }
}
