package dev.sluice.e2e.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;

/** The pod in what the chart has rendered, as its tests look at it. */
final class RenderedPod {
  private RenderedPod() {}

  /** The one container. */
  static Container container(List<Manifest> manifests) {
    return Manifest.only(manifests, Deployment.class, "sluice")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }

  /** A variable of its environment. */
  static EnvVar variable(List<Manifest> manifests, String name) {
    List<EnvVar> variables = container(manifests).getEnv();
    // $(HOST_IP) is replaced only by what stands before it.
    assertThat(variables.getFirst().getName()).isEqualTo("HOST_IP");
    return variables.stream().filter(each -> each.getName().equals(name)).findFirst().orElseThrow();
  }

  /** Where a volume is in the container. */
  static String mountOf(List<Manifest> manifests, String volume) {
    return container(manifests).getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume))
        .findFirst()
        .orElseThrow()
        .getMountPath();
  }

  /** A volume of the pod. */
  static Volume volume(List<Manifest> manifests, String name) {
    return Manifest.only(manifests, Deployment.class, "sluice")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getVolumes()
        .stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The secret that the first volume of that kind is. */
  static String mountedSecret(List<Manifest> manifests) {
    PodSpec pod =
        Manifest.only(manifests, Deployment.class, "sluice").getSpec().getTemplate().getSpec();
    return pod.getVolumes().stream()
        .filter(volume -> volume.getSecret() != null)
        .findFirst()
        .orElseThrow()
        .getSecret()
        .getSecretName();
  }
}
