package dev.sluice.transport.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * A way to a client and back: the protocol, the local end that the client asked, and the client's
 * address. What comes on a path is answered on it, so that the answer leaves from the address that
 * was asked. Two paths with the same remote address and port are two paths all the same.
 *
 * <p>Belongs to the peer whose authenticated check came on it last. Any thread.
 */
sealed interface PeerPath permits UdpPath, TcpPath {
  /** Whose it is, or null before a check has proved it. */
  @Nullable PeerEndpoint peer();

  /** A check has proved that it is this peer's. */
  void claim(PeerEndpoint peer);

  /** This peer uses it no longer. Does nothing when it is another's by now. */
  void release(PeerEndpoint peer);
}
