package dev.sluice.transport.tcp;

/** Says who takes what a new connection brings. Called on the thread of the connection's loop. */
@FunctionalInterface
public interface TcpAcceptor {
  /** A client has connected, and has proved nothing yet. */
  TcpReceiver accept(TcpConnection connection);
}
