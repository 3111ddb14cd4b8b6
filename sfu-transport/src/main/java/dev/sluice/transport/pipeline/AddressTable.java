package dev.sluice.transport.pipeline;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which peer an address belongs to. An address gets in only by an authenticated connectivity check,
 * and a peer holds few of them, so the table is bounded by the number of peers. Any thread.
 */
final class AddressTable {
  private final ConcurrentHashMap<InetSocketAddress, PeerEndpoint> endpoints =
      new ConcurrentHashMap<>();

  @Nullable PeerEndpoint find(InetSocketAddress address) {
    return endpoints.get(address);
  }

  void put(InetSocketAddress address, PeerEndpoint endpoint) {
    endpoints.put(address, endpoint);
  }

  /** Removes the address if it still belongs to this peer. */
  void remove(InetSocketAddress address, PeerEndpoint endpoint) {
    endpoints.remove(address, endpoint);
  }

  int size() {
    return endpoints.size();
  }
}
