package dev.sluice.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports that were free a moment ago. */
public final class FreePorts {
  private FreePorts() {}

  /** A port that is free for TCP and for UDP on all addresses. */
  public static int any() {
    InetAddress anyAddress = InetAddress.ofLiteral("0.0.0.0");
    for (int attempt = 0; attempt < 50; attempt++) {
      try (ServerSocket tcp = new ServerSocket(0, 1, anyAddress);
          DatagramSocket udp = new DatagramSocket(null)) {
        udp.bind(new InetSocketAddress(anyAddress, tcp.getLocalPort()));
        return tcp.getLocalPort();
      } catch (java.net.BindException e) {
        // The UDP twin is taken; try another pair.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("No port is free for both TCP and UDP.");
  }
}
