package dev.sluice.transport.pipeline;

import dev.sluice.transport.udp.UdpRemote;
import org.jspecify.annotations.Nullable;

/**
 * A path by UDP. Equal to every other one between the same two ends.
 *
 * @param addresses where it is looked up
 * @param socket the number of the local address that was asked
 * @param remote the client's address
 */
record UdpPath(AddressTable addresses, int socket, UdpRemote remote) implements PeerPath {
  @Override
  public @Nullable PeerEndpoint peer() {
    return addresses.find(socket, remote.address());
  }

  @Override
  public void claim(PeerEndpoint peer) {
    addresses.put(socket, remote.address(), peer);
  }

  @Override
  public void release(PeerEndpoint peer) {
    addresses.remove(socket, remote.address(), peer);
  }
}
