package dev.sluice.e2e.packaging;

import static dev.sluice.e2e.packaging.RenderedPod.container;
import static dev.sluice.e2e.packaging.RenderedPod.variable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.contentOf;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.e2e.harness.TestSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart in each of its modes: linted, rendered, and held against the Kubernetes API. */
@Tag("K5")
class ChartTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path work;
  private Chart chart;

  /** The ways to the media port, each with what it needs. */
  enum Exposure {
    HOST_NETWORK("media: {exposure: hostNetwork}"),
    HOST_PORT("media: {exposure: hostPort}"),
    NODE_PORT("media: {exposure: nodePort}"),
    LOAD_BALANCER("media: {exposure: loadBalancer, advertisedAddresses: [203.0.113.7]}");

    private final String values;

    Exposure(String values) {
      this.values = values;
    }
  }

  @BeforeEach
  void openChart() {
    chart = new Chart(work);
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void lintsStrictlyInEachMode(Exposure exposure) {
    var result = chart.lint(exposure.values);
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void rendersOnlyWhatTheKubernetesApiKnows(Exposure exposure) {
    String everything =
        """

        ingress: {enabled: true, className: nginx, host: calls.example.org, tlsSecret: tls}
        podDisruptionBudget: {enabled: true}
        priorityClassName: media
        podAnnotations: {team: calls}
        podLabels: {team: calls}
        nodeSelector: {pool: media}
        tolerations: [{key: media, operator: Exists, effect: NoSchedule}]
        affinity: {nodeAffinity: {}}
        imagePullSecrets: [{name: pull}]
        serviceAccount: {annotations: {a: b}}
        extraEnv: [{name: JDK_JAVA_OPTIONS, value: -Xmx512m}]
        """;
    List<Manifest> manifests = chart.manifests(exposure.values + everything);
    assertThat(Manifest.of(manifests, Deployment.class)).hasSize(1);
    assertThat(Manifest.of(manifests, Ingress.class)).hasSize(1);
    assertThat(Manifest.of(manifests, PodDisruptionBudget.class)).hasSize(1);
  }

  @Test
  void theCheckAgainstTheApiRefusesAnUnknownFieldDeepInside() {
    String rendered = chart.render(Exposure.HOST_PORT.values);
    assertThat(Manifest.readAll(rendered)).isNotEmpty();
    assertThatThrownBy(() -> Manifest.readAll(rendered.replace("hostPort:", "nodesPort:")))
        .hasMessageContaining("nodesPort");
    assertThatThrownBy(() -> Manifest.readAll(rendered.replace("drop:", "drops:")))
        .hasMessageContaining("drops");
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void runsHardenedInEachMode(Exposure exposure) {
    List<Manifest> manifests = chart.manifests(exposure.values);
    Deployment deployment = Manifest.only(manifests, Deployment.class, "sluice");
    PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    SecurityContext security = container(manifests).getSecurityContext();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(
            Manifest.only(manifests, ServiceAccount.class, "sluice")
                .getAutomountServiceAccountToken())
        .isFalse();
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getEmptyDir() != null)
        .singleElement()
        .satisfies(volume -> assertThat(volume.getName()).isEqualTo("tmp"));
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void probesAndBoundsTheServerInEachMode(Exposure exposure) {
    List<Manifest> manifests = chart.manifests(exposure.values);
    Deployment deployment = Manifest.only(manifests, Deployment.class, "sluice");
    Container container = container(manifests);

    assertThat(path(container.getStartupProbe())).isEqualTo("/actuator/health/liveness");
    assertThat(path(container.getLivenessProbe())).isEqualTo("/actuator/health/liveness");
    assertThat(path(container.getReadinessProbe())).isEqualTo("/actuator/health/readiness");
    assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
    assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
    assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
    assertThat(deployment.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
        .isEqualTo(30);
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    assertThat(Manifest.of(manifests, Service.class))
        .allSatisfy(
            service ->
                assertThat(service.getSpec().getSelector())
                    .isEqualTo(deployment.getSpec().getSelector().getMatchLabels()));
  }

  @Test
  void hostNetworkUsesTheNodesPortsAndTellsTheNodesAddress() {
    List<Manifest> manifests = chart.manifests(Exposure.HOST_NETWORK.values);
    PodSpec pod =
        Manifest.only(manifests, Deployment.class, "sluice").getSpec().getTemplate().getSpec();
    assertThat(pod.getHostNetwork()).isTrue();
    assertThat(pod.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
    assertThat(container(manifests).getPorts())
        .allSatisfy(port -> assertThat(port.getHostPort()).isEqualTo(port.getContainerPort()));
    assertThat(advertised(manifests)).isEqualTo("[$(HOST_IP)]:10000");
    assertThat(mediaServices(manifests)).isEmpty();
  }

  @Test
  void hostPortOpensOnlyTheMediaPortOnTheNode() {
    List<Manifest> manifests = chart.manifests("media: {exposure: hostPort, port: 12000}");
    PodSpec pod =
        Manifest.only(manifests, Deployment.class, "sluice").getSpec().getTemplate().getSpec();
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(container(manifests).getPorts())
        .filteredOn(port -> port.getHostPort() != null)
        .extracting(ContainerPort::getHostPort, ContainerPort::getProtocol)
        .containsExactly(tuple(12000, "UDP"), tuple(12000, "TCP"));
    assertThat(advertised(manifests)).isEqualTo("[$(HOST_IP)]:12000");
    assertThat(variable(manifests, "SLUICE_MEDIA_PORT").getValue()).isEqualTo("12000");
    assertThat(mediaServices(manifests)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void withoutTcpNothingIsOpenedForItAndTheServerDoesNotListen(Exposure exposure) {
    List<Manifest> manifests = chart.manifests(exposure.values.replaceFirst("}$", ", tcp: false}"));
    assertThat(variable(manifests, "SLUICE_MEDIA_TCPPORT").getValue()).isEqualTo("0");
    assertThat(container(manifests).getPorts())
        .extracting(ContainerPort::getName)
        .containsExactly("http", "media-udp");
    assertThat(mediaServices(manifests))
        .allSatisfy(
            service ->
                assertThat(service.getSpec().getPorts())
                    .extracting(ServicePort::getProtocol)
                    .containsExactly("UDP"));
  }

  @Test
  void theNetworkPolicyLetsNoTcpInForMediaWhereThereIsNone() {
    List<Manifest> manifests =
        chart.manifests("media: {exposure: hostPort, tcp: false}\nnetworkPolicy: {enabled: true}");
    assertThat(Manifest.only(manifests, NetworkPolicy.class, "sluice").getSpec().getIngress())
        .flatExtracting(NetworkPolicyIngressRule::getPorts)
        .extracting(port -> port.getPort().getStrVal())
        .containsExactly("http", "media-udp");
  }

  @Test
  void nodePortTellsTheNodesAddressWithThePortOfTheNode() {
    List<Manifest> manifests =
        chart.manifests("media: {exposure: nodePort, nodePort: {port: 30123}}");
    Service media = Manifest.only(manifests, Service.class, "-media");
    assertThat(media.getSpec().getType()).isEqualTo("NodePort");
    assertThat(media.getSpec().getExternalTrafficPolicy()).isEqualTo("Local");
    assertThat(media.getSpec().getPorts())
        .extracting(ServicePort::getProtocol, ServicePort::getPort, ServicePort::getNodePort)
        .containsExactly(tuple("UDP", 10000, 30123), tuple("TCP", 10000, 30123));
    assertThat(container(manifests).getPorts())
        .allSatisfy(port -> assertThat(port.getHostPort()).isNull());
    assertThat(advertised(manifests)).isEqualTo("[$(HOST_IP)]:30123");
  }

  @Test
  void loadBalancerTellsTheAddressThatItIsGiven() {
    List<Manifest> manifests =
        chart.manifests(
            """
            media:
              exposure: loadBalancer
              port: 3478
              advertisedAddresses: [203.0.113.7, "2001:db8::7", "203.0.113.8:443"]
              loadBalancer: {className: metal, annotations: {a: b}, sourceRanges: [192.0.2.0/24]}
            """);
    Service media = Manifest.only(manifests, Service.class, "-media");
    assertThat(media.getSpec().getType()).isEqualTo("LoadBalancer");
    assertThat(media.getSpec().getExternalTrafficPolicy()).isEqualTo("Local");
    assertThat(media.getSpec().getLoadBalancerClass()).isEqualTo("metal");
    assertThat(media.getSpec().getLoadBalancerSourceRanges()).containsExactly("192.0.2.0/24");
    assertThat(media.getMetadata().getAnnotations()).isEqualTo(Map.of("a", "b"));
    assertThat(media.getSpec().getPorts())
        .extracting(ServicePort::getPort)
        .containsExactly(3478, 3478);
    assertThat(advertised(manifests))
        .isEqualTo("[203.0.113.7]:3478,[2001:db8::7]:3478,203.0.113.8:443");
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void theAddressOfTheNodeComesByTheDownwardApi(Exposure exposure) {
    assertThat(
            variable(chart.manifests(exposure.values), "HOST_IP")
                .getValueFrom()
                .getFieldRef()
                .getFieldPath())
        .isEqualTo("status.hostIP");
  }

  @ParameterizedTest
  @EnumSource(Exposure.class)
  void servicesReachPortsThatTheContainerNames(Exposure exposure) {
    List<Manifest> manifests = chart.manifests(exposure.values);
    List<String> names =
        container(manifests).getPorts().stream().map(ContainerPort::getName).toList();
    assertThat(Manifest.of(manifests, Service.class))
        .flatExtracting(service -> service.getSpec().getPorts())
        .allSatisfy(port -> assertThat(names).contains(port.getTargetPort().getStrVal()));
  }

  @Test
  @Tag("O1")
  void theDashboardComesWhenItIsAskedForWithTheLabelThatGrafanaLooksFor() {
    assertThat(Manifest.of(chart.manifests(""), ConfigMap.class)).hasSize(1);
    ConfigMap dashboard =
        Manifest.only(chart.manifests("dashboard: {enabled: true}"), ConfigMap.class, "-dashboard");
    assertThat(dashboard.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(dashboard.getData().get("sluice.json"))
        .isEqualToIgnoringNewLines(
            contentOf(
                TestSettings.checkout().resolve("helm/sluice/dashboards/sluice.json").toFile()));
  }

  @Test
  void aChangedConfigurationStartsANewPod() {
    assertThat(podAnnotations("config: {rooms: {max-rooms: 5}}"))
        .isNotEqualTo(podAnnotations("config: {rooms: {max-rooms: 6}}"));
    assertThat(podAnnotations("auth: {keys: {main: %s}}".formatted(SECRET)))
        .isNotEqualTo(podAnnotations("auth: {keys: {main: %s-new}}".formatted(SECRET)));
    assertThat(podAnnotations("")).isEqualTo(podAnnotations(""));
  }

  @Test
  void theNetworkPolicyKeepsHttpToTheGivenPeersAndLetsMediaIn() {
    NetworkPolicy policy =
        Manifest.only(
            chart.manifests(
                """
                media: {exposure: hostPort}
                networkPolicy:
                  enabled: true
                  httpFrom: [{namespaceSelector: {matchLabels: {name: ingress}}}]
                """),
            NetworkPolicy.class,
            "sluice");
    assertThat(policy.getSpec().getIngress()).hasSize(2);
    var http = policy.getSpec().getIngress().getFirst();
    var media = policy.getSpec().getIngress().getLast();
    assertThat(http.getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort().getStrVal()).isEqualTo("http"));
    assertThat(http.getFrom()).hasSize(1);
    assertThat(media.getPorts())
        .extracting(port -> port.getPort().getStrVal())
        .containsExactly("media-udp", "media-tcp");
    assertThat(media.getFrom()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "media: {exposure: magic}",
        "media: {exposure: loadBalancer}",
        "media: {exposure: hostPort, port: 70000}",
        "media: {exposure: hostPort, port: '10000'}",
        "media: {advertisedAddresses: [sfu.example.org]}",
        "media: {exposer: hostPort}",
        "replicaCount: 2",
        "auth: {keys: {main: short}}",
        "auth: {keys: {under_score: 0123456789abcdef0123456789abcdef}}",
        "auth: {existingSecret: s, keys: {main: 0123456789abcdef0123456789abcdef}}",
        "config: {auth: {keys: {main: 0123456789abcdef0123456789abcdef}}}",
        "config: {mode: development}",
        "config: {webhooks: {endpoints: {app: {url: 'https://app.example.org/'}}}}",
        "webhooks: {endpoints: {App: 'https://app.example.org/'}}",
        "webhooks: {endpoints: {app: 'app.example.org'}}",
        "webhooks: {outbox: {volume: disk}}",
        "webhooks: {outbox: {size: much}}",
        "networkPolicy: {enabled: true}",
        "ingress: {enabled: true}",
        "terminationGracePeriodSeconds: 1"
      })
  void refusesAValueThatCannotWork(String values) {
    assertThatThrownBy(() -> chart.render(values))
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  private Map<String, String> podAnnotations(String values) {
    return Manifest.only(chart.manifests(values), Deployment.class, "sluice")
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations();
  }

  private static List<Service> mediaServices(List<Manifest> manifests) {
    return Manifest.of(manifests, Service.class)
        .filter(service -> service.getMetadata().getName().endsWith("-media"))
        .toList();
  }

  private static String advertised(List<Manifest> manifests) {
    return variable(manifests, "SLUICE_MEDIA_ADVERTISEDADDRESSES").getValue();
  }

  private static String path(Probe probe) {
    HTTPGetAction get = probe.getHttpGet();
    assertThat(get.getPort().getStrVal()).isEqualTo("http");
    return get.getPath();
  }
}
