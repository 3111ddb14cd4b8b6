package dev.sluice.e2e.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes TCP connections on to a port of this machine and can cut them: the signalling of a client
 * behind it drops as if a cable was pulled, while its media goes another way.
 */
public final class TcpRelay implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final int serverPort;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** A relay on a port of its own. */
  public TcpRelay(int serverPort) throws IOException {
    this(new InetSocketAddress(LOOPBACK, 0), serverPort);
  }

  /** A relay on this address. */
  TcpRelay(InetSocketAddress address, int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(address.getPort(), 64, address.getAddress());
    Thread.ofVirtual().name("tcp-relay").start(this::accept);
  }

  /** The port to connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Resets every connection that is open now, towards both ends; answers how many ends that were.
   */
  public int cut() {
    int cut = 0;
    for (Socket socket : List.copyOf(sockets)) {
      try {
        socket.setSoLinger(true, 0); // Closing then sends RST, not FIN.
        cut++;
      } catch (IOException e) {
        // It has been closed meanwhile by one of its ends.
      }
      closeQuietly(socket);
      sockets.remove(socket);
    }
    return cut;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = connectFor(client);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pump(client, server));
        Thread.ofVirtual().start(() -> pump(server, client));
      } catch (IOException e) {
        // The listener was closed, or the server refuses: either way this connection is over.
      }
    }
  }

  private Socket connectFor(Socket client) throws IOException {
    try {
      return new Socket(LOOPBACK, serverPort);
    } catch (IOException e) {
      client.close(); // Refused behind the relay is refused before it.
      throw e;
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(to);
    } finally {
      if (from.isInputShutdown() || to.isClosed() || from.isClosed()) {
        closeQuietly(from);
      }
      sockets.remove(from);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
