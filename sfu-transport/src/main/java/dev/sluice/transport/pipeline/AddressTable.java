package dev.sluice.transport.pipeline;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which peer the packets of a UDP path belong to: a path is the local address that was asked and
 * the remote address that asks. A path gets in only by an authenticated connectivity check, and a
 * peer holds few of them, so the table is bounded by the number of peers. Any thread; a lookup
 * allocates nothing.
 */
final class AddressTable {
  private final List<ConcurrentHashMap<InetSocketAddress, PeerEndpoint>> bySocket;

  /**
   * @param sockets how many local addresses there are, each with its number as index
   */
  AddressTable(int sockets) {
    bySocket =
        Stream.generate(ConcurrentHashMap<InetSocketAddress, PeerEndpoint>::new)
            .limit(sockets)
            .toList();
  }

  @Nullable PeerEndpoint find(int socket, InetSocketAddress remote) {
    return bySocket.get(socket).get(remote);
  }

  void put(int socket, InetSocketAddress remote, PeerEndpoint endpoint) {
    bySocket.get(socket).put(remote, endpoint);
  }

  /** Removes the path if it still belongs to this peer. */
  void remove(int socket, InetSocketAddress remote, PeerEndpoint endpoint) {
    bySocket.get(socket).remove(remote, endpoint);
  }

  int size() {
    return bySocket.stream().mapToInt(ConcurrentHashMap::size).sum();
  }
}
