package dev.sluice.transport.tcp;

/**
 * What clients may use of a server by TCP.
 *
 * @param maxConnections at a time
 * @param maxConnectionsPerSource of one IPv4 address or one IPv6 /64; many clients may sit behind
 *     one NAT
 * @param queueBytes that may wait in the server for one connection that does not read
 */
public record TcpLimits(int maxConnections, int maxConnectionsPerSource, int queueBytes) {
  /** 4096 connections, 128 of one source, 256 KiB waiting for each. */
  public static final TcpLimits DEFAULT = new TcpLimits(4096, 128, 256 * 1024);

  /** A key frame of a screen must fit, or none would ever get through. */
  public static final int MIN_QUEUE_BYTES = 64 * 1024;

  public TcpLimits {
    if (maxConnections < 1 || maxConnectionsPerSource < 1 || queueBytes < MIN_QUEUE_BYTES) {
      throw new IllegalArgumentException(
          "at least one connection, and a queue of at least " + MIN_QUEUE_BYTES + " bytes");
    }
  }
}
