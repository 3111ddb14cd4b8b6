package dev.sluice.app;

import dev.sluice.api.webhook.Webhooks;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import dev.sluice.transport.pipeline.MediaConfig;
import dev.sluice.transport.pipeline.SfuNode;
import dev.sluice.transport.pipeline.ThreadingMode;
import dev.sluice.transport.pipeline.WorkerLoad;
import dev.sluice.transport.pipeline.WorkerStatistics;
import dev.sluice.transport.tcp.TcpCloseReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Wires the media side, and shows its counters as metrics. */
@Configuration(proxyBeanMethods = false)
class MediaConfiguration {
  @Bean(destroyMethod = "close")
  SfuNode sfuNode(SluiceProperties properties, Webhooks webhooks) {
    SluiceProperties.Media media = properties.media();
    int workers = media.workers() > 0 ? media.workers() : automaticWorkers();
    List<Candidate> advertised =
        media.advertised().stream()
            .map(
                address ->
                    new Candidate(address.address(), address.port(), false, address.clients()))
            .toList();
    return new SfuNode(
        new MediaConfig(
            new InetSocketAddress(media.bindAddress(), media.port()),
            advertised,
            properties.isDevelopment(),
            workers == 1 ? ThreadingMode.SHARED : ThreadingMode.DEDICATED,
            workers,
            media.subscribersPerWorker(),
            properties.rooms().maxRooms(),
            media.maxHandshakes(),
            media.srtpProfiles(),
            roomLimits(properties),
            capture(properties),
            properties.rooms().allowedCodecs(),
            new MediaConfig.Exposure(
                media.hidePrivateAddresses(),
                media.preferFamily() == SluiceProperties.Family.IPV6,
                media.stunPerSecond(),
                media.stunBurst()),
            new MediaConfig.Tcp(tcpPort(media.tcpPort()), media.tcp().toLimits()),
            media.ciphers()),
        webhooks.observer());
  }

  /** Rooms that are made after a change of the settings have the new ones. */
  @Bean
  LiveSettings.RoomSettingsTarget roomSettingsTarget(SfuNode node) {
    return rooms ->
        node.setRoomDefaults(new SfuNode.RoomDefaults(rooms.maxRooms(), rooms.settings()));
  }

  /** What rooms may hold where they do not say otherwise. */
  static RoomLimits roomLimits(SluiceProperties properties) {
    SluiceProperties.Media media = properties.media();
    RoomLimits limits =
        new RoomLimits(
                properties.rooms().maxParticipants(),
                properties.signalling().maxTracks(),
                properties.rooms().flushDelay().toNanos(),
                media.retransmissionPercent())
            .withKeyframeReplay(media.keyframeReplay().toNanos())
            .withPlayoutDelay(media.forwardPlayoutDelay())
            .withSuspension(media.upstreamSuspension());
    return media.congestionControl() ? limits : limits.withoutCongestionControl();
  }

  private static int tcpPort(@Nullable Integer configured) {
    if (configured == null) {
      return MediaConfig.Tcp.FOLLOWS_UDP;
    }
    return configured == 0 ? MediaConfig.Tcp.NO_PORT : configured;
  }

  @Bean
  MediaWorkersHealth mediaWorkersHealthIndicator(SfuNode node) {
    return new MediaWorkersHealth(node::silentNanos);
  }

  @Bean
  MediaPortHealth mediaPortHealthIndicator(SfuNode node, SluiceProperties properties) {
    return new MediaPortHealth(
        new InetSocketAddress(properties.media().bindAddress(), node.mediaPort()));
  }

  @Bean
  MediaAddressHealth mediaAddressHealthIndicator(SfuNode node, SluiceProperties properties) {
    return new MediaAddressHealth(
        node.candidates().stream().map(Candidate::address).distinct().toList(),
        !properties.media().advertisedAddresses().isEmpty(),
        MediaAddressHealth::isOfThisMachine);
  }

  @Bean
  DoctorHealth doctorHealthIndicator(SluiceProperties properties, Environment environment) {
    return new DoctorHealth(() -> Doctor.discreet().examine(properties, environment));
  }

  @Bean
  MediaHostInfo mediaHostInfo(SfuNode node) {
    return new MediaHostInfo(node.host());
  }

  /** After the server is ready, because the two would fight for the processor. */
  @Bean
  WarmUpWhenReady warmUpWhenReady(SfuNode node) {
    return new WarmUpWhenReady(node::warmUp);
  }

