package dev.sluice.transport.tcp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of all workers, in all and by source, and why they ended. Any thread;
 * asked once for each connection, never for a frame.
 */
public final class TcpCensus {
  private static final int NETWORK_BYTES = 8;

  private final TcpLimits limits;
  private final Map<InetAddress, Integer> bySource = new HashMap<>();
  private final Map<TcpCloseReason, Long> ended = new EnumMap<>(TcpCloseReason.class);
  private int open;

  public TcpCensus(TcpLimits limits) {
    this.limits = limits;
  }

  TcpLimits limits() {
    return limits;
  }

  /** Lets a connection in, or says why not; a refusal is counted. */
  synchronized @Nullable TcpCloseReason enter(InetAddress address) {
    InetAddress source = source(address);
    TcpCloseReason refusal = null;
    if (open >= limits.maxConnections()) {
      refusal = TcpCloseReason.TOO_MANY;
    } else if (bySource.getOrDefault(source, 0) >= limits.maxConnectionsPerSource()) {
      refusal = TcpCloseReason.TOO_MANY_OF_SOURCE;
    }
    if (refusal != null) {
      ended.merge(refusal, 1L, Long::sum);
      return refusal;
    }
    open++;
    bySource.merge(source, 1, Integer::sum);
    return null;
  }

  /** A connection that was let in has ended. */
  synchronized void leave(InetAddress address, TcpCloseReason why) {
    open--;
    bySource.computeIfPresent(source(address), (source, count) -> count == 1 ? null : count - 1);
    ended.merge(why, 1L, Long::sum);
  }

  /** How many there are now. */
  public synchronized int open() {
    return open;
  }

  /** How many were refused or have ended for a reason. */
  public synchronized long ended(TcpCloseReason why) {
    return ended.getOrDefault(why, 0L);
  }

  /** How many sources are remembered: those that have a connection. */
  synchronized int sources() {
    return bySource.size();
  }

  /** A customer's /64 counts as one source, for its addresses cost nothing. */
  private static InetAddress source(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
    }
  }
}
