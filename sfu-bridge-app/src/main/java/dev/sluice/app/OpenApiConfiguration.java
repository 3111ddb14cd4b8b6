package dev.sluice.app;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What {@code /openapi.json} says beyond what the controllers show by themselves. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String SDP = "application/sdp";
  private static final String BEARER = "bearer";

  @Bean
  OpenApiCustomizer sluiceOpenApi() {
    return api -> {
      api.info(
          new Info()
              .title("Sluice")
              .version("1")
              .description(
                  "WHIP, WHEP and the list of rooms. The WebSocket is in docs/protocol.md.")
              .license(
                  new License()
                      .name("Apache-2.0")
                      .url("https://www.apache.org/licenses/LICENSE-2.0.txt")));
      api.getComponents()
          .addSecuritySchemes(
              BEARER,
              new SecurityScheme()
                  .type(SecurityScheme.Type.HTTP)
                  .scheme("bearer")
                  .bearerFormat("JWT"));
      api.addSecurityItem(new SecurityRequirement().addList(BEARER));
      describeOffer(api, "/whip/{room}");
      describeOffer(api, "/whep/{room}");
    };
  }

  private static void describeOffer(OpenAPI api, String path) {
    @Nullable PathItem item = api.getPaths().get(path);
    Operation post = item == null ? null : item.getPost();
    if (post != null) {
      post.requestBody(
          new RequestBody()
              .required(true)
              .description("The offer (RFC 8866)")
              .content(
                  new Content().addMediaType(SDP, new MediaType().schema(new StringSchema()))));
    }
  }
}