  @Bean
  MeterBinder mediaMeters(SfuNode node) {
    return meters -> {
      gauge(meters, node, "sluice.rooms", "Rooms", WorkerStatistics::rooms);
      gauge(meters, node, "sluice.participants", "Participants", WorkerStatistics::participants);
      gauge(meters, node, "sluice.tracks", "Published tracks", WorkerStatistics::tracks);
      gauge(meters, node, "sluice.ring.free", "Free places in rings", WorkerStatistics::ringFree);
      counter(meters, node, "sluice.packets.received", WorkerStatistics::packetsReceived);
      counter(meters, node, "sluice.packets.sent", WorkerStatistics::packetsSent);
      counter(meters, node, "sluice.packets.forwarded", WorkerStatistics::packetsForwarded);
      counter(meters, node, "sluice.packets.resent", WorkerStatistics::packetsResent);
      counter(meters, node, "sluice.bytes.received", WorkerStatistics::bytesReceived);
      counter(meters, node, "sluice.bytes.sent", WorkerStatistics::bytesSent);
      loadMeters(meters, node);
      for (DropReason reason : DropReason.values()) {
        FunctionCounter.builder(
                "sluice.packets.dropped",
                node,
                n -> sum(n, statistics -> statistics.drops().getOrDefault(reason, 0L)))
            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
            .description("Packets dropped, by reason")
            .register(meters);
      }
      Gauge.builder("sluice.tcp.connections", node, n -> n.tcpConnections().open())
          .description("TCP connections for media")
          .register(meters);
      for (TcpCloseReason reason : TcpCloseReason.values()) {
        FunctionCounter.builder("sluice.tcp.closed", node, n -> n.tcpConnections().ended(reason))
            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
            .description("TCP connections refused or ended, by reason")
            .register(meters);
      }
      Gauge.builder("sluice.transports", node, SfuNode::transportCount)
          .description("Peer connections")
          .register(meters);
    };
  }

  /** Per worker, because the sum of two says nothing of the one that is full. */
  private static void loadMeters(MeterRegistry meters, SfuNode node) {
    for (int i = 0; i < node.statistics().size(); i++) {
      int index = i;
      Supplier<WorkerLoad.Figures> load = () -> node.statistics().get(index).load();
      String worker = String.valueOf(index);
      load(meters, "sluice.worker.utilisation", worker, () -> load.get().utilisation());
      load(
          meters,
          "sluice.worker.queue.age.seconds",
          worker,
          () -> load.get().queueAgeNanos() / 1e9);
      load(meters, "sluice.worker.overloaded", worker, () -> load.get().overloaded() ? 1 : 0);
      total(
          meters,
          "sluice.worker.cpu.seconds",
          worker,
          "Processor time of the worker's thread",
          node,
          n -> n.statistics().get(index).load().cpuNanos() / 1e9);
      total(
          meters,
          "sluice.worker.allocated.bytes",
          worker,
          "What the worker's thread has allocated on the heap",
          node,
          n -> n.statistics().get(index).load().allocatedBytes());
      total(
          meters,
          "sluice.worker.orders",
          worker,
          "What rooms of other workers have had the worker encrypt and send, up to 32 packets each",
          node,
          n -> n.statistics().get(index).ordersHandled());
      latency(meters, worker, "0.5", () -> load.get().p50Nanos());
      latency(meters, worker, "0.99", () -> load.get().p99Nanos());
      latency(meters, worker, "0.999", () -> load.get().p999Nanos());
    }
    FunctionCounter.builder("sluice.socket.dropped", node, SfuNode::socketDrops)
        .description(
            "Datagrams that the kernel dropped because the media port was not read in time")
        .register(meters);
  }

  private static void load(
      MeterRegistry meters, String name, String worker, Supplier<Number> value) {
    Gauge.builder(name, value).tag("worker", worker).register(meters);
  }

  private static void total(
      MeterRegistry meters,
      String name,
      String worker,
      String description,
      SfuNode node,
      ToDoubleFunction<SfuNode> value) {
    FunctionCounter.builder(name, node, value)
        .tag("worker", worker)
        .description(description)
        .register(meters);
  }

  private static void latency(
      MeterRegistry meters, String worker, String quantile, LongSupplier nanos) {
    Gauge.builder("sluice.forward.latency.seconds", () -> nanos.getAsLong() / 1e9)
        .tag("worker", worker)
        .tag("quantile", quantile)
        .description("From the read of a packet to its send, over the last ten seconds")
        .register(meters);
  }

  private static int automaticWorkers() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  private static @Nullable Path capture(SluiceProperties properties) {
    String file = properties.development().plaintextCapture();
    return file == null ? null : Path.of(file);
  }

  private static void gauge(
      MeterRegistry meters,
      SfuNode node,
      String name,
      String description,
      ToLongFunction<WorkerStatistics> value) {
    Gauge.builder(name, node, n -> sum(n, value)).description(description).register(meters);
  }

  private static void counter(
      MeterRegistry meters, SfuNode node, String name, ToLongFunction<WorkerStatistics> value) {
    FunctionCounter.builder(name, node, n -> sum(n, value)).register(meters);
  }

  private static double sum(SfuNode node, ToLongFunction<WorkerStatistics> value) {
    return node.statistics().stream().mapToLong(value).sum();
  }
}
