package dev.sluice.app;

import static dev.sluice.app.SluiceProperties.requireBetween;

import dev.sluice.transport.tcp.TcpLimits;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of ICE-TCP, under {@code sluice.media.tcp}.
 *
 * @param maxConnections at a time
 * @param maxConnectionsPerSource of one IPv4 address or IPv6 /64
 * @param queueSize what may wait for one connection that reads slowly
 */
public record TcpProperties(
    @DefaultValue("4096") int maxConnections,
    @DefaultValue("128") int maxConnectionsPerSource,
    @DefaultValue("256KB") DataSize queueSize) {
  private static final int MAX_QUEUE_BYTES = 16 * 1024 * 1024;
  private static final int MAX_CONNECTIONS = 1_000_000;

  public TcpProperties {
    requireBetween("sluice.media.tcp.max-connections", maxConnections, 1, MAX_CONNECTIONS);
    requireBetween(
        "sluice.media.tcp.max-connections-per-source", maxConnectionsPerSource, 1, MAX_CONNECTIONS);
    requireBetween(
        "sluice.media.tcp.queue-size",
        queueSize.toBytes(),
        TcpLimits.MIN_QUEUE_BYTES,
        MAX_QUEUE_BYTES);
  }

  TcpLimits toLimits() {
    return new TcpLimits(maxConnections, maxConnectionsPerSource, (int) queueSize.toBytes());
  }
}
