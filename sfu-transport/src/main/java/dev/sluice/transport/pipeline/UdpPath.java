package dev.sluice.transport.pipeline;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A path by UDP. Equal to every other one between the same two ends.
 *
 * @param addresses where it is looked up
 * @param socket the number of the local address that was asked
 * @param remote the client's address
 */
record UdpPath(AddressTable addresses, int socket, InetSocketAddress remote) implements PeerPath {
  @Override
  public @Nullable PeerEndpoint peer() {
    return addresses.find(socket, remote);
  }

  @Override
  public void claim(PeerEndpoint peer) {
    addresses.put(socket, remote, peer);
  }

  @Override
  public void release(PeerEndpoint peer) {
    addresses.remove(socket, remote, peer);
  }
}
