package dev.sluice.e2e.packaging;

import static dev.sluice.e2e.packaging.RenderedPod.container;
import static dev.sluice.e2e.packaging.RenderedPod.mountOf;
import static dev.sluice.e2e.packaging.RenderedPod.mountedSecret;
import static dev.sluice.e2e.packaging.RenderedPod.variable;
import static dev.sluice.e2e.packaging.RenderedPod.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart's secrets, and the outbox of webhooks: what is made, and what is taken as it is. */
@Tag("K5")
class ChartSecretsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final String RECEIVERS =
      "webhooks:\n  endpoints: {app: 'https://app.example.org/hook'}\n";

  @TempDir private Path work;
  private Chart chart;

  @BeforeEach
  void openChart() {
    chart = new Chart(work);
  }

  @Test
  void keysAreInTheSecretAndNowhereElse() {
    List<Manifest> manifests =
        chart.manifests(
            "auth: {keys: {main: %s}}\nconfig: {rooms: {max-participants: 50}}".formatted(SECRET));
    Secret secret = Manifest.only(manifests, Secret.class, "-keys");
    String encoded = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(secret.getData()).isEqualTo(Map.of("main", encoded));
    assertThat(manifests)
        .filteredOn(manifest -> !(manifest.object() instanceof Secret))
        .isNotEmpty()
        .allSatisfy(manifest -> assertThat(manifest.text()).doesNotContain(SECRET, encoded));
    assertThat(mountOf(manifests, "keys")).isEqualTo("/etc/sluice/secrets/sluice/auth/keys");
    assertThat(Manifest.only(manifests, ConfigMap.class, "sluice").getData())
        .hasEntrySatisfying(
            "application.yaml",
            yaml ->
                assertThat(yaml)
                    .contains("configtree:/etc/sluice/secrets/", "max-participants: 50"));
  }

  @Test
  void aSecretThatExistsIsMountedAndNoneIsMade() {
    List<Manifest> manifests = chart.manifests("auth: {existingSecret: signing}");
    assertThat(Manifest.of(manifests, Secret.class)).isEmpty();
    assertThat(mountedSecret(manifests)).isEqualTo("signing");
  }

  @Test
  void withoutAnyKeyItExpectsTheSecretThatTheNotesTellToMake() {
    List<Manifest> manifests = chart.manifests("");
    assertThat(Manifest.of(manifests, Secret.class)).isEmpty();
    assertThat(mountedSecret(manifests)).isEqualTo("prod-sluice-keys");
  }

  @Test
  @Tag("A2")
  void withoutReceiversOfWebhooksThereIsNoOutbox() {
    List<Manifest> manifests = chart.manifests("");
    assertThat(Manifest.of(manifests, PersistentVolumeClaim.class)).isEmpty();
    assertThat(container(manifests).getVolumeMounts())
        .extracting(VolumeMount::getName)
        .containsExactly("config", "keys", "tmp");
  }

  @Test
  @Tag("A2")
  void webhooksGetAClaimThatStaysAndTheirSecretsFromASecret() {
    List<Manifest> manifests = chart.manifests(RECEIVERS);
    PersistentVolumeClaim claim =
        Manifest.only(manifests, PersistentVolumeClaim.class, "prod-sluice-outbox");
    assertThat(claim.getMetadata().getAnnotations())
        .containsEntry("helm.sh/resource-policy", "keep");
    assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
    assertThat(claim.getSpec().getStorageClassName()).isNull();
    assertThat(claim.getSpec().getResources().getRequests()).containsOnlyKeys("storage");
    assertThat(volume(manifests, "outbox").getPersistentVolumeClaim().getClaimName())
        .isEqualTo("prod-sluice-outbox");
    assertThat(variable(manifests, "SLUICE_WEBHOOKS_DIRECTORY").getValue())
        .startsWith(mountOf(manifests, "outbox") + "/");
    assertThat(volume(manifests, "webhooks").getSecret().getSecretName())
        .isEqualTo("prod-sluice-webhooks");
    assertThat(mountOf(manifests, "webhooks"))
        .isEqualTo("/etc/sluice/secrets/sluice/webhooks/endpoints");
    assertThat(Manifest.only(manifests, ConfigMap.class, "sluice").getData())
        .hasEntrySatisfying(
            "application.yaml",
            yaml ->
                assertThat(yaml)
                    .contains(
                        "\"sluice.webhooks.endpoints.app.url\": \"https://app.example.org/hook\""));
  }

  @Test
  @Tag("A2")
  void theOutboxIsWhereTheValuesSay() {
    List<Manifest> given =
        chart.manifests(
            RECEIVERS + "  existingSecret: hooks\n  outbox: {existingClaim: kept, size: 2Gi}");
    assertThat(Manifest.of(given, PersistentVolumeClaim.class)).isEmpty();
    assertThat(volume(given, "outbox").getPersistentVolumeClaim().getClaimName()).isEqualTo("kept");
    assertThat(volume(given, "webhooks").getSecret().getSecretName()).isEqualTo("hooks");

    List<Manifest> classed =
        chart.manifests(RECEIVERS + "  outbox: {storageClass: fast, size: 2Gi}");
    PersistentVolumeClaim claim =
        Manifest.only(classed, PersistentVolumeClaim.class, "prod-sluice-outbox");
    assertThat(claim.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(claim.getSpec().getResources().getRequests().get("storage")).hasToString("2Gi");

    List<Manifest> ofThePod = chart.manifests(RECEIVERS + "  outbox: {volume: emptyDir}");
    assertThat(Manifest.of(ofThePod, PersistentVolumeClaim.class)).isEmpty();
    assertThat(volume(ofThePod, "outbox").getEmptyDir().getSizeLimit()).hasToString("1Gi");
  }
}
