package dev.sluice.e2e.packaging;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * One rendered object, read against the model of the Kubernetes API. A field that the model does
 * not have, at any depth, fails, as does a key that is there twice: an API server would drop the
 * one silently and take either of the other.
 *
 * @param object the object
 * @param text its YAML
 */
record Manifest(HasMetadata object, String text) {
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          ConfigMap.class,
          Deployment.class,
          Ingress.class,
          NetworkPolicy.class,
          PersistentVolumeClaim.class,
          PodDisruptionBudget.class,
          Secret.class,
          Service.class,
          ServiceAccount.class);

  private static final Pattern SEPARATOR = Pattern.compile("^---.*$", Pattern.MULTILINE);

  private static final YAMLMapper STRICT =
      YAMLMapper.builder()
          .annotationIntrospector(new NoCatchAll())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** The model's classes collect unknown fields in a map; here they shall not. */
  private static final class NoCatchAll extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
      return Boolean.FALSE;
    }
  }

  /** Reads all objects of what Helm prints. */
  static List<Manifest> readAll(String rendered) {
    List<Manifest> manifests = new ArrayList<>();
    for (String document : SEPARATOR.splitAsStream(rendered).toList()) {
      if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
        manifests.add(read(document));
      }
    }
    return manifests;
  }

  private static Manifest read(String document) {
    JsonNode tree = STRICT.readTree(document);
    String kind = tree.path("kind").asString();
    Class<? extends HasMetadata> type =
        KINDS.stream()
            .filter(each -> HasMetadata.getKind(each).equals(kind))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("The chart renders a " + kind));
    String apiVersion = tree.path("apiVersion").asString();
    if (!apiVersion.equals(HasMetadata.getApiVersion(type))) {
      throw new IllegalArgumentException(kind + " is not in " + apiVersion);
    }
    return new Manifest(STRICT.readValue(document, type), document);
  }

  /** The one object of a type; its name ends with {@code suffix}. */
  static <T extends HasMetadata> T only(List<Manifest> manifests, Class<T> type, String suffix) {
    List<T> found =
        of(manifests, type)
            .filter(object -> object.getMetadata().getName().endsWith(suffix))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          "%d of %s %s in %s"
              .formatted(
                  found.size(),
                  type.getSimpleName(),
                  suffix,
                  manifests.stream()
                      .map(
                          each -> each.object.getKind() + " " + each.object.getMetadata().getName())
                      .collect(Collectors.joining(", "))));
    }
    return found.getFirst();
  }

  /** All objects of a type. */
  static <T extends HasMetadata> Stream<T> of(List<Manifest> manifests, Class<T> type) {
    return manifests.stream().map(Manifest::object).filter(type::isInstance).map(type::cast);
  }
}
